/*
 * What the payload of each frame holds: a struct, a function that writes the whole frame, one that
 * reads the payload.
 *
 * Reading is complete or it fails: every length is capped before it is used, every value is in its
 * range, nothing may be left over. Spans point into the payload. Writing makes nothing that reading
 * would refuse: a name or path that is missing, too long or holds a 0, or a value out of its range,
 * makes the buffer failed; a text for people is cut (payload_cut_text). Frames with nothing in them
 * (STARTED, RELEASED, PING, PONG, STOP, UNLOAD, KEEP) are written with payload_put_empty.
 */
#pragma once

#include "protocol/frame.h"

#define PAYLOAD_MAX_NAME   256   /* a namespace, class, method, provider: bytes */
#define PAYLOAD_MAX_PATH   4096  /* a file */
#define PAYLOAD_MAX_TEXT   65536 /* a message for people */
#define PAYLOAD_MAX_GROUPS 65536 /* NGROUPS_MAX */

/* What is to be done: the methods of the protocol page. Numbers are the wire's. */
typedef enum OperationKind {
    OPERATION_GET_INSTANCE = 1,
    OPERATION_ENUMERATE_INSTANCES = 2,
    OPERATION_INVOKE = 3,
    OPERATION_CREATE_INSTANCE = 4,
    OPERATION_MODIFY_INSTANCE = 5,
    OPERATION_DELETE_INSTANCE = 6,
    OPERATION_ASSOCIATOR_INSTANCES = 7,
    OPERATION_REFERENCE_INSTANCES = 8,
    OPERATION_GET_CLASS = 9,
    OPERATION_ENUMERATE_CLASSES = 10,
} OperationKind;

/* The identity that an agent takes on: from the kernel, never a default. */
typedef struct ConfigFrame {
    bool drop;            /* true: become uid, gid, groups; false: stay what the server is */
    uint32_t uid, gid;    /* not 0xFFFFFFFF, which means "no change" to setresuid, if `drop` */
    uint32_t group_count; /* at most PAYLOAD_MAX_GROUPS */
    Span groups;          /* group_count little-endian u32; read with payload_group */
    bool parallel;        /* provider functions may run side by side; else one at a time */
    uint32_t operations;  /* outstanding at most, from 1: bounds threads */
    uint32_t window;      /* bytes of results in flight for each operation, from 1 */
    uint32_t parent;      /* the server's pid: an agent whose parent it isn't has been orphaned */
    uint8_t log_level;    /* LogLevel */
    uint32_t collected;   /* bytes of results that may be collected for an operation */
    bool new_privileges;  /* what it runs may gain privileges (sudo); else never again */
    Span provider;        /* the registration's name, for the log */
    Span library;         /* path of the .so */
} ConfigFrame;

enum {
    OPERATION_STREAM = 1, /* batches are wanted as they come */
    OPERATION_MESSAGES_WARNING = 2,
    OPERATION_MESSAGES_VERBOSE = 4,
    OPERATION_MESSAGES_DEBUG = 8,
    OPERATION_PROGRESS = 16, /* a token was given */
    OPERATION_PROMPTS = 32, /* questions to the client are wanted; else the defaults hold at once */
    OPERATION_ALL_FLAGS = 63,
};

typedef struct OperationFrame {
    OperationKind kind;
    uint32_t flags;  /* OPERATION_STREAM and the like */
    Span name_space; /* what was authorised: never read again from params */
    Span class_name; /* may be empty for OPERATION_ENUMERATE_CLASSES alone */
    Span method;     /* empty but for OPERATION_INVOKE */
    Span base_class; /* an enumeration of derived classes that wants the properties of this one only
                        ("deepBaseProperties"); else empty */
    Span params;     /* the client's params, as they came: JSON, an object */
} OperationFrame;

typedef struct CancelFrame {
    uint32_t reason; /* MI_CancellationReason, 0 to 3 */
} CancelFrame;

typedef struct CreditFrame {
    uint32_t bytes; /* from 1 */
} CreditFrame;

/* The header of a frame and this beginning are the same in all versions, so that two programs that
 * don't fit can tell each other so. What follows another version is that version's business. */
typedef struct HelloFrame {
    uint32_t version; /* any: to be compared with FRAME_VERSION */
} HelloFrame;

typedef struct InstancesFrame {
    uint32_t count; /* instances in it, from 1 */
    Span json;      /* an array */
} InstancesFrame;

typedef struct ProgressFrame {
    uint32_t percent;                         /* above 100: unknown */
    uint32_t seconds;                         /* remaining; 0xFFFFFFFF: unknown */
    Span activity, current_operation, status; /* as the provider gave it: to be escaped */
} ProgressFrame;

typedef struct MessageFrame {
    uint32_t channel; /* MI_WRITEMESSAGE_CHANNEL_*: 0 to 2 */
    Span text;
} MessageFrame;

typedef struct ParameterFrame {
    Span name;   /* of a streamed out parameter */
    Span values; /* JSON: an array of some of its elements */
} ParameterFrame;

typedef enum PromptKind {
    PROMPT_USER = 1,            /* PromptUser: `first` is the message */
    PROMPT_SHOULD_PROCESS = 2,  /* ShouldProcess: `first` is the target, `second` the action */
    PROMPT_SHOULD_CONTINUE = 3, /* ShouldContinue: `first` is the message */
    PROMPT_WRITE_ERROR = 4,     /* WriteError, WriteCimError: `first` is the message */
} PromptKind;

typedef struct PromptFrame {
    uint32_t prompt; /* the agent's number for it, never used twice in an operation */
    PromptKind kind;
    uint32_t type; /* PROMPT_USER: MI_PromptType, 0 or 1; PROMPT_WRITE_ERROR: MI_Result; else 0 */
    Span first, second;
    Span cim_error; /* PROMPT_WRITE_ERROR: JSON of the CIM_Error instance, or empty */
} PromptFrame;

/* A prompt to which no answer came is answered with PROMPT_DEFAULT: the documented default holds.
 */
typedef enum PromptAnswer {
    PROMPT_NO = 0,
    PROMPT_YES = 1,
    PROMPT_DEFAULT = 2,
} PromptAnswer;

typedef struct AnswerFrame {
    uint32_t prompt;
    PromptAnswer answer;
} AnswerFrame;

enum {
    RESULT_CANCELED = 1,       /* a cancel came before the final post */
    RESULT_DELIVERED = 2,      /* and a callback was called */
    RESULT_INVALID_PARAMS = 4, /* the agent refused the client's params (-32602), nothing was run */
    RESULT_POSTED = 8,         /* the provider posted it; else it never did, or was never entered */
    RESULT_FAULT = 16,         /* the library is at fault: it can't be loaded, or is no provider */
    RESULT_CLASS_FAULT = 32,   /* and as for this class alone: its other classes may be well */
    RESULT_ALL_FLAGS = 63,
};

/*
 * The final post. `body`:
 * enumerate: the last batch, an array of `count` instances (outside of the window);
 * getInstance, createInstance, modifyInstance: `{"instance":...}` (or null for the last two),
 * deleteInstance: `{}`, getClass: `{"class":...}`, invoke:
 * `{"returnValue":...,"parameters":{...}}`: the JSON-RPC result itself; after an error: empty, or
 * whatever out parameters were posted before.
 */
typedef struct ResultFrame {
    uint32_t flags;     /* RESULT_CANCELED and the like */
    uint32_t result;    /* MI_Result; 0 is MI_RESULT_OK */
    uint32_t discarded; /* instances posted before the cancel that were not sent */
    uint32_t count;     /* instances in `body` */
    Span message;       /* what went wrong, for people; empty for MI_RESULT_OK */
    Span cim_error;     /* JSON of the CIM_Error instance, or empty */
    Span body;          /* JSON, or empty */
} ResultFrame;

/* What of @text is sent: up to its first 0, at most PAYLOAD_MAX_TEXT bytes, no character cut in
 * two. */
Span payload_cut_text(Span text);

void payload_put_empty(Buffer *to, FrameType type, uint64_t operation);
void payload_put_hello(Buffer *to, const HelloFrame *frame);
/* @groups: `group_count` entries of the host's gid_t; frame->groups is not used. */
void payload_put_config(Buffer *to, const ConfigFrame *frame, const uint32_t *groups);
void payload_put_operation(Buffer *to, uint64_t operation, const OperationFrame *frame);
void payload_put_cancel(Buffer *to, uint64_t operation, const CancelFrame *frame);
void payload_put_credit(Buffer *to, uint64_t operation, const CreditFrame *frame);
void payload_put_instances(Buffer *to, uint64_t operation, const InstancesFrame *frame);
void payload_put_progress(Buffer *to, uint64_t operation, const ProgressFrame *frame);
void payload_put_message(Buffer *to, uint64_t operation, const MessageFrame *frame);
void payload_put_parameter(Buffer *to, uint64_t operation, const ParameterFrame *frame);
void payload_put_prompt(Buffer *to, uint64_t operation, const PromptFrame *frame);
void payload_put_answer(Buffer *to, uint64_t operation, const AnswerFrame *frame);
void payload_put_result(Buffer *to, uint64_t operation, const ResultFrame *frame);

/* Each: 0, or -EINVAL for a payload that isn't one. */
int payload_get_empty(Span payload);
int payload_get_hello(Span payload, HelloFrame *frame);
int payload_get_config(Span payload, ConfigFrame *frame);
int payload_get_operation(Span payload, OperationFrame *frame);
int payload_get_cancel(Span payload, CancelFrame *frame);
int payload_get_credit(Span payload, CreditFrame *frame);
int payload_get_instances(Span payload, InstancesFrame *frame);
int payload_get_progress(Span payload, ProgressFrame *frame);
int payload_get_message(Span payload, MessageFrame *frame);
int payload_get_parameter(Span payload, ParameterFrame *frame);
int payload_get_prompt(Span payload, PromptFrame *frame);
int payload_get_answer(Span payload, AnswerFrame *frame);
int payload_get_result(Span payload, ResultFrame *frame);

/* The @index-th group of a ConfigFrame that was read. */
uint32_t payload_group(const ConfigFrame *frame, uint32_t index);
