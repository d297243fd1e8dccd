/*
 * The two framings, one byte stream in, messages out.
 *
 * Both are made of "take a line" and "take so many bytes". What is complete in the input is handed
 * out there; only what the input's end cuts off is copied, and no byte is searched twice.
 */
#include "protocol/framing.h"

#include <errno.h>

void framing_init(Framing *framing, FramingKind kind, size_t max_message)
{
    *framing = (Framing){.kind = kind, .max_message = max_message};
}

void framing_deinit(Framing *framing)
{
    buffer_deinit(&framing->partial);
}

/* Moves @count bytes from @input to what is kept. */
static int keep(Framing *framing, Span *input, size_t count)
{
    buffer_put(&framing->partial, input->data, count);
    if (buffer_failed(&framing->partial))
        return -ENOMEM;
    span_skip(input, count);
    return 0;
}

/*
 * Takes a line with its \n from @input: FRAMING_MESSAGE and *@line, or FRAMING_MORE when all was
 * kept. What is kept holds no \n, so only new bytes are ever searched.
 */
static int take_line(Framing *framing, Span *input, Span *line)
{
    const char *newline = memchr(input->data, '\n', input->size);
    size_t count = newline == NULL ? input->size : (size_t)(newline - input->data) + 1;
    int r;

    if (newline != NULL && framing->partial.size == 0) {
        *line = (Span){input->data, count};
        span_skip(input, count);
        return FRAMING_MESSAGE;
    }
    r = keep(framing, input, count);
    if (r < 0 || newline == NULL)
        return r;
    *line = buffer_span(&framing->partial);
    framing->partial_is_done = true;
    return FRAMING_MESSAGE;
}

/* What is kept was handed out: its memory goes too, so that a connection at rest costs none. */
static void forget(Framing *framing)
{
    if (!framing->partial_is_done)
        return;
    buffer_deinit(&framing->partial);
    framing->partial_is_done = false;
}

static Span without_line_end(Span line)
{
    /* coverage: no line is empty here: what has no end has a beginning */
    if (line.size > 0 && line.data[line.size - 1] == '\n')
        line.size--;
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}

static int next_line(Framing *framing, Span *input, Span *message)
{
    while (input->size > 0) {
        int r;

        forget(framing);
        r = take_line(framing, input, message);
        if (r < 0)
            return r;
        if (r == FRAMING_MORE)
            *message = buffer_span(&framing->partial);
        *message = without_line_end(*message);
        if (message->size > framing->max_message)
            return FRAMING_E_TOO_LARGE;
        if (r == FRAMING_MESSAGE && message->size > 0)
            return r;
    }
    return FRAMING_MORE;
}

/* What RFC 9110 calls a token: the bytes that a header's name is made of. */
static bool is_token(Span text)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (c != '\0' && strchr(marks, c) != NULL)))
            return false;
    }
    return text.size > 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static Span without_blanks(Span text)
{
    while (text.size > 0 && is_blank(text.data[0]))
        span_skip(&text, 1);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

static int read_length(Framing *framing, Span value)
{
    size_t length = 0;

    if (framing->state != FRAMING_AT_HEADER || value.size == 0)
        return FRAMING_E_HEADER;
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < '0' || value.data[i] > '9' ||
            __builtin_mul_overflow(length, 10, &length) ||
            __builtin_add_overflow(length, (size_t)(value.data[i] - '0'), &length))
            return FRAMING_E_HEADER;
    }
    framing->state = FRAMING_AT_LENGTH;
    framing->body = length;
    return 0;
}

/* Reads a line of the header block, \r\n included. */
static int read_header(Framing *framing, Span line)
{
    const char *colon;
    Span name, value;

    if (line.size < 2 || line.data[line.size - 2] != '\r')
        return FRAMING_E_HEADER;
    line.size -= 2;
    if (line.size == 0) {
        if (framing->state != FRAMING_AT_LENGTH)
            return FRAMING_E_HEADER;
        framing->state = FRAMING_AT_BODY;
        framing->header = 0;
        return framing->body > framing->max_message ? FRAMING_E_TOO_LARGE : 0;
    }
    colon = memchr(line.data, ':', line.size);
    if (colon == NULL)
        return FRAMING_E_HEADER;
    name = (Span){line.data, (size_t)(colon - line.data)};
    value = (Span){colon + 1, line.size - name.size - 1};
    if (!is_token(name))
        return FRAMING_E_HEADER;
    for (size_t i = 0; i < value.size; i++)
        if (((unsigned char)value.data[i] < 0x20 && value.data[i] != '\t') || value.data[i] == 0x7F)
            return FRAMING_E_HEADER;
    return span_equals_nocase(name, "Content-Length") ? read_length(framing, without_blanks(value))
                                                      : 0;
}

static int next_header(Framing *framing, Span *input)
{
    Span line;
    int r = take_line(framing, input, &line);

    if (r < 0)
        return r;
    if (r == FRAMING_MORE)
        return framing->header + framing->partial.size > FRAMING_MAX_HEADER ? FRAMING_E_HEADER : 0;
    framing->header += line.size;
    if (framing->header > FRAMING_MAX_HEADER)
        return FRAMING_E_HEADER;
    r = read_header(framing, line);
    forget(framing);
    return r;
}

static int next_body(Framing *framing, Span *input, Span *message)
{
    size_t missing = framing->body - framing->partial.size;

    if (framing->partial.size == 0 && input->size >= missing) {
        *message = (Span){input->data, missing};
        span_skip(input, missing);
    } else {
        int r = keep(framing, input, input->size < missing ? input->size : missing);
        if (r < 0)
            return r;
        if (framing->partial.size < framing->body)
            return FRAMING_MORE;
        *message = buffer_span(&framing->partial);
        framing->partial_is_done = true;
    }
    framing->state = FRAMING_AT_HEADER;
    return FRAMING_MESSAGE;
}

int framing_next(Framing *framing, Span *input, Span *message)
{
    int r = FRAMING_MORE;

    forget(framing);
    if (framing->kind == FRAMING_UNKNOWN && input->size > 0)
        framing->kind = input->data[0] == '{' ? FRAMING_LINES : FRAMING_HEADERS;
    if (framing->kind == FRAMING_LINES)
        return next_line(framing, input, message);
    /* A body of no bytes is a message too, and complete without input. */
    while (r == FRAMING_MORE &&
           (input->size > 0 || (framing->state == FRAMING_AT_BODY && framing->body == 0)))
        r = framing->state == FRAMING_AT_BODY ? next_body(framing, input, message)
                                              : next_header(framing, input);
    return r;
}

const char *framing_error_text(int error)
{
    switch (error) {
    case FRAMING_E_TOO_LARGE:
        return "the message is larger than maxMessage: send less, or raise maxMessage";
    case FRAMING_E_HEADER:
        return "the header block is broken: send 'Content-Length: N', \\r\\n\\r\\n and N bytes, or "
               "one "
               "message a line, beginning with {";
    default:
        return "the stream is in order";
    }
}

bool framing_is_partial(const Framing *framing)
{
    return framing->header > 0 || framing->state == FRAMING_AT_BODY ||
           (framing->partial.size > 0 && !framing->partial_is_done);
}

void framing_put_head(FramingKind kind, Buffer *head, size_t size)
{
    if (kind != FRAMING_HEADERS)
        return;
    buffer_put_string(head, "Content-Length: ");
    buffer_put_u64(head, size);
    buffer_put_string(head, "\r\n\r\n");
}

void framing_put_tail(FramingKind kind, Buffer *tail)
{
    if (kind != FRAMING_HEADERS)
        buffer_put_char(tail, '\n');
}
