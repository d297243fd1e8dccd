/*
 * Registry: all registrations, and which provider implements which class of which namespace.
 *
 * DIR/root-cimv2/NAME.reg registers a provider in the namespace root/cimv2. A mistake in one
 * registration is listed with file and line and harms no other one. Reading again keeps what didn't
 * change: the same Provider object, with its agents, undisturbed. A registration that can't be read
 * any more keeps its old Provider in force, and so does a folder (but one that is gone is gone).
 */
#pragma once

#include "server/class_table.h"

typedef struct Registry {
    Provider **providers; /* references */
    size_t provider_count;
    KeyValueError *errors;
    size_t error_count;
    ClassTable classes;
    char **name_spaces; /* that have a folder */
    size_t name_space_count;
} Registry;

/* Called for each Provider that a reload took out of force: @removed: its registration is gone,
 * else it changed. */
typedef void (*RegistryRetired)(void *data, Provider *provider, bool removed);

void registry_init(Registry *registry);
void registry_deinit(Registry *registry);

/* Reads all folders of @config anew. 0, or -ENOMEM (what was in force stays so). */
int registry_load(Registry *registry, const Config *config, RegistryRetired retired, void *data);

/* True if there is a folder for this namespace; case doesn't matter. */
bool registry_has_name_space(const Registry *registry, const char *name_space);
