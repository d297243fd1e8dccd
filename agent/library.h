/*
 * Library: the provider's .so: opened, checked, loaded; each step once, by the call thread that
 * needs it first.
 *
 * Its steps are taken in order (LibraryState), and one thread at a time takes one; the others that
 * need it wait, and share its outcome. A step that failed is tried again by a later operation. A
 * class is loaded with its own first operation. Load and Unload may post their result later, from
 * any thread: a step ends with that post. The reader never waits here.
 *
 * What the library declares is used only after class_check() accepted it. Nothing is ever closed
 * with dlclose: nobody knows what still runs in it.
 *
 * Locks: `lock` guards the states and is held while nothing of the provider's runs. It is taken
 * before all others.
 */
#pragma once

#include "agent/operations.h"

typedef enum LibraryState {
    LIBRARY_CLOSED, /* MI_Main is owed its call */
    LIBRARY_OPEN,   /* the module is known and its schema was checked: its Load is owed */
    LIBRARY_LOADED, /* its Unload is owed */
} LibraryState;

/* A step that one thread takes for all. */
typedef enum LibraryStep {
    STEP_IDLE,
    STEP_BUSY, /* a thread is at it: it wakes those that wait */
} LibraryStep;

/* A class of the module's. */
typedef struct LibraryClass {
    const MI_ClassDecl *decl;
    const MI_ProviderFT *functions; /* NULL: the class has none */
    enum {
        CLASS_UNLOADED, /* its Load is owed */
        CLASS_LOADED,   /* its Unload is owed */
    } state;
    LibraryStep step;
    unsigned attempts; /* steps that have ended */
    Fault fault;       /* of the last one, if it failed */
    void *self;
} LibraryClass;

typedef struct Library {
    char *path;
    MI_MainFunction main;   /* NULL: found in the file at `path` */
    Operations *operations; /* where the contexts of Load and Unload come from; NULL: it is opened
                               and never loaded */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    LibraryState state;
    LibraryStep step;
    unsigned attempts;
    Fault fault;
    void *handle; /* of dlopen */
    const MI_Module *module;
    MI_Module_Self *self;
    LibraryClass *classes; /* as in the module's schema */
    size_t class_count;
} Library;

/* @path is copied. @main: NULL, or what stands for the MI_Main of the file, which is not opened
 * then. -ENOMEM. */
int library_init(Library *library, const char *path, MI_MainFunction main, Operations *operations);
void library_deinit(Library *library);

/* Opens the library if it isn't. 0; -EINVAL or -ENOMEM with @fault set, and logged by the first one
 * that it is told. */
int library_open(Library *library, Fault *fault);

/* Opens the library if it isn't, and finds the class called @name. 0; -EINVAL or -ENOMEM with
 * @fault set. */
int library_find_class(Library *library, const char *name, LibraryClass **ret, Fault *fault);

/* As library_find_class, for the declaration alone: also that of a class which others derive from,
 * whether the library lists it or not. */
int library_find_decl(Library *library, const char *name, const MI_ClassDecl **ret, Fault *fault);

/* Loads the module and @class if they aren't. 0; -EINVAL or -ENOMEM with @fault set. */
int library_load_class(Library *library, LibraryClass *class, Fault *fault);

/* Unloads the classes, then the module. Nothing else may use the library any more. */
void library_unload(Library *library);
