#include "client/mistake.h"

#include "client/view.h"
#include "protocol/json.h"

void mistake_put(Buffer *to, Span mistake)
{
    Span file, line, message;
    int64_t number;

    if (view_member(mistake, "file", &file))
        view_put_text(to, file);
    if (view_member(mistake, "line", &line) && json_get_integer(line, &number) == 0 && number > 0)
        buffer_printf(to, ":%lld", (long long)number);
    buffer_put_string(to, ": ");
    if (view_member(mistake, "message", &message))
        view_put_text(to, message);
    else
        view_put_json(to, mistake);
}
