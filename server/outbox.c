#include "server/outbox.h"

#include <errno.h>
#include <string.h>

void outbox_init(Outbox *outbox, Stream *stream)
{
    *outbox = (Outbox){.stream = stream};
}

void outbox_deinit(Outbox *outbox)
{
    fifo_deinit(&outbox->bulk);
    fifo_deinit(&outbox->waiting);
    fifo_deinit(&outbox->marks);
}

size_t outbox_unsent(const Outbox *outbox)
{
    return stream_unsent(outbox->stream) + fifo_span(&outbox->bulk).size;
}

void outbox_begin(Outbox *outbox, OutboxLane lane)
{
    bool something_waits = fifo_span(&outbox->bulk).size > 0;

    outbox->lane = lane;
    outbox->waits = lane == OUTBOX_BULK && (something_waits || outbox->ahead >= OUTBOX_AHEAD);
    outbox->begin = outbox->waits ? fifo_span(&outbox->bulk).size : stream_position(outbox->stream);
}

Buffer *outbox_buffer(Outbox *outbox)
{
    return outbox->waits ? &outbox->bulk.buffer : stream_out(outbox->stream);
}

size_t outbox_message_size(const Outbox *outbox)
{
    uint64_t end = outbox->waits ? fifo_span(&outbox->bulk).size : stream_position(outbox->stream);

    return (size_t)(end - outbox->begin);
}

static int put_mark(Fifo *marks, const Mark *mark)
{
    buffer_put(&marks->buffer, mark, sizeof(*mark));
    return buffer_failed(&marks->buffer) ? -ENOMEM : 0;
}

/* The first of @marks. False: there is none. */
static bool first_mark(const Fifo *marks, Mark *ret)
{
    Span span = fifo_span(marks);

    if (span.size == 0)
        return false;
    memcpy(ret, span.data, sizeof(*ret));
    return true;
}

/* The message of @mark is in the stream now, and ends there. */
static int enter_stream(Outbox *outbox, Mark *mark)
{
    mark->end = stream_position(outbox->stream);
    if (mark->lane == OUTBOX_BULK)
        outbox->ahead += mark->size;
    return put_mark(&outbox->marks, mark);
}

int outbox_end(Outbox *outbox, const Mark *mark)
{
    Mark kept = *mark;

    kept.lane = outbox->lane;
    kept.size = outbox_message_size(outbox);
    if (!outbox->waits)
        return enter_stream(outbox, &kept);
    if (buffer_failed(&outbox->bulk.buffer))
        return -ENOMEM;
    return put_mark(&outbox->waiting, &kept);
}

bool outbox_next_sent(Outbox *outbox, Mark *ret)
{
    if (!first_mark(&outbox->marks, ret) || ret->end > outbox->stream->sent)
        return false;
    fifo_skip(&outbox->marks, sizeof(*ret));
    if (ret->lane == OUTBOX_BULK)
        outbox->ahead -= ret->size;
    return true;
}

void outbox_refill(Outbox *outbox)
{
    Mark mark;

    while (outbox->ahead < OUTBOX_AHEAD && first_mark(&outbox->waiting, &mark)) {
        Buffer *out = stream_out_later(outbox->stream);
        Span message = fifo_span(&outbox->bulk);

        message.size = mark.size;
        buffer_put_span(out, message);
        /* A mark that is lost is a message that is lost: the stream fails, and says so. */
        if (enter_stream(outbox, &mark) < 0)
            out->failed = true;
        fifo_skip(&outbox->waiting, sizeof(mark));
        fifo_skip(&outbox->bulk, message.size);
    }
}
