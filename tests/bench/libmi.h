/*
 * libmi in the benchmark: what a C program gets that reads everything it asked for.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define LIBMI_THREADS 64

typedef struct LibmiClient LibmiClient;

/* A session to the host at @socket. Ends the benchmark if something fails, as all that follow. */
LibmiClient *libmi_open(const char *socket);
void libmi_close(LibmiClient *client);

/* The times, in ns, of @count instances gotten one after the other, every property read. */
void libmi_measure_get(LibmiClient *client, uint64_t *times, size_t count);

/* Instances a second that LIBMI_THREADS threads get on the one session, @count each. */
double libmi_measure_threads(LibmiClient *client, size_t count);

/* Instances a second of one enumeration, every property read. */
double libmi_measure_stream(LibmiClient *client);
