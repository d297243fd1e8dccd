#include "tests/providers/commands.h"

#include "tests/providers/machine.h"

#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a command is run with. */
typedef struct Order {
    Line *line;
    const char *text;     /* the whole of it, for the answer */
    const char *argument; /* "" if there is none */
    Operation *operation;
} Order;

static atomic_ulong posted;

static void answer(const Order *order, unsigned result)
{
    line_say(order->line, "%s -> %u", order->text, result);
}

static void MI_CALL canceled_by_host(MI_CancellationReason reason, void *data)
{
    Registration *registration = data;

    (void)puppet_obey(registration->operation, "callback %s of %s, reason %d", registration->name,
                      registration->operation->label, (int)reason);
}

static void register_callback(const Order *order)
{
    Registration *registration = operation_register(order->operation, order->argument);

    answer(order, registration == NULL ? MI_RESULT_FAILED
                                       : MI_Context_RegisterCancel(order->operation->context,
                                                                   canceled_by_host, registration));
}

static void unregister_callback(const Order *order)
{
    answer(order, MI_Context_RegisterCancel(order->operation->context, NULL, NULL));
}

static void is_canceled(const Order *order)
{
    MI_Boolean flag = 2;

    if (MI_Context_Canceled(order->operation->context, &flag) == MI_RESULT_OK)
        answer(order, flag);
    else
        line_say(order->line, "%s -> refused", order->text);
}

static void count_posted(const Order *order)
{
    line_say(order->line, "%s -> %lu", order->text, atomic_load(&posted));
}

static MI_Result set_string(MI_Instance *instance, const char *name, const char *text)
{
    MI_Value value = {.string = (MI_Char *)(uintptr_t)text};

    return MI_Instance_SetElement(instance, name, &value, MI_STRING, 0);
}

/* Posts up to @count instances, one object that changes; answers how many were taken and the last
 * result. */
static void post(const Order *order, unsigned long count)
{
    static const char text[] =
        "an instance of a hundred bytes or so, which is the usual size of them";
    MI_Context *context = order->operation->context;
    MI_Instance *instance;
    MI_Result r = MI_Context_NewInstance(context, order->operation->class_decl, &instance);
    unsigned long taken = 0;

    if (r == MI_RESULT_OK) {
        set_string(instance, "Name", order->operation->label);
        set_string(instance, "Text", text);
        while (r == MI_RESULT_OK && taken < count) {
            MI_Value index = {.uint32 = (MI_Uint32)taken};
            MI_Instance_SetElement(instance, "Index", &index, MI_UINT32, 0);
            r = MI_Context_PostInstance(context, instance);
            if (r == MI_RESULT_OK) {
                taken++;
                atomic_fetch_add(&posted, 1);
            }
        }
        MI_Instance_Delete(instance);
    }
    line_say(order->line, "%s -> %lu %u", order->text, taken, r);
}

static void post_some(const Order *order)
{
    post(order, strtoul(order->argument, NULL, 10));
}

static void flood(const Order *order)
{
    post(order, ULONG_MAX);
}

static void post_large(const Order *order)
{
    MI_Context *context = order->operation->context;
    size_t size = strtoul(order->argument, NULL, 10);
    char *text = calloc(1, size + 1);
    MI_Instance *instance;
    MI_Result r = MI_RESULT_FAILED;

    if (text != NULL)
        r = MI_Context_NewInstance(context, order->operation->class_decl, &instance);
    if (r == MI_RESULT_OK) {
        memset(text, 'x', size);
        set_string(instance, "Name", order->operation->label);
        set_string(instance, "Text", text);
        r = MI_Context_PostInstance(context, instance);
        MI_Instance_Delete(instance);
    }
    free(text);
    answer(order, r);
}

static void post_output(const Order *order)
{
    MI_Context *context = order->operation->context;
    MI_Value value = {.uint32 = 42};
    MI_Instance *instance;
    MI_Result r = MI_Context_NewParameters(context, &puppet_run, &instance);

    if (r == MI_RESULT_OK) {
        MI_Instance_SetElement(instance, "MIReturn", &value, MI_UINT32, 0);
        set_string(instance, "Text", order->argument);
        r = MI_Context_PostInstance(context, instance);
        MI_Instance_Delete(instance);
    }
    answer(order, r);
}

static void post_result(const Order *order)
{
    MI_Result r = MI_Context_PostResult(order->operation->context,
                                        (MI_Result)strtoul(order->argument, NULL, 10));

    if (r == MI_RESULT_OK)
        operation_finish(order->operation);
    answer(order, r);
}

static void post_error(const Order *order)
{
    char *text;
    unsigned long code = strtoul(order->argument, &text, 10);
    MI_Result r = MI_Context_PostError(order->operation->context, (MI_Uint32)code,
                                       MI_RESULT_TYPE_MI, text + (*text == ' '));

    if (r == MI_RESULT_OK)
        operation_finish(order->operation);
    answer(order, r);
}

static void write_progress(const Order *order)
{
    char *text;
    unsigned long percent = strtoul(order->argument, &text, 10);

    answer(order, MI_Context_WriteProgress(order->operation->context, "obeying", "a step",
                                           text + (*text == ' '), (MI_Uint32)percent, 7));
}

static void write_warning(const Order *order)
{
    answer(order, MI_Context_WriteMessage(order->operation->context,
                                          MI_WRITEMESSAGE_CHANNEL_WARNING, order->argument));
}

/* Says what came of a question: the result, and the answer. */
static void answer_question(const Order *order, MI_Result result, MI_Boolean flag)
{
    line_say(order->line, "%s -> %u %u", order->text, result, flag);
}

static void prompt_user(const Order *order)
{
    MI_Boolean flag = 2;
    MI_Result r = MI_Context_PromptUser(order->operation->context, order->argument,
                                        MI_PROMPTTYPE_CRITICAL, &flag);

    answer_question(order, r, flag);
}

static void should_process(const Order *order)
{
    MI_Boolean flag = 2;
    MI_Result r =
        MI_Context_ShouldProcess(order->operation->context, "a target", order->argument, &flag);

    answer_question(order, r, flag);
}

static void should_continue(const Order *order)
{
    MI_Boolean flag = 2;
    MI_Result r = MI_Context_ShouldContinue(order->operation->context, order->argument, &flag);

    answer_question(order, r, flag);
}

static void write_error(const Order *order)
{
    MI_Boolean flag = 2;
    char *text;
    unsigned long code = strtoul(order->argument, &text, 10);
    MI_Result r = MI_Context_WriteError(order->operation->context, (MI_Uint32)code,
                                        MI_RESULT_TYPE_MI, text + (*text == ' '), &flag);

    answer_question(order, r, flag);
}

/* What another thread begins with. */
typedef struct Thread {
    Operation *operation;
    char name[64];
} Thread;

static void *run_thread(void *data)
{
    Thread *thread = data;
    Operation *operation = thread->operation;

    (void)puppet_obey(operation, "thread %s of %s", thread->name, operation->label);
    free(thread);
    operation_release(operation);
    return NULL;
}

static void start_thread(const Order *order)
{
    Thread *thread = calloc(1, sizeof(*thread));
    pthread_t id;

    if (thread == NULL) {
        answer(order, MI_RESULT_FAILED);
        return;
    }
    operation_hold(order->operation);
    thread->operation = order->operation;
    snprintf(thread->name, sizeof(thread->name), "%s", order->argument);
    answer(order, MI_RESULT_OK); /* first: the operation may be gone once the thread runs */
    if (pthread_create(&id, NULL, run_thread, thread) == 0) {
        pthread_detach(id);
    } else {
        operation_release(order->operation);
        free(thread);
    }
}

/* Enumerates a class by a session to the host itself: the result, and how many instances came. */
static void enumerate_locally(const Order *order)
{
    MI_Result result = MI_RESULT_FAILED;
    const MI_Instance *instance;
    MI_Boolean more = MI_TRUE;
    MI_Operation operation;
    unsigned count = 0;
    MI_Session session;

    if (MI_Context_GetLocalSession(order->operation->context, &session) != MI_RESULT_OK) {
        answer(order, MI_RESULT_NOT_SUPPORTED);
        return;
    }
    MI_Session_EnumerateInstances(&session, 0, NULL, "root/cimv2", order->argument, MI_FALSE, NULL,
                                  &operation);
    while (more && MI_Operation_GetInstance(&operation, &instance, &more, &result, NULL, NULL) ==
                       MI_RESULT_OK)
        count += instance != NULL;
    MI_Operation_Close(&operation);
    MI_Session_Close(&session, NULL, NULL);
    line_say(order->line, "%s -> %u %u", order->text, result, count);
}

static void tell_identity(const Order *order)
{
    uid_t user[3];
    gid_t group[3], groups[64];
    int count = getgroups(64, groups), used;
    char text[LINE_MAX_SIZE];

    getresuid(&user[0], &user[1], &user[2]);
    getresgid(&group[0], &group[1], &group[2]);
    used = snprintf(text, sizeof(text), "users %u %u %u groups %u %u %u and", user[0], user[1],
                    user[2], group[0], group[1], group[2]);
    for (int i = 0; i < count; i++)
        used += snprintf(text + used, sizeof(text) - (size_t)used, " %u", groups[i]);
    line_say(order->line, "%s -> %s", order->text, text);
}

static void tell_pid(const Order *order)
{
    answer(order, (unsigned)getpid());
}

static void fork_child(const Order *order)
{
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            pause();
    answer(order, (unsigned)pid);
}

static void crash(const Order *order)
{
    (void)order;
    signal(SIGSEGV, SIG_DFL); /* a sanitizer's handler would make an exit status of it */
    raise(SIGSEGV);
}

static void leave(const Order *order)
{
    _exit((int)strtol(order->argument, NULL, 10));
}

static void hang(const Order *order)
{
    (void)order;
    for (;;)
        pause();
}

static const struct {
    const char *name;
    void (*run)(const Order *order);
} commands[] = {
    {"register", register_callback},
    {"unregister", unregister_callback},
    {"canceled", is_canceled},
    {"posted", count_posted},
    {"post", post_some},
    {"large", post_large},
    {"flood", flood},
    {"output", post_output},
    {"result", post_result},
    {"error", post_error},
    {"progress", write_progress},
    {"warning", write_warning},
    {"prompt", prompt_user},
    {"process", should_process},
    {"continue", should_continue},
    {"complain", write_error},
    {"thread", start_thread},
    {"identity", tell_identity},
    {"local", enumerate_locally},
    {"pid", tell_pid},
    {"fork", fork_child},
    {"crash", crash},
    {"exit", leave},
    {"hang", hang},
};

static void obey(Operation *operation, Line *line, const char *text)
{
    size_t length = strcspn(text, " ");
    char said[LINE_MAX_SIZE];
    Order order = {line, text, text + length + (text[length] == ' '), operation};

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strlen(commands[i].name) == length && memcmp(commands[i].name, text, length) == 0) {
            commands[i].run(&order);
            return;
        }
    if (machine_obey(text, length, order.argument, said))
        line_say(line, "%.256s -> %s", text, said);
    else
        line_say(line, "%s -> no such command", text);
}

bool puppet_obey(Operation *operation, const char *introduction, ...)
{
    bool is_told = false;
    char text[LINE_MAX_SIZE];
    va_list arguments;
    Line line;

    va_start(arguments, introduction);
    vsnprintf(text, sizeof(text), introduction, arguments);
    va_end(arguments);
    line_open(&line, puppet_gate());
    line_say(&line, "%s", text);
    while (!is_told && line_hear(&line, text)) {
        is_told = strcmp(text, "return") == 0;
        if (!is_told)
            obey(operation, &line, text);
    }
    line_close(&line);
    return is_told;
}
