/*
 * Identity: the agent becomes who its operations are run for, before it loads any provider code.
 *
 * Everything that is set is read back: an agent that isn't exactly what it was told to be refuses
 * to go on. There is no identity that is taken for granted: as root, it never stays what it is
 * without having been told so.
 */
#pragma once

#include "protocol/payload.h"

/*
 * Takes on the identity in @config, and what goes with it: no way to any other
 * (agent/privileges.h), the parent's death signal, no core files, a umask that gives nothing away,
 * signals as they are by default, and a place among the first that the machine ends when it is out
 * of memory. The process must have one thread. 0, or negative errno: the process must not go on;
 * the log says what differs.
 */
int identity_assume(const ConfigFrame *config);

/*
 * For a process that loads a library only to look at it: root becomes nobody, without groups, and
 * has no way back; whoever it is, it gains no privileges, and has little time and few files. 0, or
 * negative errno, as above.
 */
int identity_assume_nobody(void);
