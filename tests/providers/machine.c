#include "tests/providers/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void put(char answer[LINE_MAX_SIZE], const char *text)
{
    snprintf(answer, LINE_MAX_SIZE, "%s", text);
}

static void put_count(char answer[LINE_MAX_SIZE], unsigned long count)
{
    snprintf(answer, LINE_MAX_SIZE, "%lu", count);
}

static void field(const char *argument, char answer[LINE_MAX_SIZE])
{
    FILE *file = fopen("/proc/self/status", "re");
    size_t length = strlen(argument);
    char line[256];

    put(answer, "unknown");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL)
        if (strncmp(line, argument, length) == 0 && line[length] == ':') {
            char *value = line + length + 1 + strspn(line + length + 1, "\t ");
            value[strcspn(value, "\n")] = '\0';
            put(answer, value);
        }
    if (file != NULL)
        fclose(file);
}

static void environment(const char *argument, char answer[LINE_MAX_SIZE])
{
    size_t used = 0;

    (void)argument;
    put(answer, "");
    for (char **entry = environ; *entry != NULL && used < LINE_MAX_SIZE; entry++)
        used += (size_t)snprintf(answer + used, LINE_MAX_SIZE - used, "%s%s", used == 0 ? "" : " ",
                                 *entry);
}

static const char *kind_of(mode_t mode)
{
    return S_ISSOCK(mode) ? "socket" : S_ISFIFO(mode) ? "pipe" : S_ISCHR(mode) ? "device" : "file";
}

static void descriptors(const char *argument, char answer[LINE_MAX_SIZE])
{
    size_t used = 0;

    (void)argument;
    put(answer, "");
    for (int fd = 0; fd < 1024; fd++) {
        struct stat status;
        if (fstat(fd, &status) == 0)
            used += (size_t)snprintf(answer + used, LINE_MAX_SIZE - used, "%s%d:%s",
                                     used == 0 ? "" : " ", fd, kind_of(status.st_mode));
    }
}

static void folder(const char *argument, char answer[LINE_MAX_SIZE])
{
    (void)argument;
    if (getcwd(answer, LINE_MAX_SIZE) == NULL)
        put(answer, strerror(errno));
}

static void oom(const char *argument, char answer[LINE_MAX_SIZE])
{
    FILE *file = fopen("/proc/self/oom_score_adj", "re");

    (void)argument;
    if (file == NULL || fgets(answer, LINE_MAX_SIZE, file) == NULL)
        put(answer, "unknown");
    answer[strcspn(answer, "\n")] = '\0';
    if (file != NULL)
        fclose(file);
}

static void limit(const char *argument, char answer[LINE_MAX_SIZE])
{
    static const struct {
        const char *name;
        __rlimit_resource_t resource;
    } limits[] = {{"core", RLIMIT_CORE},
                  {"cpu", RLIMIT_CPU},
                  {"data", RLIMIT_DATA},
                  {"descriptors", RLIMIT_NOFILE},
                  {"processes", RLIMIT_NPROC}};
    struct rlimit found;

    put(answer, "unknown");
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        if (strcmp(limits[i].name, argument) == 0 && getrlimit(limits[i].resource, &found) == 0)
            snprintf(answer, LINE_MAX_SIZE, "%lld %lld", (long long)found.rlim_cur,
                     (long long)found.rlim_max);
}

static void eat(const char *argument, char answer[LINE_MAX_SIZE])
{
    size_t size = strtoul(argument, NULL, 10) << 20;
    volatile char *food = malloc(size);

    for (size_t i = 0; food != NULL && i < size; i += 4096)
        food[i] = 1;
    put(answer, food == NULL ? "hungry" : "fed");
    free((void *)(uintptr_t)food);
}

static void burn(const char *argument, char answer[LINE_MAX_SIZE])
{
    volatile unsigned long heat = 0;

    (void)argument;
    (void)answer;
    for (;;)
        heat++;
}

static void open_many(const char *argument, char answer[LINE_MAX_SIZE])
{
    unsigned long wanted = strtoul(argument, NULL, 10), count = 0;
    int *fds = calloc(wanted, sizeof(*fds));

    while (fds != NULL && count < wanted &&
           (fds[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        count++;
    put_count(answer, count);
    while (fds != NULL && count > 0)
        close(fds[--count]);
    free(fds);
}

static void breed(const char *argument, char answer[LINE_MAX_SIZE])
{
    unsigned long wanted = strtoul(argument, NULL, 10), count = 0;
    pid_t *children = calloc(wanted, sizeof(*children));

    while (children != NULL && count < wanted && (children[count] = fork()) >= 0) {
        if (children[count] == 0)
            for (;;)
                pause();
        count++;
    }
    put_count(answer, count);
    while (children != NULL && count > 0) {
        kill(children[--count], SIGKILL);
        waitpid(children[count], NULL, 0);
    }
    free(children);
}

static void escape(const char *argument, char answer[LINE_MAX_SIZE])
{
    int ready[2];
    char byte;
    pid_t pid;

    (void)argument;
    if (pipe(ready) < 0 || (pid = fork()) < 0) {
        put(answer, strerror(errno));
        return;
    }
    if (pid == 0) {
        setsid();
        (void)!write(ready[1], "", 1);
        close_range(3, ~0U, 0); /* the gate, too */
        for (;;)
            pause();
    }
    (void)!read(ready[0], &byte, 1);
    close(ready[0]);
    close(ready[1]);
    snprintf(answer, LINE_MAX_SIZE, "%d", (int)pid);
}

static void regain(const char *argument, char answer[LINE_MAX_SIZE])
{
    (void)argument;
    (void)!setgid(0);
    (void)!setegid(0);
    (void)!setuid(0);
    (void)!seteuid(0);
    (void)!setresuid(0, 0, 0);
    if (geteuid() == 0 || getegid() == 0)
        put(answer, "root");
    else
        snprintf(answer, LINE_MAX_SIZE, "still %u", geteuid());
}

static void run(const char *argument, char answer[LINE_MAX_SIZE])
{
    FILE *pipe = popen(argument, "re"); /* NOLINT(cert-env33-c): a command of the test's */

    if (pipe == NULL || fgets(answer, LINE_MAX_SIZE, pipe) == NULL)
        put(answer, "nothing");
    answer[strcspn(answer, "\n")] = '\0';
    if (pipe != NULL)
        pclose(pipe);
}

/* What a write says to a pipe that nobody reads any more. */
static void write_to_nobody(const char *argument, char answer[LINE_MAX_SIZE])
{
    int ends[2];

    (void)argument;
    if (pipe(ends) < 0) {
        put(answer, strerror(errno));
        return;
    }
    close(ends[0]);
    put(answer, write(ends[1], "", 1) < 0 ? strerrorname_np(errno) : "written");
    close(ends[1]);
}

static bool write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t done = write(fd, text, size);
        if (done < 0)
            return false;
        text += done;
        size -= (size_t)done;
    }
    return true;
}

static void say_on(int fd, const char *text, char answer[LINE_MAX_SIZE])
{
    char line[LINE_MAX_SIZE];
    int size = snprintf(line, sizeof(line), "%s\n", text);

    put(answer, write_all(fd, line, (size_t)size) ? "said" : "unheard");
}

static void say(const char *argument, char answer[LINE_MAX_SIZE])
{
    say_on(STDOUT_FILENO, argument, answer);
}

static void complain_aloud(const char *argument, char answer[LINE_MAX_SIZE])
{
    say_on(STDERR_FILENO, argument, answer);
}

static void chatter(const char *argument, char answer[LINE_MAX_SIZE])
{
    unsigned long wanted = strtoul(argument, NULL, 10), count = 0;
    char line[128];

    while (count < wanted) {
        int size = snprintf(line, sizeof(line),
                            "line %lu of much that nobody has asked for and nobody wants\n", count);
        if (!write_all(STDOUT_FILENO, line, (size_t)size))
            break;
        count++;
    }
    put_count(answer, count);
}

static void babble(const char *argument, char answer[LINE_MAX_SIZE])
{
    unsigned long left = strtoul(argument, NULL, 10);
    char text[4096];

    memset(text, 'b', sizeof(text));
    while (left > 0) {
        size_t size = left < sizeof(text) ? left : sizeof(text);
        if (!write_all(STDOUT_FILENO, text, size))
            break;
        left -= size;
    }
    put(answer, left == 0 && write_all(STDOUT_FILENO, "\n", 1) ? "said" : "unheard");
}

bool machine_obey(const char *name, size_t length, const char *argument, char answer[LINE_MAX_SIZE])
{
    static const struct {
        const char *name;
        void (*run)(const char *argument, char answer[LINE_MAX_SIZE]);
    } commands[] = {
        {"field", field},
        {"environment", environment},
        {"descriptors", descriptors},
        {"folder", folder},
        {"oom", oom},
        {"limit", limit},
        {"eat", eat},
        {"burn", burn},
        {"open", open_many},
        {"breed", breed},
        {"escape", escape},
        {"regain", regain},
        {"run", run},
        {"write-to-nobody", write_to_nobody},
        {"say", say},
        {"complain-aloud", complain_aloud},
        {"chatter", chatter},
        {"babble", babble},
    };

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strlen(commands[i].name) == length && memcmp(commands[i].name, name, length) == 0) {
            commands[i].run(argument, answer);
            return true;
        }
    return false;
}
