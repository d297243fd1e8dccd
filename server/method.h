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

#include "mi.h"

#define METHOD_MAX_TOKEN   512                  /* bytes of a progress token's JSON */
#define METHOD_MAX_TIMEOUT INT64_C(31536000000) /* a year, in ms */

typedef enum MethodKind {
    METHOD_OPERATION, /* an mi/ method that runs in agents */
    METHOD_NOT_YET,   /* on the protocol page, and answered MI_RESULT_NOT_SUPPORTED until then */
    METHOD_INFO,      /* host/info */
    METHOD_STATUS,    /* host/status */
    METHOD_METRICS,   /* host/metrics */
    METHOD_RELOAD,    /* host/reload */
    METHOD_PROVIDERS, /* host/providers */
    METHOD_CANCEL,    /* host/cancel */
    METHOD_STOP,      /* host/stopProvider: a request, answered when the provider has stopped */
} MethodKind;

/* Which classes an enumeration means. */
typedef enum MethodDepth {
    DEPTH_DEEP,            /* the class and what derives from it */
    DEPTH_SHALLOW,         /* the class alone */
    DEPTH_BASE_PROPERTIES, /* as DEPTH_DEEP, with the properties of the class only */
} MethodDepth;

typedef struct Method {
    const char *name;
    MethodKind kind;
    OperationKind operation; /* METHOD_OPERATION */
    unsigned members;        /* which params there are, beside those of all operations */
} Method;

/* The method called @name, or NULL. */
const Method *method_find(Span name);

/* What was found in params. Names that are absent are "". */
typedef struct MethodParams {
    char name_space[PAYLOAD_MAX_NAME + 1];
    char class_name[PAYLOAD_MAX_NAME + 1]; /* of the class or of the instance */
    char method[PAYLOAD_MAX_NAME + 1];
    char association_class[PAYLOAD_MAX_NAME + 1], result_class[PAYLOAD_MAX_NAME + 1];
    char provider[PAYLOAD_MAX_NAME + 1];
    MethodDepth depth;
    bool deep, names_only;          /* of mi/enumerateClasses */
    uint64_t operation;             /* of host/cancel */
    MI_CancellationReason reason;   /* of host/cancel */
    uint64_t timeout;               /* ms; 0: none asked for */
    uint32_t flags;                 /* OPERATION_STREAM, ... */
    bool acknowledge;               /* the parts of the result are to be */
    Span partial_token, work_token; /* JSON, in the params' text; absent: data NULL */
} MethodParams;

/*
 * Takes the params of @method apart: @params is a checked JSON object, or absent. 0; -ENOMEM;
 * -EINVAL with @message set (a sentence that names the member).
 */
int method_parse(const Method *method, Span params, MethodParams *ret, char *message,
                 size_t message_size);
