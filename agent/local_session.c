#include "agent/local_session.h"

#include "agent/operations.h"
#include "base/log.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#define LIBRARY "libmi.so.1"

/* What all sessions belong to; made with the first one, and never ended: providers may keep theirs
 * as long as the process lives. */
static MI_Application application;
static MI_Result made = MI_RESULT_NOT_SUPPORTED;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make(void)
{
    MI_Result (*initialize)(MI_Uint32, const MI_Char *, MI_Instance **, MI_Application *);
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library == NULL ? NULL : dlsym(library, "MI_Application_InitializeV1");

    if (symbol == NULL) {
        log_warning("no session to this host for the provider: %s", dlerror());
        return;
    }
    memcpy(&initialize, &symbol, sizeof(initialize)); /* as POSIX has it */
    made = initialize(0, "mihost-agent", NULL, &application);
}

MI_Result context_get_local_session(const MI_Context *context, MI_Session *session)
{
    Operation *operation = operation_enter((MI_Context *)(uintptr_t)context);

    if (session != NULL)
        *session = (MI_Session){0};
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    operation_leave(operation);
    if (session == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    pthread_once(&once, make);
    if (made != MI_RESULT_OK)
        return made;
    return MI_Application_NewSession(&application, NULL, NULL, NULL, NULL, NULL, session);
}
