#include "tests/support/daemon.h"

#include "tests/support/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_ARGUMENTS 64
#define LOG_TAIL      16384
#define LISTENING     "listening on"

static uid_t new_owner; /* nftw() passes nothing on */

typedef struct Arguments {
    const char *list[MAX_ARGUMENTS];
    size_t count;
} Arguments;

static void add(Arguments *arguments, const char *argument)
{
    if (arguments->count == MAX_ARGUMENTS - 1)
        test_failed("more than %d arguments for the daemon", MAX_ARGUMENTS);
    arguments->list[arguments->count++] = argument;
    arguments->list[arguments->count] = NULL;
}

/* The program at @path, or the one that the environment names in its place: to test what is
 * installed. */
static const char *original(const char *variable, const char *path)
{
    const char *other = getenv(variable);

    return other == NULL ? path : other;
}

static const char *daemon_program(const Fixture *fixture)
{
    return *fixture->daemon.program != '\0' ? fixture->daemon.program
                                            : original("MIHOSTD", MIHOSTD_PROGRAM);
}

static const char *agent_program(const Fixture *fixture)
{
    return *fixture->daemon.agent != '\0' ? fixture->daemon.agent
                                          : original("MIHOST_AGENT", MIHOST_AGENT_PROGRAM);
}

static void add_standard(Arguments *arguments, Fixture *fixture)
{
    add(arguments, "--socket");
    add(arguments, fixture->socket);
    add(arguments, "--registrations");
    add(arguments, fixture->registrations);
    add(arguments, "--providers");
    add(arguments, TEST_PROVIDERS);
    add(arguments, "--agent");
    add(arguments, agent_program(fixture));
    add(arguments, "--log-level");
    add(arguments, "debug");
}

/* ThreadSanitizer lets a process sleep for a second at its exit, to see late races. There are many
 * processes here. */
static void shorten_exit(void)
{
    const char *options = getenv("TSAN_OPTIONS");
    char text[1024];

    snprintf(text, sizeof(text), "%s:atexit_sleep_ms=20", options == NULL ? "" : options);
    setenv("TSAN_OPTIONS", text, 1);
}

/* In the child: becomes the daemon. */
static __attribute__((noreturn)) void become(const Arguments *arguments, const Daemon *daemon,
                                             pid_t parent)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int file = open(daemon->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

    if (daemon->user != 0 &&
        (setgroups(0, NULL) < 0 || setresgid(daemon->user, daemon->user, daemon->user) < 0 ||
         setresuid(daemon->user, daemon->user, daemon->user) < 0))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || null < 0 || file < 0)
        _exit(126);
    signal(SIGPIPE, SIG_DFL);
    shorten_exit();
    dup2(null, STDIN_FILENO);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    execv(arguments->list[0], (char *const *)(uintptr_t)arguments->list);
    dprintf(STDERR_FILENO, "cannot run '%s': %s\n", arguments->list[0], strerror(errno));
    _exit(127);
}

static void spawn(Fixture *fixture, const Arguments *arguments)
{
    Daemon *daemon = &fixture->daemon;
    pid_t parent = getpid();

    if (daemon->pid != 0)
        test_failed("the daemon runs already");
    daemon->listened = daemon_log_count(fixture, LISTENING);
    daemon->pid = fork();
    if (daemon->pid < 0)
        test_failed("cannot fork: %s", strerror(errno));
    if (daemon->pid == 0)
        become(arguments, daemon, parent);
    daemon->pidfd = pidfd_open(daemon->pid, 0);
    if (daemon->pidfd < 0)
        test_failed("pidfd_open: %s", strerror(errno));
}

void daemon_spawn(Fixture *fixture, ...)
{
    Arguments arguments = {0};
    const char *argument;
    va_list list;

    add(&arguments, daemon_program(fixture));
    add_standard(&arguments, fixture);
    va_start(list, fixture);
    while ((argument = va_arg(list, const char *)) != NULL)
        add(&arguments, argument);
    va_end(list);
    spawn(fixture, &arguments);
}

void daemon_spawn_bare(Fixture *fixture, ...)
{
    Arguments arguments = {0};
    const char *argument;
    va_list list;

    add(&arguments, daemon_program(fixture));
    va_start(list, fixture);
    while ((argument = va_arg(list, const char *)) != NULL)
        add(&arguments, argument);
    va_end(list);
    spawn(fixture, &arguments);
}

void daemon_start(Fixture *fixture, ...)
{
    Arguments arguments = {0};
    const char *setting;
    va_list list;

    add(&arguments, daemon_program(fixture));
    add_standard(&arguments, fixture);
    va_start(list, fixture);
    while ((setting = va_arg(list, const char *)) != NULL) {
        add(&arguments, "--set");
        add(&arguments, setting);
    }
    va_end(list);
    spawn(fixture, &arguments);
    daemon_expect_listening(fixture);
}

/* The log's text, which the caller frees; "" if there is none yet. */
static char *read_log(const Fixture *fixture)
{
    FILE *file = fopen(fixture->daemon.log, "re");
    char *text = NULL;
    size_t capacity = 0;

    if (file != NULL && getdelim(&text, &capacity, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    if (file != NULL)
        fclose(file);
    return text == NULL ? strdup("") : text;
}

unsigned daemon_log_count(Fixture *fixture, const char *text)
{
    char *log = read_log(fixture);
    unsigned count = 0;

    for (char *at = log; (at = strstr(at, text)) != NULL; at++)
        count++;
    free(log);
    return count;
}

void daemon_log_contains(Fixture *fixture, const char *text)
{
    WAIT_UNTIL(daemon_log_count(fixture, text) > 0, "'%s' in the log", text);
}

void daemon_print_log(Fixture *fixture)
{
    char *log = read_log(fixture);
    size_t size = strlen(log);

    print_error("---- the daemon's log ----\n");
    /* Written directly: cmocka cuts long messages short. */
    fputs(size > LOG_TAIL ? log + size - LOG_TAIL : log, stderr);
    print_error("---- end of the log ----\n");
    free(log);
}

static int give_away(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return chown(path, new_owner, new_owner);
}

void daemon_be_somebody(Fixture *fixture)
{
    Daemon *daemon = &fixture->daemon;

    snprintf(daemon->program, sizeof(daemon->program), "%s/mihostd", fixture->folder);
    snprintf(daemon->agent, sizeof(daemon->agent), "%s/mihost-agent", fixture->folder);
    fixture_copy(original("MIHOSTD", MIHOSTD_PROGRAM), daemon->program);
    fixture_copy(original("MIHOST_AGENT", MIHOST_AGENT_PROGRAM), daemon->agent);
    new_owner = daemon->user = 61000 + (uid_t)(getpid() % 3000);
    if (nftw(fixture->folder, give_away, 16, FTW_PHYS) != 0)
        test_failed("cannot give '%s' away: %s", fixture->folder, strerror(errno));
}

void daemon_script_agents(Fixture *fixture)
{
    Daemon *daemon = &fixture->daemon;

    snprintf(daemon->agent, sizeof(daemon->agent), "%s", SCRIPTED_AGENT_PROGRAM);
}

void daemon_expect_listening(Fixture *fixture)
{
    int64_t deadline = wait_deadline();

    while (daemon_log_count(fixture, LISTENING) == fixture->daemon.listened) {
        if (wait_readable(fixture->daemon.pidfd, 0))
            test_failed("the daemon ended before it took connections");
        if (!wait_moment(deadline))
            test_failed("waited in vain for the daemon to take connections");
    }
}

void daemon_signal(Fixture *fixture, int signal)
{
    if (fixture->daemon.pid == 0 || kill(fixture->daemon.pid, signal) < 0)
        test_failed("cannot send signal %d to the daemon: %s", signal, strerror(errno));
}

void daemon_wait_exit(Fixture *fixture, int status)
{
    Daemon *daemon = &fixture->daemon;
    int how, was;

    if (!wait_readable(daemon->pidfd, wait_deadline()))
        test_failed("waited in vain for the daemon to end");
    if (waitpid(daemon->pid, &how, 0) != daemon->pid)
        test_failed("waitpid: %s", strerror(errno));
    close(daemon->pidfd);
    daemon->pid = 0;
    daemon->pidfd = -1;
    was = WIFEXITED(how) ? WEXITSTATUS(how) : DAEMON_KILLED + WTERMSIG(how);
    if (was != status)
        test_failed("the daemon ended with status %d, not %d", was, status);
}

void daemon_stop(Fixture *fixture)
{
    daemon_signal(fixture, SIGTERM);
    daemon_wait_exit(fixture, DAEMON_STOPPED);
}
