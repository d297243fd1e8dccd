/*
 * One process, as /proc tells it.
 *
 * A Process is read again and again, and keeps its memory between: one serves a whole enumeration.
 * All files of a process are opened below one descriptor of its folder, so that they are of the
 * same process: when it ends meanwhile, and its number is given to another, that descriptor leads
 * nowhere.
 */
#pragma once

#include "providers/processes/parse.h"

#include <limits.h>

/* Arguments are cut here, and end in "..." then: one process cannot fill the answer for all. */
#define PROCESS_MAX_ARGUMENTS 131072

/* What of a process is expensive to read, and left out unless asked for. */
#define PROCESS_READ_ARGUMENTS  1u
#define PROCESS_READ_EXECUTABLE 2u

typedef struct Process {
    ProcessStat stat;
    char **arguments; /* point into `text` */
    size_t n_arguments;
    char executable[PATH_MAX]; /* "" if it has none (the kernel's own), or it is not ours to know */

    char *text;
    size_t text_room;
    size_t arguments_room;
} Process;

/* Why there is no process to tell about. */
enum {
    PROCESS_GONE = 1, /* it never was, or it ended */
    PROCESS_HIDDEN,   /* the system shows it, but not to this user */
};

void process_init(Process *process);
void process_deinit(Process *process);

/*
 * Reads process @number below @proc, a descriptor of /proc; @parts are PROCESS_READ_*. What
 * @process told before is gone. 0; PROCESS_GONE or PROCESS_HIDDEN; or a negative errno: -ENOMEM,
 * -EMFILE, ..., -EBADMSG when /proc is not as proc(5) has it.
 */
int process_read(Process *process, int proc, uint32_t number, unsigned parts);
