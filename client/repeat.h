/*
 * The same again and again, with a pause in between: ping, status --watch.
 *
 * It ends after --count times, when one of them fails, or at a Ctrl-C, which is how a user says
 * that this was enough: no failure.
 */
#pragma once

#include "client/ctl.h"

/* Runs @once(ctl, data) each --interval. The status of the last one; EXIT_STATUS_DONE for a Ctrl-C.
 */
ExitStatus repeat_run(Ctl *ctl, ExitStatus (*once)(Ctl *ctl, void *data), void *data);
