/*
 * Demo_Ticker: one instance each interval, until the operation is canceled.
 *
 * The example to learn from, of a whole provider and of a correct cancel. MI knows two ways to run
 * an operation: to return at once and post from threads of its own, or, as here, to stay in the
 * function until all is said. What makes the cancel correct:
 *
 *  - The callback only notes the reason and wakes the loop, which waits on a condition rather than
 *    sleeping: it stops at once, not at the next tick.
 *  - Every operation ends with exactly one final Post (PostResult, PostError), canceled or not.
 *  - The final Post is made with no lock held that the callback takes. The host waits in it for a
 *    callback that is running; when it returns, none is running or will run. Only then is the
 * memory of the callback given up; there is no need to take the registration back before.
 *  - There is no global state: each operation has a Ticker of its own, on its own stack.
 *
 * The interval is one second, or that of the custom option IntervalMs (uint32, in milliseconds).
 */
#include "providers/answer.h"
#include "providers/declare.h"

#include <errno.h>
#include <pthread.h>

#define TICKER_INTERVAL_MS     1000
#define TICKER_MAX_INTERVAL_MS 3600000
#define TICKER_REASON_MS       1000 /* at most, that it waits to learn why it cannot post */

#define DEMO_TICKER(PROPERTY, Class)                                                               \
    PROPERTY(Class, UINT64, Tick, MI_FLAG_KEY) /* from 1 */                                        \
    PROPERTY(Class, DATETIME, Time, 0)         /* when it was posted, in UTC */

DECLARE_PROPERTIES(Demo_Ticker, DEMO_TICKER);

static MI_CONST MI_ClassDecl Demo_Ticker_class;

/* What an operation and its cancel callback share. */
typedef struct Ticker {
    pthread_mutex_t lock;
    pthread_cond_t canceled;
    enum {
        TICKER_RUNNING,  /* ticks are owed */
        TICKER_CANCELED, /* `reason` is set; the final Post is owed */
    } state;
    MI_CancellationReason reason;
} Ticker;

/* 0, or the errno of what could not be made. */
static int ticker_init(Ticker *ticker)
{
    pthread_condattr_t attributes;
    int r;

    *ticker = (Ticker){.state = TICKER_RUNNING};
    r = pthread_condattr_init(&attributes);
    if (r != 0)
        return r;
    /* An interval is to last as long as it says when somebody sets the clock. */
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    r = pthread_cond_init(&ticker->canceled, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    if (r != 0)
        return r;
    r = pthread_mutex_init(&ticker->lock, NULL);
    if (r != 0)
        (void)pthread_cond_destroy(&ticker->canceled);
    return r;
}

static void ticker_deinit(Ticker *ticker)
{
    (void)pthread_cond_destroy(&ticker->canceled);
    (void)pthread_mutex_destroy(&ticker->lock);
}

static const char *reason_name(MI_CancellationReason reason)
{
    switch (reason) {
    case MI_REASON_NONE:
        return "MI_REASON_NONE";
    case MI_REASON_TIMEOUT:
        return "MI_REASON_TIMEOUT";
    case MI_REASON_SHUTDOWN:
        return "MI_REASON_SHUTDOWN";
    case MI_REASON_SERVICESTOP:
        return "MI_REASON_SERVICESTOP";
    }
    return "a reason that this provider doesn't know";
}

/* The cancel callback: on a thread of the host, at most once, never after the final Post. */
static void MI_CALL ticker_cancel(MI_CancellationReason reason, void *data)
{
    Ticker *ticker = data;

    (void)fprintf(stderr, "Demo_Ticker: canceled: %s\n", reason_name(reason));
    (void)pthread_mutex_lock(&ticker->lock);
    ticker->state = TICKER_CANCELED;
    ticker->reason = reason;
    (void)pthread_cond_signal(&ticker->canceled);
    (void)pthread_mutex_unlock(&ticker->lock);
}

/* True as soon as the ticker is canceled; false if it still isn't after @ms milliseconds. */
static MI_Boolean ticker_wait(Ticker *ticker, MI_Uint32 ms)
{
    struct timespec deadline;
    MI_Boolean canceled;
    int r = 0;

    (void)clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += ms / 1000;
    deadline.tv_nsec += (long)(ms % 1000) * 1000000;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_sec++;
        deadline.tv_nsec -= 1000000000;
    }

    (void)pthread_mutex_lock(&ticker->lock);
    while (ticker->state == TICKER_RUNNING && r == 0)
        r = pthread_cond_timedwait(&ticker->canceled, &ticker->lock, &deadline);
    canceled = ticker->state == TICKER_CANCELED;
    (void)pthread_mutex_unlock(&ticker->lock);
    return canceled;
}

static MI_Result ticker_post(MI_Context *context, Demo_Ticker *row, MI_Uint64 tick)
{
    Answer answer = {.instance = &row->instance, .result = MI_RESULT_OK};
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    answer_uint64(&answer, "Tick", tick);
    answer_time(&answer, "Time", now);
    if (answer.result != MI_RESULT_OK)
        return answer.result;
    /* Fails once the operation is canceled. It may also block for as long as the client reads
     * slowly; a cancel ends that, too. */
    return MI_Context_PostInstance(context, &row->instance);
}

/*
 * Posts ticks until the ticker is canceled (MI_RESULT_OK), or PostInstance fails (its result). @ret
 * counts those that were posted.
 */
static MI_Result ticker_run(Ticker *ticker, MI_Context *context, Demo_Ticker *row,
                            MI_Uint32 interval_ms, MI_Uint64 *ret)
{
    MI_Result result;

    *ret = 0;
    do {
        result = ticker_post(context, row, *ret + 1);
        if (result != MI_RESULT_OK) {
            /* Most likely a cancel, whose callback is about to tell the reason. */
            (void)ticker_wait(ticker, TICKER_REASON_MS);
            return result;
        }
        ++*ret;
    } while (!ticker_wait(ticker, interval_ms));
    return MI_RESULT_OK;
}

/* The final Post: how far it came, and why it stopped. */
static void ticker_finish(Ticker *ticker, MI_Context *context, MI_Uint64 ticks, MI_Result result)
{
    MI_CancellationReason reason;
    MI_Boolean canceled;

    (void)pthread_mutex_lock(&ticker->lock);
    canceled = ticker->state == TICKER_CANCELED;
    reason = ticker->reason;
    (void)pthread_mutex_unlock(&ticker->lock);

    /* The lock is free again: see the head of this file. */
    if (canceled)
        answer_error(context, MI_RESULT_FAILED, "the ticker stopped after %llu tick%s: %s", ticks,
                     ticks == 1 ? "" : "s", reason_name(reason));
    else
        answer_error(context, result, "the ticker stopped after %llu tick%s: its host took no more",
                     ticks, ticks == 1 ? "" : "s");
}

/* MI_RESULT_OK with @ret as the option IntervalMs says or by default; or the option is no good. */
static MI_Result get_interval(MI_Context *context, MI_Uint32 *ret)
{
    MI_Type type;
    MI_Value value;

    *ret = TICKER_INTERVAL_MS;
    if (MI_Context_GetCustomOption(context, "IntervalMs", &type, &value) != MI_RESULT_OK)
        return MI_RESULT_OK;
    if (type != MI_UINT32 || value.uint32 == 0 || value.uint32 > TICKER_MAX_INTERVAL_MS)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = value.uint32;
    return MI_RESULT_OK;
}

static void run(MI_Context *context, MI_Uint32 interval_ms)
{
    Ticker ticker;
    Demo_Ticker row;
    MI_Uint64 ticks;
    MI_Result result;
    int r;

    r = ticker_init(&ticker);
    if (r != 0) {
        answer_error(context, MI_RESULT_FAILED, "the ticker cannot start: %s", strerror(r));
        return;
    }
    result = MI_Context_ConstructInstance(context, &Demo_Ticker_class, &row.instance);
    if (result != MI_RESULT_OK) {
        (void)MI_Context_PostResult(context, result);
        ticker_deinit(&ticker);
        return;
    }
    /* Registered when everything that the callback uses is there: it may be called before
     * RegisterCancel returns. */
    result = MI_Context_RegisterCancel(context, ticker_cancel, &ticker);
    if (result == MI_RESULT_OK) {
        result = ticker_run(&ticker, context, &row, interval_ms, &ticks);
        (void)MI_Instance_Destruct(&row.instance);
        ticker_finish(&ticker, context, ticks, result);
    } else {
        /* An operation that cannot be canceled runs to its end, which this one doesn't have. */
        (void)MI_Instance_Destruct(&row.instance);
        answer_error(context, result,
                     "the ticker didn't start: it never ends, and cannot be canceled here");
    }
    ticker_deinit(&ticker);
}

static void MI_CALL enumerate(void *self, MI_Context *context, const MI_Char *nameSpace,
                              const MI_Char *className, const MI_PropertySet *propertySet,
                              MI_Boolean keysOnly, const MI_Filter *filter)
{
    MI_Uint32 interval_ms;

    /* The host leaves out what was not asked for (propertySet, keysOnly, filter). */
    MI_UNUSED(self);
    MI_UNUSED(nameSpace);
    MI_UNUSED(className);
    MI_UNUSED(propertySet);
    MI_UNUSED(keysOnly);
    MI_UNUSED(filter);

    if (get_interval(context, &interval_ms) == MI_RESULT_OK)
        run(context, interval_ms);
    else
        answer_error(context, MI_RESULT_INVALID_PARAMETER,
                     "the option 'IntervalMs' has to be a uint32 from 1 to %d (milliseconds)",
                     TICKER_MAX_INTERVAL_MS);
}

/*
 * Load and Unload, of the module and of each class, are operations as well: each owes a final Post.
 * What is put into *self is handed to all other functions; a provider without state has none.
 */
static void MI_CALL module_load(MI_Module_Self **self, MI_Context *context)
{
    *self = NULL;
    (void)MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL module_unload(MI_Module_Self *self, MI_Context *context)
{
    MI_UNUSED(self);
    (void)MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL class_load(void **self, MI_Module_Self *module, MI_Context *context)
{
    MI_UNUSED(module);
    *self = NULL;
    (void)MI_Context_PostResult(context, MI_RESULT_OK);
}

static void MI_CALL class_unload(void *self, MI_Context *context)
{
    MI_UNUSED(self);
    (void)MI_Context_PostResult(context, MI_RESULT_OK);
}

/* An operation that isn't here is refused by the host: MI_RESULT_NOT_SUPPORTED. */
static MI_CONST MI_ProviderFT Demo_Ticker_functions = {
    .Load = class_load,
    .Unload = class_unload,
    .EnumerateInstances = enumerate,
};

static MI_SchemaDecl schema;

static MI_CONST MI_ClassDecl Demo_Ticker_class = {
    .flags = MI_FLAG_CLASS,
    .code = DECLARE_CODE("Demo_Ticker"),
    .name = "Demo_Ticker",
    .properties = Demo_Ticker_properties,
    .numProperties = MI_COUNT(Demo_Ticker_properties),
    .size = sizeof(Demo_Ticker),
    .schema = &schema,
    .providerFT = &Demo_Ticker_functions,
};

static MI_ClassDecl MI_CONST *MI_CONST classes[] = {&Demo_Ticker_class};

static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = MI_COUNT(classes)};

static MI_Module module = {
    .version = MI_VERSION,
    .charSize = sizeof(MI_Char),
    .schemaDecl = &schema,
    .Load = module_load,
    .Unload = module_unload,
};

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server)
{
    MI_UNUSED(server);
    return &module;
}
