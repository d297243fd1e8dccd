/*
 * Linux_DirectoryUsage: its static method Measure adds up the disk usage below a path.
 *
 * The example of a long operation: it reports progress, stops at a cancel, and then says how far it
 * came and why it stopped. The cancel callback only notes the reason; the walk asks for it between
 * two entries, and so never stops in the middle of something. After a cancel the out parameters are
 * still taken, so a measurement that was cut short answers with what it has: Completed is false,
 * CancellationReason tells the reason, LastPath the directory where it was, and the method returns
 * MEASURE_CANCELED instead of MEASURE_COMPLETED.
 */
#include "providers/answer.h"
#include "providers/declare.h"
#include "providers/usage/walk.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#define PROGRESS_INTERVAL_MS 250
#define PROGRESS_UNKNOWN     0xFFFFFFFFu /* how much is left: MI's word for it */

/* Bytes are those occupied on the disk, by each name of a file that has several; Files are
 * everything that is no directory; Errors are what could not be looked at. LastPath and
 * CancellationReason are null if it completed. */
#define LINUX_DIRECTORYUSAGE_MEASURE(PARAMETER, Method)                                            \
    PARAMETER(Method, UINT32, MIReturn, MI_FLAG_OUT)                                               \
    PARAMETER(Method, STRING, Path, MI_FLAG_IN | MI_FLAG_REQUIRED)                                 \
    PARAMETER(Method, UINT64, Bytes, MI_FLAG_OUT)                                                  \
    PARAMETER(Method, UINT64, Files, MI_FLAG_OUT)                                                  \
    PARAMETER(Method, UINT64, Directories, MI_FLAG_OUT)                                            \
    PARAMETER(Method, UINT32, Errors, MI_FLAG_OUT)                                                 \
    PARAMETER(Method, BOOLEAN, Completed, MI_FLAG_OUT)                                             \
    PARAMETER(Method, STRING, LastPath, MI_FLAG_OUT)                                               \
    PARAMETER(Method, STRING, CancellationReason, MI_FLAG_OUT)

DECLARE_PARAMETERS(Linux_DirectoryUsage_Measure, LINUX_DIRECTORYUSAGE_MEASURE);

static MI_CONST MI_MethodDecl Linux_DirectoryUsage_Measure_method;

/* What Measure returns. */
enum {
    MEASURE_COMPLETED = 0,
    MEASURE_CANCELED = 1,
};

#define NOT_CANCELED (-1)

/* A measurement: the walk, and what it shares with the cancel callback. */
typedef struct Measurement {
    MI_Context *context;
    Walk *walk;
    struct timespec reported; /* when progress was last reported, on CLOCK_MONOTONIC */
    atomic_int reason;        /* NOT_CANCELED, or an MI_CancellationReason */
} Measurement;

/* The cancel callback: on a thread of the host, while the walk goes on. */
static void MI_CALL measurement_cancel(MI_CancellationReason reason, void *data)
{
    Measurement *measurement = data;

    atomic_store(&measurement->reason, (int)reason);
}

static const char *reason_name(int reason)
{
    switch (reason) {
    case NOT_CANCELED:
        return NULL;
    case MI_REASON_TIMEOUT:
        return "timeout";
    case MI_REASON_SHUTDOWN:
        return "shutdown";
    case MI_REASON_SERVICESTOP:
        return "serviceStop";
    default:
        return "none";
    }
}

static void report(Measurement *measurement)
{
    const Walk *walk = measurement->walk;
    char status[160];

    (void)snprintf(status, sizeof(status), "%llu bytes in %llu files and %llu directories",
                   (unsigned long long)walk->bytes, (unsigned long long)walk->files,
                   (unsigned long long)walk->directories);
    /* Not being able to tell how far it is doesn't stop the work. */
    (void)MI_Context_WriteProgress(measurement->context, "Measuring disk usage", walk->path, status,
                                   PROGRESS_UNKNOWN, PROGRESS_UNKNOWN);
    (void)clock_gettime(CLOCK_MONOTONIC, &measurement->reported);
}

static MI_Boolean is_report_due(const Measurement *measurement)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - measurement->reported.tv_sec) * 1000 +
               (now.tv_nsec - measurement->reported.tv_nsec) / 1000000 >=
           PROGRESS_INTERVAL_MS;
}

/* Walks until everything is counted (WALK_DONE) or it is canceled (0), or a negative errno. */
static int measurement_run(Measurement *measurement)
{
    int r;

    report(measurement);
    do {
        r = walk_step(measurement->walk);
        if (r == 0 && is_report_due(measurement))
            report(measurement);
    } while (r == 0 && atomic_load(&measurement->reason) == NOT_CANCELED);
    return r;
}

static void put_parameters(Answer *answer, const Walk *walk, MI_Boolean completed, int reason)
{
    MI_Uint32 errors = walk->errors > UINT32_MAX ? UINT32_MAX : (MI_Uint32)walk->errors;

    answer_uint32(answer, "MIReturn", completed ? MEASURE_COMPLETED : MEASURE_CANCELED);
    answer_uint64(answer, "Bytes", walk->bytes);
    answer_uint64(answer, "Files", walk->files);
    answer_uint64(answer, "Directories", walk->directories);
    answer_uint32(answer, "Errors", errors);
    answer_boolean(answer, "Completed", completed);
    answer_string(answer, "LastPath", completed ? NULL : walk->path);
    answer_string(answer, "CancellationReason", completed ? NULL : reason_name(reason));
}

/* Posts the out parameters. What it returns is owed to the client as the result. */
static MI_Result measurement_post(Measurement *measurement, MI_Boolean completed)
{
    Linux_DirectoryUsage_Measure parameters;
    Answer answer = {.instance = &parameters.instance, .result = MI_RESULT_OK};
    MI_Result result;

    result = MI_Context_ConstructParameters(
        measurement->context, &Linux_DirectoryUsage_Measure_method, &parameters.instance);
    if (result != MI_RESULT_OK)
        return result;
    put_parameters(&answer, measurement->walk, completed, atomic_load(&measurement->reason));
    if (answer.result == MI_RESULT_OK)
        answer.result = MI_Context_PostInstance(measurement->context, &parameters.instance);
    (void)MI_Instance_Destruct(&parameters.instance);
    return answer.result;
}

static void post_path_error(MI_Context *context, const char *path, int error)
{
    MI_Result result = MI_RESULT_FAILED;

    if (error == ENOENT || error == ENOTDIR)
        result = MI_RESULT_NOT_FOUND;
    else if (error == EACCES || error == EPERM)
        result = MI_RESULT_ACCESS_DENIED;
    answer_error(context, result, "the path '%s' cannot be measured: %s", path, strerror(error));
}

static void measure_path(MI_Context *context, const char *path)
{
    Measurement measurement = {.context = context, .reason = NOT_CANCELED};
    int r;

    r = walk_new(&measurement.walk, path);
    if (r < 0) {
        post_path_error(context, path, -r);
        return;
    }
    /* An operation that cannot be canceled runs to its end: nothing else changes. */
    (void)MI_Context_RegisterCancel(context, measurement_cancel, &measurement);
    r = measurement_run(&measurement);
    if (r < 0)
        post_path_error(context, measurement.walk->path, -r);
    else
        (void)MI_Context_PostResult(context, measurement_post(&measurement, r == WALK_DONE));
    /* The final Post has returned: from here on no callback uses the measurement. */
    measurement.walk = walk_free(measurement.walk);
}

static void MI_CALL measure(void *self, MI_Context *context, const MI_Char *nameSpace,
                            const MI_Char *className, const MI_Char *methodName,
                            const MI_Instance *instanceName, const MI_Instance *inputParameters)
{
    MI_Value path;
    MI_Type type;
    MI_Uint32 flags;

    MI_UNUSED(self);
    MI_UNUSED(nameSpace);
    MI_UNUSED(className);
    MI_UNUSED(methodName);
    MI_UNUSED(instanceName); /* the method is static */

    if (MI_Instance_GetElement(inputParameters, "Path", &path, &type, &flags, NULL) !=
            MI_RESULT_OK ||
        type != MI_STRING || (flags & MI_FLAG_NULL) != 0 || path.string == NULL)
        answer_error(context, MI_RESULT_INVALID_PARAMETER,
                     "Measure needs the parameter Path: an absolute path, as a string");
    else if (path.string[0] != '/')
        answer_error(context, MI_RESULT_INVALID_PARAMETER,
                     "the path '%s' cannot be measured: Path has to begin with a '/'", path.string);
    else
        measure_path(context, path.string);
}

static MI_SchemaDecl schema;

static MI_CONST MI_MethodDecl Linux_DirectoryUsage_Measure_method = {
    .flags = MI_FLAG_METHOD | MI_FLAG_STATIC,
    .code = DECLARE_CODE("Measure"),
    .name = "Measure",
    .parameters = Linux_DirectoryUsage_Measure_parameters,
    .numParameters = MI_COUNT(Linux_DirectoryUsage_Measure_parameters),
    .size = sizeof(Linux_DirectoryUsage_Measure),
    .returnType = MI_UINT32,
    .origin = "Linux_DirectoryUsage",
    .propagator = "Linux_DirectoryUsage",
    .schema = &schema,
    .function = measure,
};

static MI_MethodDecl MI_CONST *MI_CONST methods[] = {&Linux_DirectoryUsage_Measure_method};

/* Load and Unload are left out: there is nothing to prepare. Nor are there instances. */
static MI_CONST MI_ProviderFT Linux_DirectoryUsage_functions = {.Invoke = NULL};

static MI_CONST MI_ClassDecl Linux_DirectoryUsage_class = {
    .flags = MI_FLAG_CLASS,
    .code = DECLARE_CODE("Linux_DirectoryUsage"),
    .name = "Linux_DirectoryUsage",
    .size = sizeof(MI_Instance),
    .methods = methods,
    .numMethods = MI_COUNT(methods),
    .schema = &schema,
    .providerFT = &Linux_DirectoryUsage_functions,
};

static MI_ClassDecl MI_CONST *MI_CONST classes[] = {&Linux_DirectoryUsage_class};

static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = MI_COUNT(classes)};

static MI_Module module = {
    .version = MI_VERSION,
    .charSize = sizeof(MI_Char),
    .schemaDecl = &schema,
};

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server)
{
    MI_UNUSED(server);
    return &module;
}
