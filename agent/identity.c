#include "agent/identity.h"

#include "agent/privileges.h"
#include "base/log.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534 /* both a user and a group: Linux's overflow ids, which own nothing */

#define OOM_SCORE      200 /* of 1000, beside what the server has */
#define OOM_SCORE_MOST 1000

/* What a process that looks at a library may use. */
#define LOOK_MAX_SECONDS 30
#define LOOK_MAX_FILES   256
#define LOOK_MAX_OUTPUT  ((rlim_t)64 << 20)

/* Logs what could not be done; errno says why. */
static int cannot(const char *what)
{
    int r = errno == 0 ? -EPERM : -errno;

    log_error("identity: cannot %s: %s", what, strerror(-r));
    return r;
}

static int differs(const char *what)
{
    log_error("identity: %s differs from what the server asked for: refusing to go on", what);
    return -EPERM;
}

static int compare_groups(const void *a, const void *b)
{
    gid_t left = *(const gid_t *)a, right = *(const gid_t *)b;

    return (left > right) - (left < right);
}

/* The same groups, in any order? Sorts @wanted. */
static int check_groups(gid_t *wanted, size_t count)
{
    gid_t *found;
    int found_count = getgroups(0, NULL), r = 0;

    if (found_count < 0)
        return cannot("read the groups back");
    if ((size_t)found_count != count)
        return differs("the number of groups");
    found = calloc(count + 1, sizeof(*found));
    if (found == NULL)
        return cannot("read the groups back");
    if (getgroups(found_count, found) != found_count)
        r = cannot("read the groups back");
    qsort(wanted, count, sizeof(*wanted), compare_groups);
    qsort(found, count, sizeof(*found), compare_groups);
    if (r == 0 && memcmp(wanted, found, count * sizeof(*wanted)) != 0)
        r = differs("the set of groups");
    free(found);
    return r;
}

static int assume_groups(const ConfigFrame *config)
{
    gid_t *groups = calloc((size_t)config->group_count + 1, sizeof(*groups));
    int r;

    if (groups == NULL)
        return cannot("set the groups");
    for (uint32_t i = 0; i < config->group_count; i++)
        groups[i] = payload_group(config, i);
    r = setgroups(config->group_count, groups) < 0 ? cannot("set the groups")
                                                   : check_groups(groups, config->group_count);
    free(groups);
    return r;
}

static int check_ids(const ConfigFrame *config)
{
    uid_t real, effective, saved;
    gid_t real_group, effective_group, saved_group;

    if (getresuid(&real, &effective, &saved) < 0 ||
        getresgid(&real_group, &effective_group, &saved_group) < 0)
        return cannot("read the identity back");
    if (real != config->uid || effective != config->uid || saved != config->uid)
        return differs("the user");
    if (real_group != config->gid || effective_group != config->gid || saved_group != config->gid)
        return differs("the group");
    return 0;
}

static int drop(const ConfigFrame *config)
{
    bool is_root = config->uid == 0;
    int r = is_root || config->new_privileges ? 0 : privileges_close_ways();

    if (r == 0)
        r = privileges_leave_keyring();
    if (r == 0)
        r = assume_groups(config);
    if (r < 0)
        return r;
    if (setresgid(config->gid, config->gid, config->gid) < 0)
        return cannot("set the group");
    if (setresuid(config->uid, config->uid, config->uid) < 0)
        return cannot("set the user");
    r = check_ids(config);
    /* A change of user makes the files in /proc/self root's. There is no secret of root's in this
     * process, and providers read them. */
    if (r == 0 && prctl(PR_SET_DUMPABLE, 1) < 0)
        r = cannot("make /proc/self its own");
    return r;
}

/* After the change of user, which clears the death signal. A parent that has died before was
 * replaced by another. */
static int tie_to_parent(const ConfigFrame *config)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        return cannot("ask for the parent's death signal");
    if ((uint32_t)getppid() != config->parent) {
        log_error("identity: the parent is process %d, not the server %u: it is gone",
                  (int)getppid(), config->parent);
        return -ESRCH;
    }
    return 0;
}

/* A signal that was ignored when the server was started would be ignored in all agents, and blocked
 * ones block for ever. (What has a handler has none since the agent was started.) */
static int reset_signals(void)
{
    sigset_t none;

    for (int i = 1; i <= SIGRTMAX; i++) {
        struct sigaction action;
        if (sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
            (void)signal(i, SIG_DFL);
    }
    sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? cannot("unblock all signals") : 0;
}

/* When the machine runs out of memory, an agent goes before what is not started again by itself.
 * Where it can't be said, that is no reason not to serve. */
static void volunteer_for_oom(void)
{
    FILE *file = fopen("/proc/self/oom_score_adj", "r+e");
    char text[16] = "";
    long score;

    if (file == NULL || fgets(text, sizeof(text), file) == NULL) {
        log_debug("identity: cannot read its OOM score: %s", strerror(errno));
        if (file != NULL)
            fclose(file);
        return;
    }
    score = strtol(text, NULL, 10) + OOM_SCORE;
    rewind(file);
    fprintf(file, "%ld", score < OOM_SCORE_MOST ? score : OOM_SCORE_MOST);
    if (fclose(file) != 0)
        log_debug("identity: cannot set its OOM score: %s", strerror(errno));
}

/* What is the same whoever it is. */
static int clean_surroundings(void)
{
    struct rlimit none = {0, 0};

    umask(0077);
    if (setrlimit(RLIMIT_CORE, &none) < 0)
        return cannot("forbid core files");
    if (chdir("/") < 0)
        return cannot("leave the working directory");
    return reset_signals();
}

/* Nothing that this process is or starts can ever be more than what it has become. */
static int give_up_privileges(const ConfigFrame *config)
{
    if (geteuid() != 0)
        return privileges_renounce(config->new_privileges);
    return config->new_privileges ? 0 : privileges_gain_none();
}

int identity_assume(const ConfigFrame *config)
{
    int r = 0;

    volunteer_for_oom();
    if (config->drop)
        r = drop(config);
    else if (geteuid() == 0)
        r = differs("being root, without having been told to,");
    if (r == 0)
        r = give_up_privileges(config);
    if (r == 0)
        r = tie_to_parent(config);
    return r < 0 ? r : clean_surroundings();
}

static int limit(int resource, rlim_t most, const char *what)
{
    struct rlimit old, now = {most, most};

    if (getrlimit(resource, &old) == 0 && old.rlim_max < most)
        now = (struct rlimit){old.rlim_max, old.rlim_max};
    return setrlimit(resource, &now) < 0 ? cannot(what) : 0;
}

int identity_assume_nobody(void)
{
    ConfigFrame nobody = {.drop = true, .uid = NOBODY, .gid = NOBODY};
    int r = geteuid() == 0 ? drop(&nobody) : 0;

    if (r == 0)
        r = privileges_renounce(false);
    if (r == 0)
        r = limit(RLIMIT_CORE, 0, "forbid core files");
    if (r == 0)
        r = limit(RLIMIT_CPU, LOOK_MAX_SECONDS, "limit the time");
    if (r == 0)
        r = limit(RLIMIT_NOFILE, LOOK_MAX_FILES, "limit the number of files");
    if (r == 0)
        r = limit(RLIMIT_FSIZE, LOOK_MAX_OUTPUT, "limit what is written");
    return r;
}
