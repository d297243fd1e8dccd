/*
 * ClassTable: the classes of all namespaces, as the registrations declare them: who implements
 * which, what derives from what, what associates what.
 *
 * A class is in it if a registration names it, be it as a base only. Names are compared without
 * regard to case, as CIM has it. The table is built when registrations are read and doesn't change
 * afterwards; the providers in it are borrowed from the registry.
 */
#pragma once

#include "base/hash.h"
#include "server/provider.h"

typedef struct ClassEntry ClassEntry;

struct ClassEntry {
    char *key;        /* "namespace:class", lower case */
    const char *name; /* as the first registration that names it spells it: in `spelling` */
    char *spelling;
    const char *name_space; /* borrowed from a provider */
    Provider *provider;     /* NULL: nobody implements it */
    Provider *teller; /* whose library should declare it, though it doesn't implement it; or NULL */
    const ProviderClass *class; /* its line; NULL if it is known as a base only */
    ClassEntry **derived;       /* all classes that derive from it, at any distance */
    size_t derived_count;
    ClassEntry **ancestors; /* the other way round */
    size_t ancestor_count;
    UT_hash_handle hh;
};

typedef struct ClassTable {
    ClassEntry *entries;
} ClassTable;

void class_table_deinit(ClassTable *table);

/* Enters @class of @provider, which must stay. -EEXIST, with *@other the provider that has it
 * already; -ENOMEM. */
int class_table_add(ClassTable *table, Provider *provider, const ProviderClass *class,
                    const Provider **other);

/* Works out what derives from what, once all classes are in. -ENOMEM. */
int class_table_link(ClassTable *table);

/* The class, or NULL. */
ClassEntry *class_table_find(const ClassTable *table, const char *name_space,
                             const char *class_name);

/* True if @entry is the class @name, or derives from it. */
bool class_entry_is_a(const ClassEntry *entry, const char *name);
