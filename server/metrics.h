/*
 * Metrics: the counters of the server and of its providers as text, for host/metrics.
 *
 * The format is OpenMetrics 1.0, with nothing in it that readers of Prometheus' older text format
 * (node_exporter's textfile collector, for one) stumble over. There is a fixed number of lines for
 * the server and for each registered provider, and no label is made of what clients send.
 */
#pragma once

#include "base/buffer.h"
#include "server/server.h"

#define METRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

/* Appends the text. */
void metrics_put(Buffer *out, const Server *server);
