/*
 * The bytes between server and agent: frames and their payloads.
 *
 * The first byte says from whom the stream comes and how it is cut; that must make no difference. A
 * payload that is accepted must come out the same when it is written again.
 */
#include "protocol/payload.h"
#include "tests/fuzz/fuzz.h"

static int get_config(Span payload, Buffer *out)
{
    uint32_t *groups;
    ConfigFrame frame;

    if (payload_get_config(payload, &frame) != 0)
        return -1;
    groups = calloc(frame.group_count + 1, sizeof(*groups));
    require(groups != NULL);
    for (uint32_t i = 0; i < frame.group_count; i++)
        groups[i] = payload_group(&frame, i);
    payload_put_config(out, &frame, groups);
    free(groups);
    return 0;
}

/* Reads @payload as @Type and writes it again. */
#define GET(Type, name)                                                                            \
    do {                                                                                           \
        Type value_;                                                                               \
        r = payload_get_##name(frame->payload, &value_);                                           \
        if (r == 0)                                                                                \
            payload_put_##name(out, frame->operation, &value_);                                    \
    } while (0)

/* 0 if the payload was one; it was written to @out then. */
static int rewrite(const Frame *frame, Buffer *out)
{
    HelloFrame hello;
    int r;

    switch (frame->type) {
    case FRAME_HELLO:
        r = payload_get_hello(frame->payload, &hello);
        if (r == 0 && hello.version != FRAME_VERSION)
            return -1; /* what follows it isn't read */
        if (r == 0)
            payload_put_hello(out, &hello);
        break;
    case FRAME_CONFIG:
        r = get_config(frame->payload, out);
        break;
    case FRAME_OPERATION:
        GET(OperationFrame, operation);
        break;
    case FRAME_CANCEL:
        GET(CancelFrame, cancel);
        break;
    case FRAME_CREDIT:
        GET(CreditFrame, credit);
        break;
    case FRAME_INSTANCES:
        GET(InstancesFrame, instances);
        break;
    case FRAME_PROGRESS:
        GET(ProgressFrame, progress);
        break;
    case FRAME_MESSAGE:
        GET(MessageFrame, message);
        break;
    case FRAME_PARAMETER:
        GET(ParameterFrame, parameter);
        break;
    case FRAME_PROMPT:
        GET(PromptFrame, prompt);
        break;
    case FRAME_ANSWER:
        GET(AnswerFrame, answer);
        break;
    case FRAME_RESULT:
        GET(ResultFrame, result);
        break;
    case FRAME_PING:
    case FRAME_STOP:
    case FRAME_STARTED:
    case FRAME_RELEASED:
    case FRAME_PONG:
    case FRAME_UNLOAD:
    case FRAME_KEEP:
    default:
        r = payload_get_empty(frame->payload);
        if (r == 0)
            payload_put_empty(out, frame->type, frame->operation);
        break;
    }
    return r;
}

static void check_frame(const Frame *frame)
{
    Buffer out = BUFFER_INIT;

    if (rewrite(frame, &out) == 0) {
        require(!buffer_failed(&out));
        require(out.size == FRAME_HEADER_SIZE + frame->payload.size);
        require(frame->payload.size == 0 || memcmp(out.data + FRAME_HEADER_SIZE,
                                                   frame->payload.data, frame->payload.size) == 0);
    }
    buffer_deinit(&out);
}

/* Writes each frame of @stream down in @seen; the outcome. */
static int read_stream(Span stream, unsigned from, size_t step, Buffer *seen)
{
    int r = FRAME_MORE;
    FrameReader reader;
    Frame frame;

    frame_reader_init(&reader, from);
    while (stream.size > 0 && r == FRAME_MORE) {
        size_t size = step < stream.size ? step : stream.size;
        Span input = {stream.data, size};

        while ((r = frame_next(&reader, &input, &frame)) == FRAME_COMPLETE) {
            size_t begin = frame_begin(seen, frame.type, frame.operation);
            buffer_put_span(seen, frame.payload);
            frame_end(seen, begin);
            check_frame(&frame);
        }
        require(r != FRAME_MORE || input.size == 0);
        span_skip(&stream, size);
    }
    frame_reader_deinit(&reader);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Buffer whole = BUFFER_INIT, cut = BUFFER_INIT;

    if (size == 0)
        return 0;
    Span stream = {(const char *)data + 1, size - 1};
    unsigned from = data[0] & 1 ? FRAME_FROM_AGENT : FRAME_FROM_SERVER;
    int r = read_stream(stream, from, size, &whole);
    require(read_stream(stream, from, 1 + data[0] / 2 % 64, &cut) == r);
    /* What was read is, written again, the beginning of what came. */
    require(whole.size == cut.size && whole.size <= stream.size);
    require(whole.size == 0 || (memcmp(whole.data, stream.data, whole.size) == 0 &&
                                memcmp(cut.data, stream.data, cut.size) == 0));
    buffer_deinit(&whole);
    buffer_deinit(&cut);
    return 0;
}
