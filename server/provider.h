/*
 * Provider: a registration that was read: a library, the classes that it implements, and how it is
 * hosted.
 *
 * A Provider doesn't change once it was read. A reload that finds its file changed makes a new
 * Provider and retires this one: requests and agents that hold a reference finish on it. The format
 * is that of OMI's .reg files with keys of our own (mihostd(8), "Registrations").
 */
#pragma once

#include "base/keyvalue.h"
#include "base/list.h"
#include "server/config.h"
#include "server/health.h"
#include "server/provider_class.h"
#include "server/tally.h"

typedef struct Provider {
    unsigned references;
    char *name;       /* the file's name without .reg: "processes" */
    char *file;       /* path of the registration */
    char *name_space; /* "root/cimv2" */
    char *library;    /* path of the .so */
    ProviderClass *classes;
    size_t class_count;

    unsigned long operations;      /* outstanding in one agent */
    Limits limits;                 /* of each agent */
    unsigned long grace, idle;     /* ms */
    unsigned long default_timeout; /* ms; 0: none */
    unsigned long max_timeout;     /* ms; 0: none */

    char *fault; /* what was wrong with the library when it was last loaded; NULL: nothing known */
    char *fault_class;   /* the class that the fault is about; NULL: the library as a whole */
    List agents;         /* of Agent.provider_link: kept by the agents */
    List healths;        /* of Health.link: of the identities whose agents have died */
    Tally *tally;        /* reference */
    bool inproc;         /* the registration asks for @inproc@: it is hosted like any other */
    bool parallel;       /* its functions may be called side by side */
    bool new_privileges; /* what it starts may gain privileges: sudo */
    bool retired;        /* no registration of the registry any more */
} Provider;

/*
 * Reads the registration @file for @name_space; what it doesn't say comes from @config. 0 with
 * *@ret owned by the caller; -EINVAL, -EIO with @error set; -ENOMEM.
 */
int provider_read(const char *file, const char *name_space, const Config *config, Provider **ret,
                  KeyValueError *error);

Provider *provider_ref(Provider *provider);
Provider *provider_unref(Provider *provider);
DEFINE_CLEANUP(Provider, provider_unref)

#define PROVIDER_LIBRARY_LOST 1

/* Is the library one that nobody but the trusted could have put there (server/trust.h)? 0, or
 * -EPERM. PROVIDER_LIBRARY_LOST: it isn't there, or is no file; that is no error, since it may come
 * before it is needed, and the agent tells if not. Unless it is 0, @why is set, and remembered as
 * the provider's fault; older faults are forgotten. */
int provider_check_library(Provider *provider, const Config *config, char *why, size_t why_size);

/* Remembers what is wrong with the library, or with @class_name of it (NULL: as a whole). */
void provider_set_fault(Provider *provider, Span fault, const char *class_name);

/* @class_name works: forgets what was wrong with it, or with the library, but not with another. */
void provider_forget_fault(Provider *provider, const char *class_name);

/* True if both registrations say the same. */
bool provider_equals(const Provider *a, const Provider *b);
