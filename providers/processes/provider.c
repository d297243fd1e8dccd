/*
 * Linux_Process: the processes of this machine, as far as the user of the agent may see them.
 *
 * Names and values of the properties are those of the DMTF's CIM_Process and CIM_UnixProcess. Their
 * key consists of six properties, five of which are the same for all processes of a machine. Here
 * Handle alone is the key, so that {"Handle": "42"} names a process; the other five are there to
 * read.
 *
 * What a process is not known to have is null: ModulePath of a process of somebody else, Parameters
 * of the kernel's own. A process that ends while it is read is not listed. Nothing is kept between
 * calls, so any number of them may run at a time.
 */
#include "providers/answer.h"
#include "providers/declare.h"
#include "providers/processes/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/utsname.h>
#include <unistd.h>

#define LINUX_PROCESS(PROPERTY, Class)                                                             \
    PROPERTY(Class, STRING, Handle, MI_FLAG_KEY)                                                   \
    PROPERTY(Class, STRING, CSCreationClassName, 0)                                                \
    PROPERTY(Class, STRING, CSName, 0)                                                             \
    PROPERTY(Class, STRING, OSCreationClassName, 0)                                                \
    PROPERTY(Class, STRING, OSName, 0)                                                             \
    PROPERTY(Class, STRING, CreationClassName, 0)                                                  \
    PROPERTY(Class, STRING, Name, 0)                                                               \
    PROPERTY(Class, STRING, ParentProcessID, 0)                                                    \
    PROPERTY(Class, UINT16, ExecutionState, 0)                                                     \
    PROPERTY(Class, UINT32, Priority, 0)                                                           \
    PROPERTY(Class, UINT32, ProcessNiceValue, 0)                                                   \
    PROPERTY(Class, DATETIME, CreationDate, 0)                                                     \
    PROPERTY(Class, UINT64, KernelModeTime, 0) /* milliseconds */                                  \
    PROPERTY(Class, UINT64, UserModeTime, 0)   /* milliseconds */                                  \
    PROPERTY(Class, UINT64, WorkingSetSize, 0) /* bytes */                                         \
    PROPERTY(Class, STRING, ModulePath, 0)                                                         \
    PROPERTY(Class, STRINGA, Parameters, 0)

DECLARE_PROPERTIES(Linux_Process, LINUX_PROCESS);

static MI_CONST MI_ClassDecl Linux_Process_class;

/* CIM_Process.ExecutionState. */
enum {
    EXECUTION_UNKNOWN = 0,
    EXECUTION_OTHER = 1,
    EXECUTION_RUNNING = 3,
    EXECUTION_BLOCKED = 4,
    EXECUTION_TERMINATED = 7,
    EXECUTION_STOPPED = 8,
};

static MI_Uint16 execution_state(char state)
{
    switch (state) {
    case 'R': /* Linux doesn't tell a process that runs from one that is ready to */
        return EXECUTION_RUNNING;
    case 'S':
    case 'D':
    case 'I':
        return EXECUTION_BLOCKED;
    case 'T':
    case 't':
        return EXECUTION_STOPPED;
    case 'Z':
    case 'X':
    case 'x':
        return EXECUTION_TERMINATED;
    default:
        return EXECUTION_OTHER;
    }
}

/* What is the same for all processes. */
typedef struct Machine {
    struct utsname names;
    uint64_t ticks_per_second;
    uint64_t page_size;
    uint64_t started_ms; /* on CLOCK_REALTIME */
} Machine;

static void machine_read(Machine *machine)
{
    struct timespec now, up;
    int64_t since_us;

    if (uname(&machine->names) < 0)
        machine->names = (struct utsname){.sysname = "Linux", .nodename = "localhost"};
    machine->ticks_per_second = (uint64_t)sysconf(_SC_CLK_TCK);
    machine->page_size = (uint64_t)sysconf(_SC_PAGESIZE);
    /* Rounded to a clock tick (10 ms), so that a process was created at the same time each time it
     * is asked, although the two clocks are read one after the other. */
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)clock_gettime(CLOCK_BOOTTIME, &up);
    since_us = (now.tv_sec - up.tv_sec) * INT64_C(1000000) + (now.tv_nsec - up.tv_nsec) / 1000;
    machine->started_ms = (uint64_t)((since_us + 5000) / 10000 * 10);
}

static uint64_t machine_ms(const Machine *machine, uint64_t ticks)
{
    return ticks / machine->ticks_per_second * 1000 +
           ticks % machine->ticks_per_second * 1000 / machine->ticks_per_second;
}

/* What of a process is owed to the client. @set is NULL if that is everything. */
static MI_Boolean is_wanted(const MI_PropertySet *set, const MI_Char *name)
{
    MI_Boolean wanted = MI_TRUE;

    if (set != NULL && MI_PropertySet_ContainsElement(set, name, &wanted) != MI_RESULT_OK)
        return MI_TRUE;
    return wanted;
}

static unsigned wanted_parts(const MI_PropertySet *set)
{
    return (is_wanted(set, "Parameters") ? PROCESS_READ_ARGUMENTS : 0) |
           (is_wanted(set, "ModulePath") ? PROCESS_READ_EXECUTABLE : 0);
}

/*
 * An instance that is filled for one process after the other, and what its values point to. The
 * strings are lent to the instance, so it lives no longer than they do.
 */
typedef struct Row {
    Linux_Process process;
    Answer answer;
    Machine machine;
    Process source;
    char handle[16];
    char parent[24];
} Row;

static MI_Result row_init(Row *row, MI_Context *context)
{
    MI_Result result;

    result = MI_Context_ConstructInstance(context, &Linux_Process_class, &row->process.instance);
    if (result != MI_RESULT_OK)
        return result;
    row->answer = (Answer){.instance = &row->process.instance, .result = MI_RESULT_OK};
    process_init(&row->source);
    machine_read(&row->machine);
    return MI_RESULT_OK;
}

static void row_deinit(Row *row)
{
    (void)MI_Instance_Destruct(&row->process.instance);
    process_deinit(&row->source);
}

static void row_put_key(Row *row, uint32_t number)
{
    (void)snprintf(row->handle, sizeof(row->handle), "%u", number);
    answer_string(&row->answer, "Handle", row->handle);
}

static void row_put_names(Row *row)
{
    Answer *answer = &row->answer;
    const ProcessStat *stat = &row->source.stat;

    answer_string(answer, "CSCreationClassName", "CIM_ComputerSystem");
    answer_string(answer, "CSName", row->machine.names.nodename);
    answer_string(answer, "OSCreationClassName", "CIM_OperatingSystem");
    answer_string(answer, "OSName", row->machine.names.sysname);
    answer_string(answer, "CreationClassName", "Linux_Process");
    answer_string(answer, "Name", stat->name);
    (void)snprintf(row->parent, sizeof(row->parent), "%llu", (unsigned long long)stat->parent);
    answer_string(answer, "ParentProcessID", row->parent);
}

static void row_put_scheduling(Row *row)
{
    Answer *answer = &row->answer;
    const ProcessStat *stat = &row->source.stat;

    answer_uint16(answer, "ExecutionState", execution_state(stat->state));
    /* CIM's Priority has no sign, and nothing to say of real-time scheduling. */
    if (stat->priority >= 0)
        answer_uint32(answer, "Priority", (MI_Uint32)stat->priority);
    else
        answer_null(answer, "Priority");
    /* Nor has its nice value: it is the one of POSIX, which counts from 0, with NZERO as default.
     */
    answer_uint32(answer, "ProcessNiceValue", (MI_Uint32)(stat->nice + NZERO));
}

static void row_put_times(Row *row)
{
    Answer *answer = &row->answer;
    const ProcessStat *stat = &row->source.stat;
    const Machine *machine = &row->machine;
    uint64_t created_ms = machine->started_ms + machine_ms(machine, stat->start);

    answer_time(answer, "CreationDate",
                (struct timespec){.tv_sec = (time_t)(created_ms / 1000),
                                  .tv_nsec = (long)(created_ms % 1000) * 1000000});
    answer_uint64(answer, "KernelModeTime", machine_ms(machine, stat->kernel));
    answer_uint64(answer, "UserModeTime", machine_ms(machine, stat->user));
    answer_uint64(answer, "WorkingSetSize", stat->resident * machine->page_size);
}

static void row_put_program(Row *row)
{
    Process *source = &row->source;

    answer_string(&row->answer, "ModulePath",
                  source->executable[0] != '\0' ? source->executable : NULL);
    answer_strings(&row->answer, "Parameters", source->arguments, (MI_Uint32)source->n_arguments);
}

/* Posts the process that row->source holds. */
static MI_Result row_post(Row *row, MI_Context *context, uint32_t number)
{
    row_put_key(row, number);
    row_put_names(row);
    row_put_scheduling(row);
    row_put_times(row);
    row_put_program(row);
    if (row->answer.result != MI_RESULT_OK)
        return row->answer.result;
    return MI_Context_PostInstance(context, &row->process.instance);
}

/* Posts no more than the key, for which nothing of the process needs to be read. */
static MI_Result row_post_key(Row *row, MI_Context *context, uint32_t number)
{
    row_put_key(row, number);
    if (row->answer.result != MI_RESULT_OK)
        return row->answer.result;
    return MI_Context_PostInstance(context, &row->process.instance);
}

/*
 * The number of the next process in @proc; 0 at its end, or with errno set when it cannot be read
 * on.
 */
static uint32_t next_process(DIR *proc)
{
    const struct dirent *entry;
    uint32_t number;

    for (;;) {
        errno = 0;
        entry = readdir(proc);
        if (entry == NULL)
            return 0;
        number = process_handle_parse(entry->d_name);
        if (number != 0)
            return number;
    }
}

/* Posts every process, and then the result, which is the only final Post. */
static void enumerate_all(Row *row, MI_Context *context, DIR *proc,
                          const MI_PropertySet *propertySet, MI_Boolean keysOnly)
{
    unsigned parts = wanted_parts(propertySet);
    MI_Result result = MI_RESULT_OK;
    uint32_t number;
    int r = 0;

    /* PostInstance fails when the operation was canceled: that is all there is to do about it. */
    while (result == MI_RESULT_OK && r >= 0 && (number = next_process(proc)) != 0) {
        if (keysOnly) {
            result = row_post_key(row, context, number);
            continue;
        }
        r = process_read(&row->source, dirfd(proc), number, parts);
        if (r == 0)
            result = row_post(row, context, number);
    }
    if (result == MI_RESULT_OK && r >= 0)
        r = -errno;
    if (r < 0)
        answer_error(context, MI_RESULT_FAILED, "the processes in /proc cannot be read: %s",
                     strerror(-r));
    else
        (void)MI_Context_PostResult(context, result);
}

static void MI_CALL enumerate(void *self, MI_Context *context, const MI_Char *nameSpace,
                              const MI_Char *className, const MI_PropertySet *propertySet,
                              MI_Boolean keysOnly, const MI_Filter *filter)
{
    MI_Result result;
    DIR *proc;
    Row row;

    MI_UNUSED(self);
    MI_UNUSED(nameSpace);
    MI_UNUSED(className);
    MI_UNUSED(filter);

    result = row_init(&row, context);
    if (result != MI_RESULT_OK) {
        (void)MI_Context_PostResult(context, result);
        return;
    }
    proc = opendir("/proc");
    if (proc == NULL) {
        answer_error(context, MI_RESULT_FAILED, "the processes in /proc cannot be read: %s",
                     strerror(errno));
    } else {
        enumerate_all(&row, context, proc, propertySet, keysOnly);
        (void)closedir(proc);
    }
    row_deinit(&row);
}

/*
 * Whether @number is that of a process. Threads other than the first of a process have numbers and
 * folders in /proc as well; these are not listed there, but can be opened. When the system cannot
 * tell, it counts as one.
 */
static MI_Boolean is_process(uint32_t number)
{
    int fd;

    fd = pidfd_open((pid_t)number, 0);
    if (fd >= 0)
        (void)close(fd);
    return fd >= 0 || (errno != EINVAL && errno != ENOENT);
}

/* Posts the process @number, and then the result, which is the only final Post. */
static void get_one(Row *row, MI_Context *context, int proc, uint32_t number,
                    const MI_PropertySet *propertySet)
{
    int r = PROCESS_GONE;

    if (is_process(number))
        r = process_read(&row->source, proc, number, wanted_parts(propertySet));
    switch (r) {
    case 0:
        (void)MI_Context_PostResult(context, row_post(row, context, number));
        break;
    case PROCESS_GONE:
        answer_error(context, MI_RESULT_NOT_FOUND, "there is no process with the Handle '%u'",
                     number);
        break;
    case PROCESS_HIDDEN:
        answer_error(context, MI_RESULT_ACCESS_DENIED,
                     "the process with the Handle '%u' is not shown to this user", number);
        break;
    default:
        answer_error(context, MI_RESULT_FAILED,
                     "the process with the Handle '%u' cannot be read: %s", number, strerror(-r));
        break;
    }
}

static void get_number(MI_Context *context, uint32_t number, const MI_PropertySet *propertySet)
{
    MI_Result result;
    int proc;
    Row row;

    result = row_init(&row, context);
    if (result != MI_RESULT_OK) {
        (void)MI_Context_PostResult(context, result);
        return;
    }
    proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0) {
        answer_error(context, MI_RESULT_FAILED, "/proc cannot be read: %s", strerror(errno));
    } else {
        get_one(&row, context, proc, number, propertySet);
        (void)close(proc);
    }
    row_deinit(&row);
}

static void MI_CALL get(void *self, MI_Context *context, const MI_Char *nameSpace,
                        const MI_Char *className, const MI_Instance *instanceName,
                        const MI_PropertySet *propertySet)
{
    MI_Value handle;
    MI_Type type;
    MI_Uint32 flags;
    uint32_t number;

    MI_UNUSED(self);
    MI_UNUSED(nameSpace);
    MI_UNUSED(className);

    if (MI_Instance_GetElement(instanceName, "Handle", &handle, &type, &flags, NULL) !=
            MI_RESULT_OK ||
        type != MI_STRING || (flags & MI_FLAG_NULL) != 0 || handle.string == NULL) {
        answer_error(context, MI_RESULT_INVALID_PARAMETER,
                     "a Linux_Process is named by its Handle, the process number as a string");
        return;
    }
    number = process_handle_parse(handle.string);
    if (number == 0)
        answer_error(context, MI_RESULT_NOT_FOUND,
                     "there is no process with the Handle '%s': it is a process number in decimal",
                     handle.string);
    else
        get_number(context, number, propertySet);
}

/* Load and Unload are left out: there is nothing to prepare. */
static MI_CONST MI_ProviderFT Linux_Process_functions = {
    .GetInstance = get,
    .EnumerateInstances = enumerate,
};

static MI_SchemaDecl schema;

static MI_CONST MI_ClassDecl Linux_Process_class = {
    .flags = MI_FLAG_CLASS,
    .code = DECLARE_CODE("Linux_Process"),
    .name = "Linux_Process",
    .properties = Linux_Process_properties,
    .numProperties = MI_COUNT(Linux_Process_properties),
    .size = sizeof(Linux_Process),
    .schema = &schema,
    .providerFT = &Linux_Process_functions,
};

static MI_ClassDecl MI_CONST *MI_CONST classes[] = {&Linux_Process_class};

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
