/*
 * ConfigKey: a key of mihostd.conf(5), as the parts of Config know it: config.c has the table and
 * reads values, config_check.c looks at what they say together.
 */
#pragma once

#include "server/config.h"

typedef enum ConfigKeyKind {
    KEY_PATH,    /* an absolute path, or one that begins at the working folder */
    KEY_FOLDERS, /* a path; may be repeated, and the first one replaces the default */
    KEY_LEVEL,
    KEY_SWITCH, /* yes or no, in a bool */
    KEY_WHO,    /* a list of Who; may be repeated */
    KEY_RULE,   /* a rule of the policy; may be repeated */
    KEY_MODE,   /* permissions in octal; this and what follows is an unsigned long */
    KEY_COUNT,
    KEY_BYTES,
    KEY_TIME,
} ConfigKeyKind;

typedef struct ConfigKey {
    const char *name;
    ConfigKeyKind kind;
    size_t offset; /* in Config */
    unsigned long minimum, maximum, standard;
} ConfigKey;

/* The key called @name, or NULL. */
const ConfigKey *config_find_key(const char *name);

/* Where the value of @key is. */
void *config_field(const Config *config, const ConfigKey *key);

/* Where @key was set. */
const ConfigOrigin *config_origin(const Config *config, const ConfigKey *key);

/* Sets the text @field to a copy of @value. -ENOMEM. */
int config_set_string(char **field, const char *value);

/* Finds keys that contradict each other, and adapts the defaults of those that weren't set. -EINVAL
 * with @error set. */
int config_check(Config *config, KeyValueError *error);
