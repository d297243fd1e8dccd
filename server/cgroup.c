#include "server/cgroup.h"

#include "base/log.h"
#include "base/macros.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define LEAF_OF_SERVER "server"
#define LEAF_OF_AGENT  "agent-"

static const struct {
    const char *name;
    unsigned limit;
} controllers[] = {{"memory", LIMITS_MEMORY}, {"pids", LIMITS_PROCESSES}};

/* Files. */

static int put(int folder, const char *file, const char *text)
{
    int fd = openat(folder, file, O_WRONLY | O_CLOEXEC), r = 0;

    if (fd < 0)
        return -errno;
    if (write(fd, text, strlen(text)) < 0)
        r = -errno;
    close(fd);
    return r;
}

static int get(int folder, const char *file, char *text, size_t size)
{
    int fd = openat(folder, file, O_RDONLY | O_CLOEXEC);
    ssize_t length;

    if (fd < 0)
        return -errno;
    length = read(fd, text, size - 1);
    if (length < 0)
        length = -errno;
    else
        text[length] = '\0';
    close(fd);
    return length < 0 ? (int)length : 0;
}

/* The path of @file in the leaf @name. */
static const char *in_leaf(const char *name, const char *file)
{
    static char path[CGROUP_MAX_NAME + 64];

    snprintf(path, sizeof(path), "%s/%s", name, file);
    return path;
}

/* The number behind the line's beginning @key (of the only line, if that is ""). */
static int get_number(int folder, const char *file, const char *key, uint64_t *ret)
{
    char text[4096], *line = text;
    size_t length = strlen(key);
    int r = get(folder, file, text, sizeof(text));

    if (r < 0)
        return r;
    while (strncmp(line, key, length) != 0) {
        line = strchr(line, '\n');
        if (line == NULL)
            return -ENOENT;
        line++;
    }
    *ret = strtoull(line + length, NULL, 10);
    return 0;
}

/* Where it is. */

/* Cuts the next word off @*rest. */
static char *next_word(char **rest)
{
    return strsep(rest, " ");
}

/* The place where cgroup2 is mounted, and which of its folders is its root there. */
static int find_mount(char root[PATH_MAX], char place[PATH_MAX])
{
    FILE *file = fopen("/proc/self/mountinfo", "re");
    char *line = NULL;
    size_t capacity = 0;
    int r = -ENOENT;

    if (file == NULL)
        return -errno;
    while (r < 0 && getline(&line, &capacity, file) >= 0) {
        char *rest = line, *words[5];
        if (strstr(line, " - cgroup2 ") == NULL)
            continue;
        for (size_t i = 0; i < ARRAY_SIZE(words); i++)
            words[i] = next_word(&rest);
        if (words[4] == NULL)
            continue;
        snprintf(root, PATH_MAX, "%s", words[3]);
        snprintf(place, PATH_MAX, "%s", words[4]);
        r = 0;
    }
    free(line);
    fclose(file);
    return r;
}

/* The folder of the cgroup that this process is in. */
static int find_own(char path[PATH_MAX])
{
    char root[PATH_MAX], place[PATH_MAX], text[8192], *line, *end;
    int r = get(AT_FDCWD, "/proc/self/cgroup", text, sizeof(text));
    size_t length;

    if (r == 0)
        r = find_mount(root, place);
    if (r < 0)
        return r;
    line = strstr(text, "0::/");
    if (line == NULL)
        return -ENOENT;
    line += strlen("0::");
    end = strchr(line, '\n');
    if (end != NULL)
        *end = '\0';
    length = strcmp(root, "/") == 0 ? 0 : strlen(root);
    if (strncmp(line, root, length) != 0)
        return -ENOENT;
    return snprintf(path, PATH_MAX, "%s%s", place, line + length) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* True if whoever manages the cgroups has given this one away, as systemd marks it; or if it is
 * the user's own. */
static bool is_delegated(int folder)
{
    static const char *const marks[] = {"trusted.delegate", "user.delegate"};
    struct stat status;

    for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
        char value = '0';
        if (fgetxattr(folder, marks[i], &value, sizeof(value)) == 1 && value == '1')
            return true;
    }
    return geteuid() != 0 && fstat(folder, &status) == 0 && status.st_uid == geteuid();
}

static int open_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

/* The server's own cgroup, from which it moves into a leaf; or the one above it, if somebody has
 * put it into a leaf already. */
static int open_own(char path[PATH_MAX])
{
    int folder, r = find_own(path);

    if (r < 0)
        return r;
    folder = open_folder(path);
    if (folder < 0)
        return folder;
    if (is_delegated(folder)) {
        if (mkdirat(folder, LEAF_OF_SERVER, 0755) < 0 && errno != EEXIST)
            r = -errno;
        if (r == 0)
            r = put(folder, in_leaf(LEAF_OF_SERVER, "cgroup.procs"), "0");
        if (r == 0)
            return folder;
        close(folder);
        return r;
    }
    close(folder);
    *strrchr(path, '/') = '\0';
    folder = open_folder(path);
    if (folder < 0 || is_delegated(folder))
        return folder;
    close(folder);
    return -ENOENT;
}

/* The beginning and the end. */

/* Removes the leaves of agents that are empty; one with processes can't be removed. */
static void sweep(const Cgroups *cgroups, bool kill)
{
    int copy = openat(cgroups->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;

    if (folder == NULL) {
        if (copy >= 0)
            close(copy);
        return;
    }
    while ((entry = readdir(folder)) != NULL) {
        if (strncmp(entry->d_name, LEAF_OF_AGENT, strlen(LEAF_OF_AGENT)) != 0 ||
            strlen(entry->d_name) >= CGROUP_MAX_NAME)
            continue;
        if (kill)
            (void)put(cgroups->folder, in_leaf(entry->d_name, "cgroup.kill"), "1");
        (void)unlinkat(cgroups->folder, entry->d_name, AT_REMOVEDIR);
    }
    closedir(folder);
}

/* Has the kernel count and limit in the leaves what it can. */
static unsigned enable_controllers(int folder)
{
    unsigned enabled = 0;
    char text[64];

    for (size_t i = 0; i < ARRAY_SIZE(controllers); i++) {
        snprintf(text, sizeof(text), "+%s", controllers[i].name);
        if (put(folder, "cgroup.subtree_control", text) == 0)
            enabled |= controllers[i].limit;
    }
    return enabled;
}

int cgroups_init(Cgroups *cgroups, const char *path)
{
    char own[PATH_MAX];
    int folder;

    *cgroups = (Cgroups){.folder = -1};
    if (path != NULL && strcmp(path, "none") == 0)
        return 0;
    folder = path == NULL ? open_own(own) : open_folder(path);
    /* Two servers would end each other's agents. */
    if (folder >= 0 && flock(folder, LOCK_EX | LOCK_NB) < 0) {
        int r = -errno;
        close(folder);
        folder = r;
    }
    if (folder < 0 && path == NULL) {
        if (folder == -ENOENT)
            log_debug("no cgroup is delegated to this server: agents are limited by rlimits");
        else
            log_warning("cannot divide this server's own cgroup: %s: agents are limited by rlimits",
                        strerror(-folder));
        return 0;
    }
    if (folder < 0) {
        log_error("cannot use the cgroup '%s': %s", path,
                  folder == -EWOULDBLOCK ? "another server does" : strerror(-folder));
        return -ENODEV;
    }
    cgroups->folder = folder;
    cgroups->controllers = enable_controllers(folder);
    sweep(cgroups, true);
    log_info("each agent gets a cgroup below '%s'%s%s", path == NULL ? own : path,
             (cgroups->controllers & LIMITS_MEMORY) != 0 ? "" : "; memory is limited by rlimits",
             (cgroups->controllers & LIMITS_PROCESSES) != 0 ? ""
                                                            : "; processes are limited by rlimits");
    return 0;
}

void cgroups_deinit(Cgroups *cgroups)
{
    if (cgroups->folder < 0)
        return;
    sweep(cgroups, false);
    close(cgroups->folder);
    cgroups->folder = -1;
}

/* Agents. */

static int put_limit(int folder, const char *path, unsigned long limit)
{
    char text[32];

    if (limit == 0)
        return 0;
    snprintf(text, sizeof(text), "%lu", limit);
    return put(folder, path, text);
}

static int fill(const Cgroups *cgroups, const char *name, const Limits *limits, pid_t pid)
{
    int folder = cgroups->folder, r = 0;
    char text[32];

    if ((cgroups->controllers & LIMITS_MEMORY) != 0 && limits->memory > 0) {
        r = put_limit(folder, in_leaf(name, "memory.max"), limits->memory);
        /* Not everywhere there: swap would only put off the end; and an agent that lost one of its
         * processes is none to go on with. */
        (void)put(folder, in_leaf(name, "memory.swap.max"), "0");
        (void)put(folder, in_leaf(name, "memory.oom.group"), "1");
    }
    if (r == 0 && (cgroups->controllers & LIMITS_PROCESSES) != 0)
        r = put_limit(folder, in_leaf(name, "pids.max"), limits->processes);
    snprintf(text, sizeof(text), "%d", (int)pid);
    return r < 0 ? r : put(folder, in_leaf(name, "cgroup.procs"), text);
}

int cgroup_enter(Cgroups *cgroups, Cgroup *cgroup, const Limits *limits, pid_t pid, char *why,
                 size_t why_size)
{
    char name[CGROUP_MAX_NAME];
    int r = 0;

    *cgroup = (Cgroup){0};
    if (cgroups->folder < 0)
        return 0;
    snprintf(name, sizeof(name), LEAF_OF_AGENT "%llu", (unsigned long long)++cgroups->next);
    if (mkdirat(cgroups->folder, name, 0755) < 0)
        r = -errno;
    if (r == 0) {
        r = fill(cgroups, name, limits, pid);
        if (r < 0)
            (void)unlinkat(cgroups->folder, name, AT_REMOVEDIR);
    }
    if (r < 0) {
        snprintf(why, why_size, "cannot make it a cgroup: %s", strerror(-r));
        return r;
    }
    memcpy(cgroup->name, name, sizeof(name));
    return 0;
}

void cgroup_kill(const Cgroups *cgroups, const Cgroup *cgroup)
{
    if (*cgroup->name != '\0')
        (void)put(cgroups->folder, in_leaf(cgroup->name, "cgroup.kill"), "1");
}

bool cgroup_has_run_out_of_memory(const Cgroups *cgroups, const Cgroup *cgroup)
{
    uint64_t count = 0;

    return *cgroup->name != '\0' && (cgroups->controllers & LIMITS_MEMORY) != 0 &&
           get_number(cgroups->folder, in_leaf(cgroup->name, "memory.events"), "oom_kill ",
                      &count) == 0 &&
           count > 0;
}

int cgroup_usage(const Cgroups *cgroups, const Cgroup *cgroup, Usage *usage)
{
    uint64_t microseconds, bytes;
    int r;

    if (*cgroup->name == '\0')
        return -ENOENT;
    r = get_number(cgroups->folder, in_leaf(cgroup->name, "cpu.stat"), "usage_usec ",
                   &microseconds);
    if (r == 0)
        r = get_number(cgroups->folder, in_leaf(cgroup->name, "memory.current"), "", &bytes);
    if (r == 0)
        *usage = (Usage){.memory = bytes, .cpu = microseconds / 1000};
    return r;
}

void cgroup_leave(const Cgroups *cgroups, Cgroup *cgroup)
{
    if (*cgroup->name == '\0')
        return;
    cgroup_kill(cgroups, cgroup);
    /* What is still dying holds it up: it goes with a later one, or with the next server. */
    if (unlinkat(cgroups->folder, cgroup->name, AT_REMOVEDIR) == 0)
        sweep(cgroups, false);
    *cgroup = (Cgroup){0};
}
