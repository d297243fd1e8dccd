/*
 * The payloads, each a pair of functions that name the same fields in the same order.
 *
 * What a value may be is said once, in x_is_valid(), and asked both when a frame is written and
 * when it is read: what one side can send, the other takes.
 */
#include "protocol/payload.h"

#include "base/log.h"

#include <endian.h>
#include <errno.h>

#define LAST_REASON      3 /* MI_REASON_SERVICESTOP */
#define LAST_CHANNEL     2 /* MI_WRITEMESSAGE_CHANNEL_DEBUG */
#define LAST_PROMPT_TYPE 1 /* MI_PROMPTTYPE_CRITICAL */

/* The rules for values: the same ones when a frame is written and when it is read. */

static bool config_is_valid(const ConfigFrame *frame)
{
    if (frame->drop && (frame->uid == UINT32_MAX || frame->gid == UINT32_MAX))
        return false;
    return frame->group_count <= PAYLOAD_MAX_GROUPS && frame->operations > 0 && frame->window > 0 &&
           frame->log_level <= LOG_LEVEL_TRACE && frame->provider.size > 0 &&
           frame->library.size > 0;
}

static bool operation_is_valid(const OperationFrame *frame)
{
    return frame->kind >= OPERATION_GET_INSTANCE && frame->kind <= OPERATION_ENUMERATE_CLASSES &&
           (frame->flags & ~(uint32_t)OPERATION_ALL_FLAGS) == 0 && frame->name_space.size > 0 &&
           (frame->class_name.size > 0 || frame->kind == OPERATION_ENUMERATE_CLASSES) &&
           (frame->method.size > 0) == (frame->kind == OPERATION_INVOKE) &&
           frame->params.size > 0 &&
           (frame->base_class.size == 0 || frame->kind == OPERATION_ENUMERATE_INSTANCES);
}

static bool prompt_is_valid(const PromptFrame *frame)
{
    switch (frame->kind) {
    case PROMPT_USER:
        return frame->type <= LAST_PROMPT_TYPE && frame->cim_error.size == 0;
    case PROMPT_SHOULD_PROCESS:
    case PROMPT_SHOULD_CONTINUE:
        return frame->type == 0 && frame->cim_error.size == 0;
    case PROMPT_WRITE_ERROR:
        return true;
    }
    return false;
}

/* Could @json hold @count instances? Each takes at least `{}` and a comma or a bracket. */
static bool count_is_possible(uint32_t count, Span json)
{
    return count <= json.size / 3;
}

static bool instances_is_valid(const InstancesFrame *frame)
{
    return frame->count > 0 && count_is_possible(frame->count, frame->json);
}

static bool result_is_valid(const ResultFrame *frame)
{
    return (frame->flags & ~(uint32_t)RESULT_ALL_FLAGS) == 0 &&
           count_is_possible(frame->count, frame->body);
}

Span payload_cut_text(Span text)
{
    size_t size = text.size < PAYLOAD_MAX_TEXT ? text.size : PAYLOAD_MAX_TEXT;
    const char *zero = size == 0 ? NULL : memchr(text.data, '\0', size);

    if (zero != NULL)
        return (Span){text.data, (size_t)(zero - text.data)};
    if (size == text.size)
        return text;
    /* Back to the beginning of the character that the cut runs through; it has at most 4 bytes. */
    for (size_t back = 0; back < 4; back++)
        if (((unsigned char)text.data[size - back] & 0xC0) != 0x80)
            return (Span){text.data, size - back};
    return (Span){text.data, size};
}

static void put_name(Buffer *to, Span name, size_t max)
{
    if (name.size > max || (name.size > 0 && memchr(name.data, '\0', name.size) != NULL))
        to->failed = true;
    frame_put_string(to, name);
}

static void put_text(Buffer *to, Span text)
{
    frame_put_string(to, payload_cut_text(text));
}

/* Ends a frame whose values were @valid. */
static void end(Buffer *to, size_t begin, bool valid)
{
    if (!valid)
        to->failed = true;
    frame_end(to, begin);
}

static int finish(const FrameCursor *cursor, bool valid)
{
    return frame_cursor_is_done(cursor) && valid ? 0 : -EINVAL;
}

static bool get_bool(FrameCursor *cursor)
{
    uint8_t value = frame_get_u8(cursor);

    if (value > 1)
        cursor->failed = true;
    return value == 1;
}

void payload_put_empty(Buffer *to, FrameType type, uint64_t operation)
{
    frame_end(to, frame_begin(to, type, operation));
}

int payload_get_empty(Span payload)
{
    return payload.size == 0 ? 0 : -EINVAL;
}

void payload_put_hello(Buffer *to, const HelloFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_HELLO, 0);

    frame_put_u32(to, frame->version);
    frame_end(to, begin);
}

int payload_get_hello(Span payload, HelloFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->version = frame_get_u32(&cursor);
    if (frame->version != FRAME_VERSION)
        (void)frame_get_rest(&cursor);
    return finish(&cursor, true);
}

void payload_put_config(Buffer *to, const ConfigFrame *frame, const uint32_t *groups)
{
    size_t begin = frame_begin(to, FRAME_CONFIG, 0);
    bool valid = config_is_valid(frame);

    frame_put_u8(to, frame->drop);
    frame_put_u32(to, frame->uid);
    frame_put_u32(to, frame->gid);
    frame_put_u32(to, frame->group_count);
    for (uint32_t i = 0; valid && i < frame->group_count; i++)
        frame_put_u32(to, groups[i]);
    frame_put_u8(to, frame->parallel);
    frame_put_u32(to, frame->operations);
    frame_put_u32(to, frame->window);
    frame_put_u32(to, frame->parent);
    frame_put_u8(to, frame->log_level);
    frame_put_u32(to, frame->collected);
    frame_put_u8(to, frame->new_privileges);
    put_name(to, frame->provider, PAYLOAD_MAX_NAME);
    put_name(to, frame->library, PAYLOAD_MAX_PATH);
    end(to, begin, valid);
}

int payload_get_config(Span payload, ConfigFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->drop = get_bool(&cursor);
    frame->uid = frame_get_u32(&cursor);
    frame->gid = frame_get_u32(&cursor);
    frame->group_count = frame_get_u32(&cursor);
    if (frame->group_count > PAYLOAD_MAX_GROUPS)
        return -EINVAL;
    frame->groups = frame_get_bytes(&cursor, frame->group_count * sizeof(uint32_t));
    frame->parallel = get_bool(&cursor);
    frame->operations = frame_get_u32(&cursor);
    frame->window = frame_get_u32(&cursor);
    frame->parent = frame_get_u32(&cursor);
    frame->log_level = frame_get_u8(&cursor);
    frame->collected = frame_get_u32(&cursor);
    frame->new_privileges = get_bool(&cursor);
    frame->provider = frame_get_string(&cursor, PAYLOAD_MAX_NAME);
    frame->library = frame_get_string(&cursor, PAYLOAD_MAX_PATH);
    return finish(&cursor, config_is_valid(frame));
}

uint32_t payload_group(const ConfigFrame *frame, uint32_t index)
{
    uint32_t group;

    memcpy(&group, frame->groups.data + index * sizeof(group), sizeof(group));
    return le32toh(group);
}

void payload_put_operation(Buffer *to, uint64_t operation, const OperationFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_OPERATION, operation);

    frame_put_u32(to, (uint32_t)frame->kind);
    frame_put_u32(to, frame->flags);
    put_name(to, frame->name_space, PAYLOAD_MAX_NAME);
    put_name(to, frame->class_name, PAYLOAD_MAX_NAME);
    put_name(to, frame->method, PAYLOAD_MAX_NAME);
    put_name(to, frame->base_class, PAYLOAD_MAX_NAME);
    buffer_put_span(to, frame->params);
    end(to, begin, operation_is_valid(frame));
}

int payload_get_operation(Span payload, OperationFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->kind = (OperationKind)frame_get_u32(&cursor);
    frame->flags = frame_get_u32(&cursor);
    frame->name_space = frame_get_string(&cursor, PAYLOAD_MAX_NAME);
    frame->class_name = frame_get_string(&cursor, PAYLOAD_MAX_NAME);
    frame->method = frame_get_string(&cursor, PAYLOAD_MAX_NAME);
    frame->base_class = frame_get_string(&cursor, PAYLOAD_MAX_NAME);
    frame->params = frame_get_rest(&cursor);
    return finish(&cursor, operation_is_valid(frame));
}

void payload_put_cancel(Buffer *to, uint64_t operation, const CancelFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_CANCEL, operation);

    frame_put_u32(to, frame->reason);
    end(to, begin, frame->reason <= LAST_REASON);
}

int payload_get_cancel(Span payload, CancelFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->reason = frame_get_u32(&cursor);
    return finish(&cursor, frame->reason <= LAST_REASON);
}

void payload_put_credit(Buffer *to, uint64_t operation, const CreditFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_CREDIT, operation);

    frame_put_u32(to, frame->bytes);
    end(to, begin, frame->bytes > 0);
}

int payload_get_credit(Span payload, CreditFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->bytes = frame_get_u32(&cursor);
    return finish(&cursor, frame->bytes > 0);
}

void payload_put_instances(Buffer *to, uint64_t operation, const InstancesFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_INSTANCES, operation);

    frame_put_u32(to, frame->count);
    buffer_put_span(to, frame->json);
    end(to, begin, instances_is_valid(frame));
}

int payload_get_instances(Span payload, InstancesFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->count = frame_get_u32(&cursor);
    frame->json = frame_get_rest(&cursor);
    return finish(&cursor, instances_is_valid(frame));
}

void payload_put_progress(Buffer *to, uint64_t operation, const ProgressFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_PROGRESS, operation);

    frame_put_u32(to, frame->percent);
    frame_put_u32(to, frame->seconds);
    put_text(to, frame->activity);
    put_text(to, frame->current_operation);
    put_text(to, frame->status);
    frame_end(to, begin);
}

int payload_get_progress(Span payload, ProgressFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->percent = frame_get_u32(&cursor);
    frame->seconds = frame_get_u32(&cursor);
    frame->activity = frame_get_string(&cursor, PAYLOAD_MAX_TEXT);
    frame->current_operation = frame_get_string(&cursor, PAYLOAD_MAX_TEXT);
    frame->status = frame_get_string(&cursor, PAYLOAD_MAX_TEXT);
    return finish(&cursor, true);
}

void payload_put_message(Buffer *to, uint64_t operation, const MessageFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_MESSAGE, operation);

    frame_put_u32(to, frame->channel);
    put_text(to, frame->text);
    end(to, begin, frame->channel <= LAST_CHANNEL);
}

int payload_get_message(Span payload, MessageFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->channel = frame_get_u32(&cursor);
    frame->text = frame_get_string(&cursor, PAYLOAD_MAX_TEXT);
    return finish(&cursor, frame->channel <= LAST_CHANNEL);
}

static bool parameter_is_valid(const ParameterFrame *frame)
{
    return frame->name.size > 0 && frame->values.size > 0;
}

void payload_put_parameter(Buffer *to, uint64_t operation, const ParameterFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_PARAMETER, operation);

    put_name(to, frame->name, PAYLOAD_MAX_NAME);
    buffer_put_span(to, frame->values);
    end(to, begin, parameter_is_valid(frame));
}

int payload_get_parameter(Span payload, ParameterFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->name = frame_get_string(&cursor, PAYLOAD_MAX_NAME);
    frame->values = frame_get_rest(&cursor);
    return finish(&cursor, parameter_is_valid(frame));
}

void payload_put_prompt(Buffer *to, uint64_t operation, const PromptFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_PROMPT, operation);

    frame_put_u32(to, frame->prompt);
    frame_put_u32(to, (uint32_t)frame->kind);
    frame_put_u32(to, frame->type);
    put_text(to, frame->first);
    put_text(to, frame->second);
    buffer_put_span(to, frame->cim_error);
    end(to, begin, prompt_is_valid(frame));
}

int payload_get_prompt(Span payload, PromptFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->prompt = frame_get_u32(&cursor);
    frame->kind = (PromptKind)frame_get_u32(&cursor);
    frame->type = frame_get_u32(&cursor);
    frame->first = frame_get_string(&cursor, PAYLOAD_MAX_TEXT);
    frame->second = frame_get_string(&cursor, PAYLOAD_MAX_TEXT);
    frame->cim_error = frame_get_rest(&cursor);
    return finish(&cursor, prompt_is_valid(frame));
}

void payload_put_answer(Buffer *to, uint64_t operation, const AnswerFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_ANSWER, operation);

    frame_put_u32(to, frame->prompt);
    frame_put_u32(to, (uint32_t)frame->answer);
    end(to, begin, frame->answer <= PROMPT_DEFAULT);
}

int payload_get_answer(Span payload, AnswerFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->prompt = frame_get_u32(&cursor);
    frame->answer = (PromptAnswer)frame_get_u32(&cursor);
    return finish(&cursor, frame->answer <= PROMPT_DEFAULT);
}

void payload_put_result(Buffer *to, uint64_t operation, const ResultFrame *frame)
{
    size_t begin = frame_begin(to, FRAME_RESULT, operation);

    frame_put_u32(to, frame->flags);
    frame_put_u32(to, frame->result);
    frame_put_u32(to, frame->discarded);
    frame_put_u32(to, frame->count);
    put_text(to, frame->message);
    put_name(to, frame->cim_error, FRAME_MAX_PAYLOAD);
    buffer_put_span(to, frame->body);
    end(to, begin, result_is_valid(frame));
}

int payload_get_result(Span payload, ResultFrame *frame)
{
    FrameCursor cursor = {.rest = payload};

    frame->flags = frame_get_u32(&cursor);
    frame->result = frame_get_u32(&cursor);
    frame->discarded = frame_get_u32(&cursor);
    frame->count = frame_get_u32(&cursor);
    frame->message = frame_get_string(&cursor, PAYLOAD_MAX_TEXT);
    frame->cim_error = frame_get_string(&cursor, FRAME_MAX_PAYLOAD);
    frame->body = frame_get_rest(&cursor);
    return finish(&cursor, result_is_valid(frame));
}
