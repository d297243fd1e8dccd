/*
 * Requests, written: what a client asked for in MI's terms, as the params of a method.
 *
 * A RequestHead is what all operations have; the rest is written by the function of each.
 */
#pragma once

#include "base/buffer.h"
#include "libmi/option_list.h"

#include <mi.h>

#define REQUEST_DEFAULT_NAMESPACE "root/cimv2"

/* What is asked for beside the operation itself. */
typedef struct RequestHead {
    const char *method;
    const char *name_space;
    int64_t id;
    MI_Uint64 timeout;         /* ms; 0: none */
    const char *locale;        /* NULL: none */
    const OptionList *options; /* the client's; NULL: none */
    unsigned wants;            /* REQUEST_WANTS_* */
} RequestHead;

enum {
    REQUEST_WANTS_PARTS = 1, /* results as they come, and acknowledged */
    REQUEST_WANTS_PROGRESS = 2,
    REQUEST_WANTS_PROMPTS = 4,
    REQUEST_WANTS_WARNINGS = 8,
    REQUEST_WANTS_VERBOSE = 16,
    REQUEST_WANTS_DEBUG = 32,
};

/* Appends a request up to the params that its method has of its own, which follow, each with a
 * comma before it; request_end() comes last. 0, or -EINVAL: an option has no JSON. */
int request_begin(Buffer *to, const RequestHead *head);
void request_end(Buffer *to);

/* `,"name":"text"`; nothing if @text is NULL. `,"name":true`; nothing if it is false. */
void request_put_text(Buffer *to, const char *name, const char *text);
void request_put_flag(Buffer *to, const char *name, MI_Boolean flag);

/* `,"instance":{...}`: all values of @instance that were set, or the keys alone. -EINVAL: it is no
 * instance, or has a value without JSON. */
int request_put_instance(Buffer *to, const MI_Instance *instance, bool keys_only);

/* `,"parameters":{...}`; nothing if @parameters is NULL. */
int request_put_parameters(Buffer *to, const MI_Instance *parameters);
