/*
 * Methods: what a client may ask for, as one table; and the params of the mi/ methods, parsed as
 * far as routing needs.
 *
 * A mi/ method runs an operation in an agent. Its params are walked once: members that routing,
 * authorisation or accounting need are taken out, known ones are left for the agent (which gets all
 * of them as they came), and unknown or repeated ones are refused.
 */
#pragma once

#include "base/buffer.h"
#include "protocol/payload.h"

#define METHOD_MAX_TOKEN   512                  /* bytes of a progress token's JSON */
#define METHOD_MAX_TIMEOUT INT64_C(31536000000) /* a year, in ms */

typedef enum MethodKind {
    METHOD_OPERATION, /* an mi/ method that runs in an agent */
    METHOD_NOT_YET, /* on the protocol page, and answered MI_RESULT_NOT_SUPPORTED until it is built
                     */
    METHOD_INFO,    /* host/info */
    METHOD_STATUS,  /* host/status */
    METHOD_RELOAD,  /* host/reload */
} MethodKind;

typedef struct Method {
    const char *name;
    MethodKind kind;
    OperationKind operation; /* METHOD_OPERATION */
    unsigned members;        /* METHOD_OPERATION: which params there are, beside those of all */
} Method;

/* The method called @name, or NULL. */
const Method *method_find(Span name);

/* What was found in the params of a METHOD_OPERATION. */
typedef struct MethodParams {
    char name_space[PAYLOAD_MAX_NAME + 1];
    char class_name[PAYLOAD_MAX_NAME + 1];
    char method[PAYLOAD_MAX_NAME + 1]; /* of mi/invoke; else "" */
    uint64_t timeout;                  /* ms; 0: none asked for */
    uint32_t flags;                    /* OPERATION_STREAM, ... */
    Span partial_token, work_token;    /* JSON, in the params' text; absent: data NULL */
} MethodParams;

/*
 * Takes the params of @method apart: @params is a checked JSON object, or absent. 0; -EINVAL with
 * @message set (a sentence that names the member); -ENOTSUP with @message set for what is on the
 * page and not built yet.
 */
int method_parse(const Method *method, Span params, MethodParams *ret, char *message,
                 size_t message_size);
