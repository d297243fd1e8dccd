#include "client/screen.h"

#include <errno.h>

#define ERASE_REST_OF_LINE "\033[K"
#define ERASE_BELOW        "\033[J"
#define ERASE_ALL          "\033[H\033[J"

/* To the beginning of what was shown; a terminal of another size has broken its lines anew. */
static void go_back(Screen *screen, const Output *output, Buffer *to)
{
    if (screen->shown == 0)
        return;
    if (screen->rows != output->rows || screen->columns != output->columns)
        buffer_put_string(to, ERASE_ALL);
    else
        buffer_printf(to, "\033[%zuF", screen->shown);
}

static size_t count_lines(Span text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == '\n';
    return count;
}

int screen_put(Screen *screen, Output *output)
{
    CLEANUP(buffer_deinit) Buffer frame = BUFFER_INIT;
    Span rest = buffer_span(&output->text);
    size_t lines = count_lines(rest), room;

    if (output->rows == 0)
        return 0;
    /* The line below the last one holds the cursor. */
    room = output->rows > 2 ? output->rows - 1 : 1;
    go_back(screen, output, &frame);
    screen->rows = output->rows;
    screen->columns = output->columns;
    screen->shown = lines < room ? lines : room;
    for (size_t i = 0; i < screen->shown && rest.size > 0; i++) {
        const char *end = memchr(rest.data, '\n', rest.size);
        size_t size = end == NULL ? rest.size : (size_t)(end - rest.data);

        if (lines > room && i + 1 == room)
            buffer_printf(&frame, "(%zu more lines)", lines - i);
        else
            buffer_put(&frame, rest.data, size);
        buffer_put_string(&frame, ERASE_REST_OF_LINE "\n");
        span_skip(&rest, size + (end == NULL ? 0 : 1));
    }
    buffer_put_string(&frame, ERASE_BELOW);
    buffer_clear(&output->text);
    buffer_put_span(&output->text, buffer_span(&frame));
    return buffer_failed(&frame) ? -ENOMEM : 0;
}
