/*
 * Nobody waits for a neighbour: how long a small request takes while others keep the host busy.
 */
#pragma once

#include "bench/host.h"

void neighbours_report(const Daemon *daemon);
