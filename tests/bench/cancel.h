/*
 * How long a cancel takes, from its sending to the provider's callback: idle, and while other
 * agents stream flat out.
 *
 * The provider registers its callback, then posts an instance (so the client knows), and waits. The
 * callback notes the time, and the provider's error carries it: client and provider read the same
 * clock.
 */
#pragma once

#include "bench/host.h"

typedef struct CancelTimes {
    double p50, p99, p999; /* us */
} CancelTimes;

void cancel_measure_idle(const Daemon *daemon, CancelTimes *idle);

/* While four agents stream to clients that read; and one way of a ping between two bare processes
 * under the same load. */
void cancel_measure_loaded(const Daemon *daemon, CancelTimes *loaded, CancelTimes *ping);
