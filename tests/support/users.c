#include "tests/support/users.h"

#include "tests/support/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_MADE 16

typedef struct Made {
    const char *tool; /* that removes it */
    char name[USERS_MAX_NAME];
} Made;

static Made made[MAX_MADE];
static unsigned made_count, number;

/* Runs one of the tools of passwd(5): its exit status. */
static int run(const char *const *arguments)
{
    int status, null;
    pid_t pid = fork();

    if (pid == 0) {
        null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

/* Another run may have the files locked just now. */
static void must_run(const char *const *arguments)
{
    int status = -1;

    WAIT_UNTIL((status = run(arguments)) == 0 || status == 127, "'%s %s ...' to succeed",
               arguments[0], arguments[1]);
    if (status == 127)
        test_failed("'%s' is missing: apt-get install passwd", arguments[0]);
}

static void note(const char *tool, const char *kind, char name[USERS_MAX_NAME])
{
    if (made_count == MAX_MADE)
        test_failed("more than %d users and groups", MAX_MADE);
    snprintf(name, USERS_MAX_NAME, "mihost-%s%d-%u", kind, (int)getpid(), ++number);
    made[made_count].tool = tool;
    memcpy(made[made_count++].name, name, USERS_MAX_NAME);
}

void users_make_group(char name[USERS_MAX_NAME])
{
    note("groupdel", "g", name);
    must_run((const char *const[]){"groupadd", name, NULL});
}

void users_make_user(char name[USERS_MAX_NAME])
{
    note("userdel", "u", name);
    must_run((const char *const[]){"useradd", "--user-group", "--no-create-home", "--no-log-init",
                                   "--shell", "/bin/false", name, NULL});
}

void users_join(const char *user, const char *group)
{
    must_run((const char *const[]){"usermod", "--append", "--groups", group, user, NULL});
}

void users_remove(const char *user)
{
    must_run((const char *const[]){"userdel", user, NULL});
}

void users_remove_all(void)
{
    while (made_count > 0) {
        const Made *last = &made[--made_count];
        /* 6: it isn't there any more. */
        for (int tries = 0, status = -1; tries < 20 && status != 0 && status != 6; tries++)
            status = run((const char *const[]){last->tool, last->name, NULL});
    }
}
