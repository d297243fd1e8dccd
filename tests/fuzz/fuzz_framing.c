/*
 * A client's bytes: the framings and the JSON-RPC envelope.
 *
 * The first byte says how the stream is cut. However it is, the same messages and the same outcome
 * must come out as from the stream in one piece.
 */
#include "protocol/framing.h"
#include "protocol/json.h"
#include "protocol/rpc.h"
#include "tests/fuzz/fuzz.h"

#define MAX_MESSAGE 4000

/* An id that was read is an id, and stays as it is when it is read once more. */
static void check_id(Span id)
{
    char text[RPC_MAX_ID];
    Span again;

    require(json_check_line(id, 0, NULL));
    require(rpc_normalise_id(id, text, &again) == 0);
    require(again.size == id.size && memcmp(again.data, id.data, id.size) == 0);
}

static void check_message(Span text)
{
    RpcMessage message;
    RpcFault fault;

    if (rpc_parse(text, &message, &fault) != 0) {
        require(fault.code == RPC_PARSE_ERROR || fault.code == RPC_INVALID_REQUEST);
        require(memchr(fault.message, '\0', sizeof(fault.message)) != NULL);
        return;
    }
    require((message.kind == RPC_RESPONSE) == (message.method.data == NULL));
    require(message.kind == RPC_RESPONSE ||
            (message.kind == RPC_REQUEST) == (message.id.data != NULL));
    if (message.id.data != NULL)
        check_id(message.id);
    if (message.params.data != NULL)
        require(json_check(message.params, JSON_DEPTH_LIMIT, NULL));
}

/* Writes each message of @stream down in @seen; the outcome. */
static int read_stream(Span stream, size_t step, Buffer *seen)
{
    int r = FRAMING_MORE;
    Framing framing;

    framing_init(&framing, FRAMING_UNKNOWN, MAX_MESSAGE);
    while (stream.size > 0 && r == FRAMING_MORE) {
        size_t size = step < stream.size ? step : stream.size;
        Span input = {stream.data, size}, message;

        while ((r = framing_next(&framing, &input, &message)) == FRAMING_MESSAGE) {
            require(message.size <= MAX_MESSAGE);
            buffer_put_u64(seen, message.size);
            buffer_put_char(seen, ':');
            buffer_put_span(seen, message);
            check_message(message);
        }
        require(r != FRAMING_MORE || input.size == 0);
        span_skip(&stream, size);
    }
    framing_deinit(&framing);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Buffer whole = BUFFER_INIT, cut = BUFFER_INIT;

    if (size == 0)
        return 0;
    Span stream = {(const char *)data + 1, size - 1};
    int r = read_stream(stream, size, &whole);
    require(read_stream(stream, 1 + data[0] % 64, &cut) == r);
    require(whole.size == cut.size);
    require(whole.size == 0 || memcmp(whole.data, cut.data, whole.size) == 0);
    buffer_deinit(&whole);
    buffer_deinit(&cut);
    return 0;
}
