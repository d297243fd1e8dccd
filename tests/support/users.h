/*
 * Users of the machine that a test makes, and removes. Only root can.
 *
 * Their names hold the test's pid, so that two runs side by side don't meet.
 */
#pragma once

#include <sys/types.h>

#define USERS_MAX_NAME 32

/* Makes a group, or a user with a group of its own name; @name is filled. Fails the test if that
 * can't be. */
void users_make_group(char name[USERS_MAX_NAME]);
void users_make_user(char name[USERS_MAX_NAME]);

/* Makes @user a member of @group. */
void users_join(const char *user, const char *group);

/* Removes one user. */
void users_remove(const char *user);

/* Removes all that were made. Call it at the end of the test program, whatever became of the tests:
 * it fails nothing. */
void users_remove_all(void);
