/*
 * ProviderClass: a class line of a registration: CLASS=Name[:Base...][{Left,Right}], and how it is
 * hosted.
 */
#pragma once

#include "base/keyvalue.h"
#include "server/identity.h"

typedef enum ProviderHosting {
    HOSTING_REQUESTOR, /* as the client that asks */
    HOSTING_USER,      /* as the user that the registration names */
} ProviderHosting;

typedef enum ProviderClassKind {
    CLASS_SERVED,     /* CLASS: the library implements it */
    CLASS_EXTRA,      /* EXTRACLASS: it stands in the tree of classes, and nobody implements it */
    CLASS_INDICATION, /* INDICATIONCLASS: the library sends its instances */
} ProviderClassKind;

typedef struct ProviderClass {
    ProviderClassKind kind;
    unsigned line; /* where the registration has it */
    char *name;
    char **bases; /* names, nearest first */
    size_t base_count;
    char *left, *right; /* the classes at the ends of an association; else NULL */
    ProviderHosting hosting;
    Identity user; /* HOSTING_USER */
} ProviderClass;

/* Reads the value of @entry. -EINVAL with @error set; -ENOMEM. Ended by provider_class_deinit. */
int provider_class_parse(const KeyValue *entry, ProviderClassKind kind, ProviderClass *ret,
                         KeyValueError *error);
void provider_class_deinit(ProviderClass *class);

bool provider_class_equals(const ProviderClass *a, const ProviderClass *b);
