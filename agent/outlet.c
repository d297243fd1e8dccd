#include "agent/outlet.h"

#include "agent/thread.h"

#include <errno.h>

#define KEEP_CAPACITY (2 * OUTLET_BATCH) /* what a larger instance took is given back */

void outlet_init(Outlet *outlet, Channel *channel, uint64_t operation, uint32_t window)
{
    *outlet =
        (Outlet){.channel = channel, .operation = operation, .window = window, .credit = window};
}

void outlet_deinit(Outlet *outlet)
{
    buffer_deinit(&outlet->batch);
}

static bool fits(const Outlet *outlet, size_t size)
{
    return outlet->credit == outlet->window ||
           (outlet->credit > 0 && size <= (size_t)outlet->credit);
}

static void forget_batch(Outlet *outlet)
{
    if (outlet->batch.capacity > KEEP_CAPACITY)
        buffer_deinit(&outlet->batch);
    else
        buffer_clear(&outlet->batch);
    outlet->count = 0;
}

int outlet_put_instance(Outlet *outlet, const MI_Instance *instance, const MiJsonFilter *filter)
{
    Buffer *batch = &outlet->batch;
    size_t before = batch->size, begin;
    int r;

    buffer_put_char(batch, before == 0 ? '[' : ',');
    begin = batch->size;
    r = buffer_failed(batch) ? -ENOMEM : mi_json_put_instance(batch, instance, filter);
    if (r == 0 && batch->size - begin > OUTLET_MAX_INSTANCE)
        r = -E2BIG;
    /* Room for the bracket that ends the array: a batch that was begun can always be completed. */
    if (r == 0 && buffer_reserve(batch, 1) == NULL)
        r = -ENOMEM;
    if (r < 0) {
        batch->size = before;
        batch->failed = false;
        return r;
    }
    outlet->count++;
    return 0;
}

bool outlet_is_empty(const Outlet *outlet)
{
    return outlet->count == 0;
}

bool outlet_is_full(const Outlet *outlet)
{
    size_t size = outlet->batch.size;

    return size >= OUTLET_BATCH || (int64_t)size >= outlet->window;
}

bool outlet_send_batch(Outlet *outlet)
{
    size_t charge = outlet->batch.size + 1;
    InstancesFrame frame = {.count = outlet->count};

    if (outlet_is_empty(outlet))
        return true;
    if (!fits(outlet, charge))
        return false;
    buffer_put_char(&outlet->batch, ']');
    frame.json = buffer_span(&outlet->batch);
    payload_put_instances(channel_begin(outlet->channel), outlet->operation, &frame);
    channel_end(outlet->channel, CHANNEL_NOW);
    outlet->credit -= (int64_t)charge;
    outlet->sent_at = clock_now();
    forget_batch(outlet);
    return true;
}

void outlet_discard(Outlet *outlet, uint32_t more)
{
    outlet->discarded += outlet->count + more;
    forget_batch(outlet);
}

Span outlet_end_batch(Outlet *outlet, uint32_t *count)
{
    *count = outlet->count;
    if (outlet_is_empty(outlet))
        return (Span){0};
    buffer_put_char(&outlet->batch, ']');
    return buffer_span(&outlet->batch);
}

int outlet_send_frame(Outlet *outlet, const Buffer *frame)
{
    size_t charge;

    if (buffer_failed(frame))
        return -ENOMEM;
    charge = frame->size - FRAME_HEADER_SIZE;
    if (!fits(outlet, charge))
        return OUTLET_NO_ROOM;
    buffer_put_span(channel_begin(outlet->channel), buffer_span(frame));
    channel_end(outlet->channel, CHANNEL_NOW);
    outlet->credit -= (int64_t)charge;
    return 0;
}

void outlet_credit(Outlet *outlet, uint32_t bytes)
{
    outlet->credit += (int64_t)bytes;
    if (outlet->credit > outlet->window)
        outlet->credit = outlet->window;
}
