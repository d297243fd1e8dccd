/*
 * Processes, seen through /proc.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* True if there is no process @pid, or only a zombie of it. */
bool process_is_gone(pid_t pid);

/* SIGSTOP, and waits until each thread of @pid has stopped: one may run on for a while. */
void process_stop(pid_t pid);

/* Resident memory in KiB. Fails the test for a process that isn't there. */
size_t process_resident_kib(pid_t pid);

/* Descriptors that this process has open. */
size_t process_descriptors(void);

/* Makes orphaned descendants children of this process, so that process_reap_all finds them. */
void process_adopt_orphans(void);

/* Waits until this process has no child left. False when some stay: @names lists them. */
bool process_reap_all(char *names, size_t size);

/* Removes a folder and everything in it. */
void process_remove_folder(const char *path);
