#include "client/repeat.h"

#include <errno.h>

ExitStatus repeat_run(Ctl *ctl, ExitStatus (*once)(Ctl *ctl, void *data), void *data)
{
    const Options *options = &ctl->options;
    ExitStatus status;

    for (unsigned long times = 1;; times++) {
        int r;

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
    return status == EXIT_STATUS_LEFT ? EXIT_STATUS_DONE : status;
}
