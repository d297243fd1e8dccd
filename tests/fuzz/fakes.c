#include "tests/fuzz/fakes.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PID 1000000000 /* beyond what a kernel gives: no real process is ever meant */
#define EPOCH     1700000000 /* when time begins */

static struct {
    FakeProcess processes[FAKES_MAX_PROCESSES];
    size_t count;
    bool spawn_fails;
    unsigned inside;     /* the server runs */
    unsigned allocation; /* that many more of it, then one fails; 0: none */
    bool allocation_failed;
    uint64_t now;
    uv_timer_t *timer; /* NULL: none runs */
    uv_timer_cb on_timer;
    uint64_t due;
} fakes;

/* What the linker gives the wrapped names to. */
int __wrap_fstat(int fd, struct stat *status);
int __real_fstat(int fd, struct stat *status);
time_t __wrap_time(time_t *now);
uint64_t __wrap_uv_hrtime(void);
uint64_t __wrap_uv_now(const uv_loop_t *loop);
int __wrap_uv_timer_start(uv_timer_t *timer, uv_timer_cb fire, uint64_t timeout, uint64_t repeat);
int __wrap_uv_timer_stop(uv_timer_t *timer);
int __wrap_uv_spawn(uv_loop_t *loop, uv_process_t *handle, const uv_process_options_t *options);
void __wrap_uv_close(uv_handle_t *handle, uv_close_cb close);
void __real_uv_close(uv_handle_t *handle, uv_close_cb close);
int __wrap_kill(pid_t pid, int signal);
int __wrap_prlimit(pid_t pid, int resource, const struct rlimit *new, struct rlimit *old);
void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__real_realloc(void *memory, size_t size);

void fakes_begin(void)
{
    memset(&fakes, 0, sizeof(fakes));
    fakes.now = 1000;
}

void fakes_end(void)
{
    fakes.allocation = 0;
    for (size_t i = 0; i < fakes.count; i++)
        fakes_close(&fakes.processes[i]);
}

size_t fakes_count(void)
{
    return fakes.count;
}

FakeProcess *fakes_at(size_t index)
{
    return &fakes.processes[index];
}

/* Files: no two runs have the same inodes, and a fuzzer tries what it sees compared. */

int __wrap_fstat(int fd, struct stat *status)
{
    int r = __real_fstat(fd, status);

    if (r == 0) {
        status->st_dev = 1;
        status->st_ino = 1;
    }
    return r;
}

/* Time. */

time_t __wrap_time(time_t *now)
{
    time_t seconds = EPOCH + (time_t)(fakes.now / 1000);

    if (now != NULL)
        *now = seconds;
    return seconds;
}

uint64_t __wrap_uv_hrtime(void)
{
    return fakes.now * 1000000;
}

uint64_t __wrap_uv_now(const uv_loop_t *loop)
{
    (void)loop;
    return fakes.now;
}

int __wrap_uv_timer_start(uv_timer_t *timer, uv_timer_cb fire, uint64_t timeout, uint64_t repeat)
{
    require(repeat == 0 && (fakes.timer == NULL || fakes.timer == timer));
    fakes.timer = timer;
    fakes.on_timer = fire;
    fakes.due = fakes.now + timeout;
    return 0;
}

int __wrap_uv_timer_stop(uv_timer_t *timer)
{
    if (fakes.timer == timer)
        fakes.timer = NULL;
    return 0;
}

void fakes_advance(uint64_t milliseconds)
{
    uv_timer_t *timer = fakes.timer;

    fakes.now += milliseconds;
    if (timer == NULL || fakes.due > fakes.now)
        return;
    fakes.timer = NULL;
    fakes_enter();
    fakes.on_timer(timer);
    fakes_leave();
}

uint64_t fakes_next(void)
{
    if (fakes.timer == NULL)
        return UINT64_MAX;
    return fakes.due > fakes.now ? fakes.due - fakes.now : 0;
}

/* Processes. */

static int inherited_socket(const uv_process_options_t *options)
{
    int fd = -1;

    for (int i = 3; i < options->stdio_count; i++)
        if ((options->stdio[i].flags & UV_INHERIT_FD) != 0)
            fd = options->stdio[i].data.fd;
    require(fd >= 0);
    return fd;
}

int __wrap_uv_spawn(uv_loop_t *loop, uv_process_t *handle, const uv_process_options_t *options)
{
    FakeProcess *process;

    (void)loop;
    require(fakes.count < FAKES_MAX_PROCESSES);
    process = &fakes.processes[fakes.count++];
    *process = (FakeProcess){.handle = handle, .fd = -1, .on_exit = options->exit_cb};
    handle->pid = 0;
    if (fakes.spawn_fails || fakes.count == FAKES_MAX_PROCESSES) {
        fakes.spawn_fails = false;
        process->state = FAKE_EXITED;
        return UV_EAGAIN;
    }
    process->fd = fcntl(inherited_socket(options), F_DUPFD_CLOEXEC, 3);
    require(process->fd >= 0);
    process->pid = FIRST_PID + (int)fakes.count;
    handle->pid = process->pid;
    return 0;
}

void fakes_fail_spawn(void)
{
    fakes.spawn_fails = true;
}

int __wrap_kill(pid_t pid, int signal)
{
    for (size_t i = 0; i < fakes.count; i++) {
        FakeProcess *process = &fakes.processes[i];

        if (process->pid == 0 || (pid != process->pid && pid != -process->pid))
            continue;
        if (process->state == FAKE_RUNNING && signal == SIGKILL)
            process->state = FAKE_KILLED;
        return 0;
    }
    errno = ESRCH;
    return -1;
}

int __wrap_prlimit(pid_t pid, int resource, const struct rlimit *new, struct rlimit *old)
{
    (void)resource;
    (void)new;
    require(pid > FIRST_PID);
    if (old != NULL)
        *old = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
    return 0;
}

void fakes_close(FakeProcess *process)
{
    if (process->fd >= 0)
        close(process->fd);
    process->fd = -1;
}

void fakes_exit(FakeProcess *process, int64_t status, int signal)
{
    if (process->state > FAKE_KILLED)
        return;
    if (process->state == FAKE_KILLED) {
        status = 0;
        signal = SIGKILL;
    }
    process->state = FAKE_EXITED;
    fakes_close(process);
    fakes_enter();
    process->on_exit(process->handle, status, signal);
    fakes_leave();
}

void __wrap_uv_close(uv_handle_t *handle, uv_close_cb close)
{
    for (size_t i = 0; i < fakes.count; i++) {
        FakeProcess *process = &fakes.processes[i];

        if ((uv_handle_t *)process->handle != handle || process->state == FAKE_CLOSED)
            continue;
        /* One that SIGKILL did not end by the last moment of a stop is left behind alive. */
        require(process->state == FAKE_EXITED || process->state == FAKE_KILLED);
        process->state = FAKE_CLOSING;
        process->on_close = close;
        return;
    }
    __real_uv_close(handle, close);
}

bool fakes_deliver(void)
{
    bool any = false;

    for (size_t i = 0; i < fakes.count; i++) {
        FakeProcess *process = &fakes.processes[i];

        if (process->state != FAKE_CLOSING)
            continue;
        process->state = FAKE_CLOSED;
        process->on_close((uv_handle_t *)process->handle);
        any = true;
    }
    return any;
}

/* Memory. */

void fakes_enter(void)
{
    fakes.inside++;
}

void fakes_leave(void)
{
    fakes.inside--;
}

void fakes_fail_allocation(unsigned nth)
{
    fakes.allocation = nth;
}

bool fakes_allocation_failed(void)
{
    return fakes.allocation_failed;
}

static bool fails(void)
{
    if (fakes.inside == 0 || fakes.allocation == 0 || --fakes.allocation > 0)
        return false;
    fakes.allocation_failed = true;
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}
