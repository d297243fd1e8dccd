#include "client/progress.h"

#include "client/view.h"
#include "protocol/json.h"

void progress_init(Progress *progress)
{
    *progress = (Progress){.percentage = PROGRESS_UNKNOWN};
}

void progress_deinit(Progress *progress)
{
    buffer_deinit(&progress->title);
    buffer_deinit(&progress->message);
}

static void take_text(Buffer *to, Span value, const char *name)
{
    Span text;

    if (!view_member(value, name, &text) || !view_is_string(text))
        return;
    buffer_clear(to);
    view_put_text(to, text);
}

ProgressOutcome progress_take(Progress *progress, Span value)
{
    Span kind, percentage;
    int64_t percent;

    if (!view_member(value, "kind", &kind))
        return PROGRESS_IGNORE;
    if (span_equals(kind, "\"end\""))
        return PROGRESS_HIDE;
    if (!span_equals(kind, "\"begin\"") && !span_equals(kind, "\"report\""))
        return PROGRESS_IGNORE;
    take_text(&progress->title, value, "title");
    take_text(&progress->message, value, "message");
    if (view_member(value, "percentage", &percentage) &&
        json_get_integer(percentage, &percent) == 0)
        progress->percentage = percent >= 0 && percent <= 100 ? (int)percent : PROGRESS_UNKNOWN;
    return PROGRESS_SHOW;
}

void progress_put_line(const Progress *progress, Buffer *to)
{
    buffer_put_span(to, buffer_span(&progress->title));
    if (progress->title.size > 0 &&
        (progress->message.size > 0 || progress->percentage != PROGRESS_UNKNOWN))
        buffer_put_char(to, ':');
    if (progress->percentage != PROGRESS_UNKNOWN)
        buffer_printf(to, "%s%d%%", to->size > 0 ? " " : "", progress->percentage);
    if (progress->message.size > 0 && to->size > 0)
        buffer_put_char(to, ' ');
    buffer_put_span(to, buffer_span(&progress->message));
}
