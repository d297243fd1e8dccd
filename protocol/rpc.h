/*
 * JSON-RPC 2.0: the envelope of a message, taken apart and made.
 *
 * mihost-protocol(7) is the page. Ids are integers within ±(2^53-1) or strings of at most 128
 * bytes, and keep their type: they are carried as JSON text, so that `7` is not `"7"`. That text is
 * normalised
 * (`-0` is `0`, "\u0061" is "a"): ids are equal if their texts are equal bytes.
 */
#pragma once

#include "base/buffer.h"

#define RPC_MAX_ID_STRING 128 /* bytes, decoded */
#define RPC_MAX_ID        800 /* bytes of JSON text: 128 bytes, each escaped as \u00xx, and quotes */

/* How deep the envelope puts what is relayed, at most: {"error":{"data":{"result":...}}}, and room.
 */
#define RPC_ENVELOPE_DEPTH 4

/* The codes of the protocol page. */
typedef enum RpcCode {
    RPC_PARSE_ERROR = -32700,
    RPC_INVALID_REQUEST = -32600,
    RPC_METHOD_NOT_FOUND = -32601,
    RPC_INVALID_PARAMS = -32602,
    RPC_REQUEST_CANCELED = -32800,
    RPC_REQUEST_FAILED = -32803, /* what MI refused; data says with which MI_Result */
} RpcCode;

typedef enum RpcKind {
    RPC_REQUEST,      /* method and id */
    RPC_NOTIFICATION, /* method, no id */
    RPC_RESPONSE,     /* id and result or error */
} RpcKind;

/*
 * A message. `id` points into the message itself (so don't copy it as a struct), the other spans
 * into the text that was parsed. Members that are absent have data NULL.
 */
typedef struct RpcMessage {
    RpcKind kind;
    Span id;     /* JSON text, normalised; absent in an error response that is to no request */
    Span method; /* the raw text between the quotes; a method with escapes in it is nobody's */
    Span params; /* an object, or absent */
    Span result; /* any value */
    Span error;  /* an object */
    char id_text[RPC_MAX_ID]; /* what `id` points to */
} RpcMessage;

/* Why a message was refused: the response to send (always with id null), in words. */
typedef struct RpcFault {
    RpcCode code;
    char message[256];
} RpcFault;

/*
 * Takes @text apart. 0; -EINVAL with @fault set: RPC_PARSE_ERROR for what is no JSON,
 * RPC_INVALID_REQUEST for an array (a batch), a missing or wrong `jsonrpc`, `method` or `params`,
 * an id of a wrong kind, a duplicate or unknown member; -ENOMEM. JSON may be JSON_MAX_DEPTH +
 * RPC_ENVELOPE_DEPTH deep.
 */
int rpc_parse(Span text, RpcMessage *message, RpcFault *fault);

/*
 * Normalises a checked JSON value that is to be an id (of a message, or in the params of a cancel)
 * into
 * @text, of RPC_MAX_ID bytes, to which *@id then points. 0, -EINVAL for what is no id, -ENOMEM.
 */
int rpc_normalise_id(Span value, char *text, Span *id);

/* Appends `{"jsonrpc":"2.0","id":ID,"result":` ; the caller appends the result and `}`. */
void rpc_put_result_head(Buffer *to, Span id);

/* Appends a whole error response. @id may be absent (null is written). @data is JSON text, or
 * absent. */
void rpc_put_error(Buffer *to, Span id, int code, Span message, Span data);

/* Appends `{"jsonrpc":"2.0","id":ID,"method":METHOD,"params":` ; the caller appends params and `}`.
 */
void rpc_put_request_head(Buffer *to, Span id, const char *method);

/* Appends `{"jsonrpc":"2.0","method":METHOD,"params":` ; the caller appends params and `}`. */
void rpc_put_notification_head(Buffer *to, const char *method);
