/*
 * What changes an instance: create, modify, delete.
 *
 * Each sends one instance, whole or only its keys, and prints the instance that comes back, if one
 * does.
 */
#pragma once

#include "client/job.h"

/* Runs @method with the instance that @path says: its class and what was added to its keys. */
ExitStatus change_run(Ctl *ctl, const char *method, const Path *path);
