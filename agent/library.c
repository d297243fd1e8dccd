#include "agent/library.h"

#include "agent/context.h"
#include "agent/thread.h"
#include "base/log.h"
#include "mi/class_decl.h"
#include "protocol/result.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int library_init(Library *library, const char *path, MI_MainFunction main, Operations *operations)
{
    *library = (Library){.path = strdup(path), .main = main, .operations = operations};
    pthread_mutex_init(&library->lock, NULL);
    condition_init(&library->changed);
    return library->path == NULL ? -ENOMEM : 0;
}

void library_deinit(Library *library)
{
    free(library->classes);
    free(library->path);
    pthread_cond_destroy(&library->changed);
    pthread_mutex_destroy(&library->lock);
}

/* ---- Opening ---- */

/* The dynamic linker begins with the path, which is said already. */
static int refuse_file(const Library *library, const char *why, Fault *fault)
{
    size_t length = strlen(library->path);
    char advice[64] = "";

    if (strncmp(why, library->path, length) == 0 && strncmp(why + length, ": ", 2) == 0)
        why += length + 2;
    if (access(library->path, R_OK) < 0 && errno == EACCES)
        snprintf(advice, sizeof(advice), ": let uid %u read it", (unsigned)geteuid());
    return fault_set_library(fault, MI_RESULT_FAILED, "cannot open the provider library '%s': %s%s",
                             library->path, why, advice);
}

static int find_main(Library *library, MI_MainFunction *ret, Fault *fault)
{
    if (library->main != NULL) {
        *ret = library->main;
        return 0;
    }
    if (library->handle == NULL)
        library->handle = dlopen(library->path, RTLD_NOW | RTLD_LOCAL);
    if (library->handle == NULL)
        return refuse_file(library, dlerror(), fault);
    /* POSIX's way from an object pointer to a function pointer. */
    *(void **)(void *)ret = dlsym(library->handle, "MI_Main");
    if (*ret == NULL)
        return fault_set_library(fault, MI_RESULT_FAILED,
                                 "the library '%s' is no provider: it has no function MI_Main",
                                 library->path);
    return 0;
}

static int check_module(const Library *library, const MI_Module *module, Fault *fault)
{
    ClassError error;

    if (module == NULL)
        return fault_set_library(fault, MI_RESULT_FAILED,
                                 "MI_Main of the library '%s' returned NULL", library->path);
    /* MI_VERSION is {major 16, minor 8, revision 8} bits; within a major version the tables are
     * alike. */
    if (module->version >> 16 != MI_MAJOR)
        return fault_set_library(
            fault, MI_RESULT_FAILED,
            "the library '%s' was made for version %u.%u of the interface: here it is "
            "%d.%d",
            library->path, module->version >> 16, module->version >> 8 & 0xff, MI_MAJOR, MI_MINOR);
    if (module->charSize != sizeof(MI_Char))
        return fault_set_library(
            fault, MI_RESULT_FAILED,
            "the library '%s' was compiled with characters of %u bytes: here they "
            "have %zu",
            library->path, module->charSize, sizeof(MI_Char));
    if (schema_check(module->schemaDecl, &error) < 0)
        return fault_set_library(fault, MI_RESULT_FAILED,
                                 "the declarations in the library '%s': %s", library->path,
                                 error.message);
    return 0;
}

static int list_classes(Library *library, const MI_Module *module, Fault *fault)
{
    const MI_SchemaDecl *schema = module->schemaDecl;

    library->classes = calloc(schema->numClassDecls + 1, sizeof(*library->classes));
    if (library->classes == NULL)
        return fault_set_memory(fault);
    for (MI_Uint32 i = 0; i < schema->numClassDecls; i++) {
        LibraryClass *class = &library->classes[i];

        class->decl = schema->classDecls[i];
        class->functions =
            class->decl->providerFT != NULL ? class->decl->providerFT : module->dynamicProviderFT;
    }
    library->class_count = schema->numClassDecls;
    return 0;
}

static int open_library(Library *library, Fault *fault)
{
    MI_MainFunction main_function;
    const MI_Module *module;
    int r = find_main(library, &main_function, fault);

    if (r < 0)
        return r;
    module = main_function(&context_server);
    r = check_module(library, module, fault);
    if (r == 0)
        r = list_classes(library, module, fault);
    if (r < 0)
        return r;
    library->module = module;
    log_debug("opened '%s': %zu classes", library->path, library->class_count);
    return 0;
}

/* ---- Loading ---- */

/* Ends the call of a Load or Unload whose function has returned. What it posted, with a fault about
 * @what if it failed. */
static int end_lifecycle(const Library *library, Operation *operation, const char *what,
                         const char *name, Fault *fault)
{
    MI_Result result = operation_wait_finished(operation);
    int r = 0;

    if (result != MI_RESULT_OK) {
        const char *text = buffer_string(&operation->body);

        r = fault_set_library(fault, result, "%s of %s in the library '%s' failed: %s (%s)", what,
                              name, library->path,
                              text == NULL || *text == '\0' ? "no reason given" : text,
                              result_name(result));
    }
    operation_end_call(operation);
    return r;
}

static int load_module(Library *library, Fault *fault)
{
    Operation *operation;

    if (library->module->Load == NULL)
        return 0;
    if (operations_add_lifecycle(library->operations, &operation) < 0)
        return fault_set_memory(fault);
    library->module->Load(&library->self, &operation->context);
    return end_lifecycle(library, operation, "Load", "the module", fault);
}

static int load_class(Library *library, LibraryClass *class, Fault *fault)
{
    Operation *operation;

    if (class->functions == NULL || class->functions->Load == NULL)
        return 0;
    if (operations_add_lifecycle(library->operations, &operation) < 0)
        return fault_set_memory(fault);
    class->functions->Load(&class->self, library->self, &operation->context);
    return end_lifecycle(library, operation, "Load", class->decl->name, fault);
}

/* ---- One thread takes a step, for all ---- */

/*
 * True if the caller is to take the step, and then to end it with end_step; false if another thread
 * has taken it meanwhile. With the lock held.
 */
static bool begin_step(Library *library, LibraryStep *step, const unsigned *attempts)
{
    unsigned before = *attempts;

    while (*step == STEP_BUSY && *attempts == before)
        pthread_cond_wait(&library->changed, &library->lock);
    if (*attempts != before)
        return false;
    *step = STEP_BUSY;
    pthread_mutex_unlock(&library->lock);
    return true;
}

static void end_step(Library *library, LibraryStep *step, unsigned *attempts)
{
    pthread_mutex_lock(&library->lock);
    *step = STEP_IDLE;
    (*attempts)++;
    pthread_cond_broadcast(&library->changed);
}

/* Sees to it that the library is at least at @wanted. With the lock held. */
static int reach(Library *library, LibraryState wanted, Fault *fault)
{
    while (library->state < wanted) {
        LibraryState from = library->state;
        int r;

        if (!begin_step(library, &library->step, &library->attempts)) {
            if (library->state > from)
                continue;
            *fault = library->fault;
            return -EINVAL;
        }
        r = from == LIBRARY_CLOSED ? open_library(library, fault) : load_module(library, fault);
        if (r < 0)
            log_error("%s", fault->message);
        end_step(library, &library->step, &library->attempts);
        if (r < 0) {
            library->fault = *fault;
            return r;
        }
        library->state = from == LIBRARY_CLOSED ? LIBRARY_OPEN : LIBRARY_LOADED;
    }
    return 0;
}

static int reach_class(Library *library, LibraryClass *class, Fault *fault)
{
    int r;

    if (class->state == CLASS_LOADED)
        return 0;
    if (!begin_step(library, &class->step, &class->attempts)) {
        *fault = class->fault;
        return class->state == CLASS_LOADED ? 0 : -EINVAL;
    }
    r = load_class(library, class, fault);
    if (r < 0)
        log_error("%s", fault->message);
    end_step(library, &class->step, &class->attempts);
    if (r < 0)
        class->fault = *fault;
    else
        class->state = CLASS_LOADED;
    return r;
}

int library_open(Library *library, Fault *fault)
{
    int r;

    pthread_mutex_lock(&library->lock);
    r = reach(library, LIBRARY_OPEN, fault);
    pthread_mutex_unlock(&library->lock);
    return r;
}

static int refuse_class(const Library *library, const char *name, Fault *fault)
{
    return fault_set_class(
        fault, MI_RESULT_INVALID_CLASS,
        "the library '%s' has no class %s, which its registration names: correct the "
        "registration, or install the library that fits it",
        library->path, name);
}

int library_find_class(Library *library, const char *name, LibraryClass **ret, Fault *fault)
{
    int r = library_open(library, fault);

    if (r < 0)
        return r;
    for (size_t i = 0; i < library->class_count; i++)
        if (class_name_equals(library->classes[i].decl->name, name)) {
            *ret = &library->classes[i];
            return 0;
        }
    return refuse_class(library, name, fault);
}

int library_find_decl(Library *library, const char *name, const MI_ClassDecl **ret, Fault *fault)
{
    int r = library_open(library, fault);

    if (r < 0)
        return r;
    for (size_t i = 0; i < library->class_count; i++)
        for (*ret = library->classes[i].decl; *ret != NULL; *ret = (*ret)->superClassDecl)
            if (class_name_equals((*ret)->name, name))
                return 0;
    return refuse_class(library, name, fault);
}

int library_load_class(Library *library, LibraryClass *class, Fault *fault)
{
    int r;

    pthread_mutex_lock(&library->lock);
    r = reach(library, LIBRARY_LOADED, fault);
    if (r == 0)
        r = reach_class(library, class, fault);
    pthread_mutex_unlock(&library->lock);
    return r;
}

/* ---- Unloading ---- */

void library_unload(Library *library)
{
    Operation *operation;
    Fault fault;

    for (size_t i = 0; i < library->class_count; i++) {
        LibraryClass *class = &library->classes[i];

        if (class->state != CLASS_LOADED || class->functions == NULL ||
            class->functions->Unload == NULL ||
            operations_add_lifecycle(library->operations, &operation) < 0)
            continue;
        class->functions->Unload(class->self, &operation->context);
        if (end_lifecycle(library, operation, "Unload", class->decl->name, &fault) < 0)
            log_warning("%s", fault.message);
        class->state = CLASS_UNLOADED;
    }
    if (library->state != LIBRARY_LOADED || library->module->Unload == NULL ||
        operations_add_lifecycle(library->operations, &operation) < 0)
        return;
    library->module->Unload(library->self, &operation->context);
    if (end_lifecycle(library, operation, "Unload", "the module", &fault) < 0)
        log_warning("%s", fault.message);
    library->state = LIBRARY_OPEN;
}
