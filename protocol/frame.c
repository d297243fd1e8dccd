/*
 * The frame's header, the allow-check, and the fields that payloads are made of.
 *
 * The table of types is expanded here once more, into what the check and the names need: a type
 * that isn't in it is refused, so nothing is allowed by default.
 */
#include "protocol/frame.h"

#include <endian.h>
#include <errno.h>

typedef struct TypeEntry {
    const char *name; /* NULL: no type has this number */
    unsigned from;
    bool of_operation;
} TypeEntry;

static const TypeEntry types[] = {
#define FRAME_ENTRY(name, number, from, operation) [number] = {#name, from, operation},
    FRAME_TYPES(FRAME_ENTRY)
#undef FRAME_ENTRY
};

static const TypeEntry *find_type(unsigned type)
{
    return type < ARRAY_SIZE(types) && types[type].name != NULL ? &types[type] : NULL;
}

const char *frame_name(unsigned type)
{
    const TypeEntry *entry = find_type(type);

    return entry == NULL ? "unknown" : entry->name;
}

void frame_reader_init(FrameReader *reader, unsigned from)
{
    *reader = (FrameReader){.from = from};
}

void frame_reader_deinit(FrameReader *reader)
{
    buffer_deinit(&reader->partial);
}

/* Is the frame with this header allowed here? 0 and the frame, without its payload, or an error. */
static int read_header(FrameReader *reader, const char *header)
{
    uint32_t length;
    uint16_t type, flags;
    uint64_t operation;
    const TypeEntry *entry;

    memcpy(&length, header, sizeof(length));
    memcpy(&type, header + 4, sizeof(type));
    memcpy(&flags, header + 6, sizeof(flags));
    memcpy(&operation, header + 8, sizeof(operation));
    length = le32toh(length);
    type = le16toh(type);
    entry = find_type(type);
    if (entry == NULL || (entry->from & reader->from) == 0 || flags != 0)
        return FRAME_E_TYPE;
    if ((type == FRAME_HELLO) == reader->greeted)
        return FRAME_E_GREETING;
    if ((operation != 0) != entry->of_operation)
        return FRAME_E_OPERATION;
    if (length > FRAME_MAX_PAYLOAD)
        return FRAME_E_LENGTH;
    reader->greeted = true;
    reader->frame = (Frame){.type = (FrameType)type, .operation = le64toh(operation)};
    reader->size = FRAME_HEADER_SIZE + (size_t)length;
    return 0;
}

/* Moves bytes from @input to what is kept, until that is @size. FRAME_COMPLETE if it is. */
static int keep(FrameReader *reader, Span *input, size_t size)
{
    size_t missing = size - reader->partial.size;
    size_t count = input->size < missing ? input->size : missing;

    if (count > 0)
        buffer_put(&reader->partial, input->data, count);
    if (buffer_failed(&reader->partial))
        return -ENOMEM;
    span_skip(input, count);
    return reader->partial.size == size ? FRAME_COMPLETE : FRAME_MORE;
}

static void hand_out(FrameReader *reader, const char *begin, Frame *frame)
{
    *frame = reader->frame;
    frame->payload = (Span){begin + FRAME_HEADER_SIZE, reader->size - FRAME_HEADER_SIZE};
    reader->size = 0;
}

int frame_next(FrameReader *reader, Span *input, Frame *frame)
{
    int r;

    if (reader->partial_is_done) {
        buffer_deinit(&reader->partial);
        reader->partial_is_done = false;
    }
    if (input->size == 0)
        return FRAME_MORE;
    if (reader->partial.size == 0 && input->size >= FRAME_HEADER_SIZE) {
        r = read_header(reader, input->data);
        if (r != 0)
            return r;
        if (input->size >= reader->size) {
            const char *begin = input->data;

            span_skip(input, reader->size);
            hand_out(reader, begin, frame);
            return FRAME_COMPLETE;
        }
    }
    if (reader->size == 0) {
        r = keep(reader, input, FRAME_HEADER_SIZE);
        if (r != FRAME_COMPLETE)
            return r;
        r = read_header(reader, reader->partial.data);
        if (r != 0)
            return r;
    }
    r = keep(reader, input, reader->size);
    if (r != FRAME_COMPLETE)
        return r;
    hand_out(reader, reader->partial.data, frame);
    reader->partial_is_done = true;
    return FRAME_COMPLETE;
}

const char *frame_error_text(int error)
{
    switch (error) {
    case FRAME_E_TYPE:
        return "a frame of a type or with flags that this side may not send";
    case FRAME_E_LENGTH:
        return "a frame that is too long";
    case FRAME_E_OPERATION:
        return "a frame with an operation where there is none to be, or without one";
    case FRAME_E_GREETING:
        return "a first frame that is no HELLO, or a second HELLO";
    default:
        return "no error of a frame";
    }
}

bool frame_reader_is_partial(const FrameReader *reader)
{
    return reader->partial.size > 0 && !reader->partial_is_done;
}

static void put_u16(Buffer *to, uint16_t value)
{
    value = htole16(value);
    buffer_put(to, &value, sizeof(value));
}

size_t frame_begin(Buffer *to, FrameType type, uint64_t operation)
{
    size_t begin = to->size;

    frame_put_u32(to, 0); /* the length: frame_end knows it */
    put_u16(to, (uint16_t)type);
    put_u16(to, 0);
    frame_put_u64(to, operation);
    return begin;
}

void frame_end(Buffer *to, size_t begin)
{
    if (buffer_failed(to))
        return;
    size_t size = to->size - begin - FRAME_HEADER_SIZE;
    if (size > FRAME_MAX_PAYLOAD) {
        to->failed = true;
        return;
    }
    uint32_t length = htole32((uint32_t)size);
    memcpy(to->data + begin, &length, sizeof(length));
}

void frame_put_u8(Buffer *to, uint8_t value)
{
    buffer_put(to, &value, sizeof(value));
}

void frame_put_u32(Buffer *to, uint32_t value)
{
    value = htole32(value);
    buffer_put(to, &value, sizeof(value));
}

void frame_put_u64(Buffer *to, uint64_t value)
{
    value = htole64(value);
    buffer_put(to, &value, sizeof(value));
}

void frame_put_string(Buffer *to, Span text)
{
    if (text.size > FRAME_MAX_PAYLOAD) {
        to->failed = true;
        return;
    }
    frame_put_u32(to, (uint32_t)text.size);
    buffer_put_span(to, text);
}

Span frame_get_bytes(FrameCursor *cursor, size_t size)
{
    Span bytes = {cursor->rest.data, size};

    if (cursor->failed || size > cursor->rest.size) {
        *cursor = (FrameCursor){.failed = true};
        return (Span){0};
    }
    if (size > 0)
        span_skip(&cursor->rest, size);
    return bytes;
}

/* Copies the next @size bytes to @to, or zeros. */
static void get(FrameCursor *cursor, void *to, size_t size)
{
    Span bytes = frame_get_bytes(cursor, size);

    memset(to, 0, size);
    if (bytes.size > 0)
        memcpy(to, bytes.data, size);
}

uint8_t frame_get_u8(FrameCursor *cursor)
{
    uint8_t value;

    get(cursor, &value, sizeof(value));
    return value;
}

uint32_t frame_get_u32(FrameCursor *cursor)
{
    uint32_t value;

    get(cursor, &value, sizeof(value));
    return le32toh(value);
}

uint64_t frame_get_u64(FrameCursor *cursor)
{
    uint64_t value;

    get(cursor, &value, sizeof(value));
    return le64toh(value);
}

Span frame_get_string(FrameCursor *cursor, uint32_t max)
{
    uint32_t size = frame_get_u32(cursor);
    Span text;

    if (size > max)
        cursor->failed = true;
    text = frame_get_bytes(cursor, size);
    if (text.size > 0 && memchr(text.data, '\0', text.size) != NULL) {
        *cursor = (FrameCursor){.failed = true};
        return (Span){0};
    }
    return text;
}

Span frame_get_rest(FrameCursor *cursor)
{
    return frame_get_bytes(cursor, cursor->rest.size);
}

bool frame_cursor_is_done(const FrameCursor *cursor)
{
    return !cursor->failed && cursor->rest.size == 0;
}
