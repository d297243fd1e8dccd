/*
 * Privileges: what an agent that isn't root has to give up so that it can never be more than it is.
 *
 * Whoever changes from root to a user loses the capabilities by the kernel's own rules. What is
 * left are the ways back: the sets from which capabilities could be gained (inheritable, ambient,
 * bounding), and programs that gain privileges when they are started (set-user-ID, or with file
 * capabilities). They are closed, and read back. A registration can leave the second one open, for
 * providers that call sudo(8): NEWPRIVILEGES=yes.
 */
#pragma once

#include <stdbool.h>

/* While the process is still root: empties the bounding set, and has root's number mean nothing any
 * more, if CAP_SETPCAP lets it. Without that capability (the unit takes it away), the renouncing
 * below is what closes this way. Negative errno; it was logged. */
int privileges_close_ways(void);

/* While the process is still root, whose quota of keys this is charged to: takes a session keyring
 * of its own. Keys of the server's (or of the login that started it) can be used by who has its
 * keyring, whatever their owner; and agents of two users would share it. Negative errno; it was
 * logged. */
int privileges_leave_keyring(void);

/* As whom it is to be, not root: gives up all capabilities, and unless @may_gain whatever a program
 * could gain by being started. Reads all of it back. Negative errno; it was logged. */
int privileges_renounce(bool may_gain);

/* Nothing that is started gains privileges, whoever this is. Negative errno; it was logged. */
int privileges_gain_none(void);
