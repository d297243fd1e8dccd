/*
 * What a puppet says of its process, and does to the machine: commands beside those of commands.h.
 *
 * - field NAME: of /proc/self/status: "NoNewPrivs"
 * - environment: the variables, in their order
 * - descriptors: the kinds of what is open, in order: "file pipe pipe socket"
 * - folder, oom: the working folder; the score by which the machine ends processes
 * - limit NAME: of core, cpu, data, descriptors, processes: the soft and the hard one
 * - eat N: takes N MiB and writes to all of it: "fed", or "hungry" if it got none
 * - burn: is busy until it is ended; no answer
 * - open N: opens N descriptors, and closes them: how many there were
 * - breed N: starts N children, and ends them: how many there were
 * - escape: starts a child in a session of its own, which would live forever; its pid
 * - regain: tries all ways to be root: "still UID", or "root"
 * - run PROGRAM: what a program of that path prints on its first line
 * - say TEXT, complain-aloud TEXT: a line on standard output, on standard error
 * - chatter N: N lines on standard output; how many could be written
 * - babble N: N bytes on standard output without the end of a line
 */
#pragma once

#include "tests/providers/line.h"

/* True if @name is one of them: @answer is what is said. */
bool machine_obey(const char *name, size_t length, const char *argument,
                  char answer[LINE_MAX_SIZE]);
