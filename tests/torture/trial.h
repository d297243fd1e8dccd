/*
 * Trial: one failure that a program is put to (faults.h), and what is wrong with how it went.
 *
 * One at a time. What is wrong is said, and the next trial comes all the same; one that crashes or
 * hangs says which it was, and ends the test.
 */
#pragma once

#include "base/macros.h"
#include "tests/torture/faults.h"

/* Before the first: from here on a crash, and a trial that hangs, says where it was. */
void trials_begin(void);

/* Names what comes now, "@program:@name:KIND:@nth", and gives it some seconds. */
void trial_begin(const char *program, const char *name, FaultKind kind, unsigned nth,
                 FaultExtent extent);

/* Says what is wrong with the trial. After many of them the test ends. */
void trial_complain(const char *format, ...) PRINTF_LIKE(1, 2);

/* How often that was. */
unsigned trials_wrong(void);
