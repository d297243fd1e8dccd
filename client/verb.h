/*
 * Verbs: one file each, joined by the table in verbs.c.
 */
#pragma once

#include "client/ctl.h"

struct Verb {
    const char *name;
    const char *summary;  /* a line of the overview */
    const char *usage;    /* what follows `mihostctl` */
    const char *help;     /* paragraphs, each line ended */
    const char *examples; /* command lines, each ended */
    unsigned options;     /* OPTION_*, beyond OPTIONS_COMMON */
    int minimum, maximum; /* words behind the verb; a maximum of -1: any number */
    ExitStatus (*run)(Ctl *ctl, int count, char **words);
};

extern const Verb verb_associators, verb_bridge, verb_call, verb_cancel, verb_class, verb_classes,
    verb_create, verb_delete, verb_enumerate, verb_get, verb_help, verb_info, verb_invoke,
    verb_metrics, verb_modify, verb_operations, verb_ping, verb_providers, verb_query,
    verb_references, verb_register, verb_reload, verb_status, verb_stop, verb_subscribe;

/* The name of the verb that @word is a slip of, or NULL. */
const char *verb_nearest(const char *word);

/* The verb @name, or NULL. */
const Verb *verb_find(const char *name);

/* Appends the overview of all verbs, and the help of one. */
void verb_put_overview(Buffer *to);
void verb_put_help(const Verb *verb, Buffer *to);
