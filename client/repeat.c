#include "client/repeat.h"

#include <errno.h>

ExitStatus repeat_run(Ctl *ctl, ExitStatus (*once)(Ctl *ctl, void *data), void *data)
{
    const Options *options = &ctl->options;
    ExitStatus status;
    int r;

    for (unsigned long times = 1;; times++) {
        status = once(ctl, data);
        if (status != EXIT_STATUS_DONE || times == options->times)
            break;
        r = interrupt_pause(&ctl->interrupt, options->interval);
        if (r == -ECANCELED)
            status = EXIT_STATUS_LEFT;
        else if (r < 0)
            status = ctl_error_status(ctl, r);
        if (r < 0)
            break;
    }
    interrupt_forgive(&ctl->interrupt);
    if (status != EXIT_STATUS_LEFT)
        return status;
    /* The terminal has shown a ^C where the cursor stood. */
    if (ctl->output.columns > 0)
        buffer_put_char(&ctl->output.text, '\n');
    r = output_flush(&ctl->output, &ctl->interrupt);
    return r < 0 ? ctl_error_status(ctl, r) : EXIT_STATUS_DONE;
}
