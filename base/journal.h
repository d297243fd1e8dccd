/*
 * Journal: systemd's journal, in its own protocol ("Native Journal Protocol" of systemd's pages).
 *
 * An entry is one datagram of NAME=VALUE lines. Nothing here waits: a journal that doesn't read
 * refuses entries.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* True if @fd is what JOURNAL_STREAM (of the environment) says is the journal's: who set the
 * variable means this process, and nothing was redirected since. */
bool journal_is_behind(int fd);

/* A connection to the journal that listens on @path: a descriptor, or negative errno. */
int journal_connect(const char *path);

/* Sends the entry @lines. 0; -EAGAIN: it doesn't read; other negative errno. Any thread. */
int journal_send(int fd, const char *lines, size_t size);
