/*
 * The race matrix: each moment of an operation, each cause of a cancel, each kind of callback. A
 * cell is one of the 125, run as often as it is told to; each run has its own random turns.
 */
#pragma once

#include "tests/matrix/stage.h"

typedef enum Cause {
    CAUSE_CLIENT, /* $/cancelRequest */
    CAUSE_DISCONNECT,
    CAUSE_DEADLINE,
    CAUSE_STOP,  /* of the provider, or of the server */
    CAUSE_DEATH, /* of the agent */
} Cause;

#define MATRIX_SIDE  5
#define MATRIX_CELLS (MATRIX_SIDE * MATRIX_SIDE * MATRIX_SIDE)

typedef struct Cell {
    Moment moment;
    Cause cause;
    Callback callback;
    unsigned runs;
    /* What came of them. */
    unsigned done;     /* runs that were right; all of them, or the cell has failed */
    unsigned canceled; /* were canceled, as far as somebody was told */
    unsigned called;   /* had their callback called */
    unsigned ms;
} Cell;

/* A number below @limit; the same sequence for the same seed. */
unsigned matrix_random(unsigned limit);

/* Turns for one thread of a run of @cell, mostly few: as long as a cancel is under way, at most. */
unsigned matrix_turns(const Cell *cell);

unsigned matrix_now_ms(void);

/* Sets @stage for one more run of @cell. */
void matrix_set(const Cell *cell, Stage *stage);

/* Fails the running test with what it knows of the run. */
void matrix_failed(const Cell *cell, const Stage *stage, const char *what)
    __attribute__((noreturn));

/* How often any callback was called. */
int matrix_calls(const Stage *stage);

/* Fails if the provider saw what no run of @cell may show. The operation has ended. */
void matrix_check(const Cell *cell, const Stage *stage, int reason);

/* The cell against an agent in this process. */
void cell_in_agent(void **state);

/* Likewise, of processes; with the fixture of the integration tests. */
int cell_host_setup(void **state);
void cell_in_host(void **state);
int cell_host_teardown(void **state);
