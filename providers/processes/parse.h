/*
 * The texts of /proc/PID, taken apart: bytes in, values out, no system call.
 *
 * The kernel writes these files, but a process chooses its own name and arguments. So a name may
 * hold spaces, parentheses and line feeds, arguments may be anything, and a text that isn't as
 * proc(5) has it is refused as a whole.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The kernel's own threads have names of up to 64 bytes; those of programs are cut at 15. */
#define PROCESS_MAX_NAME 64

/* What is used of /proc/PID/stat. */
typedef struct ProcessStat {
    char name[PROCESS_MAX_NAME + 1];
    char state;        /* one letter, as in ps(1) */
    uint64_t parent;   /* 0: none */
    uint64_t user;     /* clock ticks */
    uint64_t kernel;   /* clock ticks */
    int64_t priority;  /* 0 to 39; below 0 for real-time scheduling */
    int64_t nice;      /* -20 to 19 */
    uint64_t start;    /* clock ticks since the machine was started */
    uint64_t resident; /* pages */
} ProcessStat;

/*
 * Fills @ret from @text, which ends with a NUL at text[size]. 0, or -EBADMSG for a text that is cut
 * off or no stat text; @ret is undefined then.
 */
int process_stat_parse(ProcessStat *ret, const char *text, size_t size);

/*
 * How many arguments the @size bytes of /proc/PID/cmdline at @text hold, and where they begin: @ret
 * has room for @room pointers into @text, and gets as many as fit (it may be NULL if @room is 0).
 * @text ends with a NUL at text[size]. Empty arguments at the end are left out: a process that
 * rewrote its title leaves the rest of its room empty.
 */
size_t process_arguments_split(char *text, size_t size, char **ret, size_t room);

/* The process number that @handle is, in plain decimal; 0 if it is none. */
uint32_t process_handle_parse(const char *handle);
