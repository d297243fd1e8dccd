/*
 * Fakes: what a target that runs the server has in place of the system.
 *
 * Agents are no processes but the other ends of their sockets; a signal only marks them, and the
 * target says when one exits. Time stands still until the target moves it. One allocation of our
 * own code can be made to fail. So the same input always leads to the same run, and the same seed
 * of the fuzzer to the same inputs. The target is linked with --wrap for each function that is
 * taken over (tests/fuzz/CMakeLists.txt).
 */
#pragma once

#include "base/macros.h"

#include <stdbool.h>
#include <uv.h>

#define FAKES_MAX_PROCESSES 256 /* in one run: more can't be started */

typedef enum FakeState {
    FAKE_RUNNING,
    FAKE_KILLED,  /* SIGKILL came: its exit is owed, or, if it is left behind, uv_close */
    FAKE_EXITED,  /* its exit was told: uv_close is owed */
    FAKE_CLOSING, /* the close callback is owed */
    FAKE_CLOSED,
} FakeState;

typedef struct FakeProcess {
    uv_process_t *handle;
    uv_exit_cb on_exit;
    uv_close_cb on_close;
    int pid; /* 0: it was not started */
    int fd;  /* what it inherited; -1: closed */
    FakeState state;
} FakeProcess;

/* Forgets everything; time begins anew. */
void fakes_begin(void);

/* Closes what is open. */
void fakes_end(void);

size_t fakes_count(void);
FakeProcess *fakes_at(size_t index);

/* The next process can't be started. */
void fakes_fail_spawn(void);

/* The @nth allocation between fakes_enter and fakes_leave, in which the server runs, fails, once;
 * 0: none does. */
void fakes_fail_allocation(unsigned nth);
void fakes_enter(void);
void fakes_leave(void);

/* True if one failed since the beginning. */
bool fakes_allocation_failed(void);

/* It closes its end. */
void fakes_close(FakeProcess *process);

/* Its exit is seen, unless it was before. */
void fakes_exit(FakeProcess *process, int64_t status, int signal);

/* Calls the close callbacks that are owed. True if there were any. */
bool fakes_deliver(void);

/* Moves time on and calls the timer if it is due. */
void fakes_advance(uint64_t milliseconds);

/* Milliseconds to the timer; UINT64_MAX if none runs. */
uint64_t fakes_next(void);
