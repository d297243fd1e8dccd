/*
 * SetOption: a string option that a provider set on its own operation.
 *
 * Whoever read an option may hold its text until the operation is released: so one that is set
 * again stands before the one that it replaces, which stays. All of it is called with the
 * operation's lock held.
 */
#pragma once

typedef struct SetOption {
    struct SetOption *next; /* set before it */
    const char *value;      /* behind the name, in the same memory */
    char name[];
} SetOption;

/* Copies both. 0, -ENOMEM. */
int set_option_add(SetOption **options, const char *name, const char *value);

/* The value of the option called @name, in any case of letters; NULL: it was not set. */
const char *set_option_find(const SetOption *options, const char *name);

void set_options_free(SetOption *options);
