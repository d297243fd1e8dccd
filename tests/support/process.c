#include "tests/support/process.h"

#include "tests/support/wait.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The name, state and parent that @path has. False if there is no such process. */
static bool read_stat_of(const char *path, char name[32], char *state, pid_t *parent)
{
    int fields = 0;
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return false;
    fields = fscanf(file, "%*d (%31[^)]) %c %d", name, state, parent);
    fclose(file);
    return fields == 3;
}

static bool read_stat(pid_t pid, char name[32], char *state, pid_t *parent)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    return read_stat_of(path, name, state, parent);
}

static bool is_stopped(pid_t pid)
{
    char path[320], name[32], state;
    struct dirent *entry;
    bool stopped = true;
    pid_t parent;
    DIR *folder;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    folder = opendir(path);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        snprintf(path, sizeof(path), "/proc/%d/task/%.32s/stat", (int)pid, entry->d_name);
        if (entry->d_name[0] != '.' && read_stat_of(path, name, &state, &parent) && state != 'T')
            stopped = false;
    }
    if (folder != NULL)
        closedir(folder);
    return stopped;
}

void process_stop(pid_t pid)
{
    if (kill(pid, SIGSTOP) < 0)
        test_failed("cannot stop process %d: %s", (int)pid, strerror(errno));
    WAIT_UNTIL(is_stopped(pid), "process %d to stop", (int)pid);
}

bool process_is_gone(pid_t pid)
{
    char name[32], state;
    pid_t parent;

    return !read_stat(pid, name, &state, &parent) || state == 'Z' || state == 'X';
}

size_t process_resident_kib(pid_t pid)
{
    char path[64], line[256];
    size_t kib = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    file = fopen(path, "re");
    if (file == NULL)
        test_failed("process %d isn't there", (int)pid);
    while (fgets(line, sizeof(line), file) != NULL)
        if (sscanf(line, "VmRSS: %zu kB", &kib) == 1)
            break;
    fclose(file);
    return kib;
}

size_t process_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    if (folder == NULL)
        test_failed("cannot open '/proc/self/fd': %s", strerror(errno));
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count - 3; /* ".", ".." and the folder itself */
}

void process_adopt_orphans(void)
{
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
        test_failed("cannot adopt orphans: %s", strerror(errno));
}

/* Lists the children of this process in @names, and kills them. */
static void kill_children(char *names, size_t size)
{
    DIR *folder = opendir("/proc");
    struct dirent *entry;
    size_t used = 0;

    *names = '\0';
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        pid_t pid = (pid_t)atoi(entry->d_name), parent;
        char name[32], state;

        if (pid <= 0 || !read_stat(pid, name, &state, &parent) || parent != getpid())
            continue;
        if (used < size)
            used += (size_t)snprintf(names + used, size - used, " %s (%d)", name, (int)pid);
        kill(pid, SIGKILL);
    }
    if (folder != NULL)
        closedir(folder);
}

bool process_reap_all(char *names, size_t size)
{
    int64_t deadline = wait_deadline();
    bool in_time = true;

    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0 && errno == ECHILD)
            return in_time;
        if (pid != 0 || wait_moment(deadline))
            continue;
        if (!in_time)
            return false; /* not even SIGKILL ended them */
        in_time = false;
        kill_children(names, size);
        deadline = wait_deadline();
    }
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    (void)remove(path);
    return 0;
}

void process_remove_folder(const char *path)
{
    (void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
