/*
 * The agent's identity, in child processes: what it becomes, and when it refuses to go on.
 *
 * Each child takes on an identity, looks at itself, and tells with its exit status what it found.
 * What needs root is skipped without. A kernel that does less than it was asked for, and says that
 * it did, is played: calls that tell who the process is have a stand-in in the whole test program.
 */
#include "tests/support/cmocka.h"

#include "agent/identity.h"
#include "base/log.h"
#include "base/macros.h"

#include <endian.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534U

enum {
    FINE = 0,
    REFUSED = 1,
    FIRST_CHECK = 10
};

/* What the kernel says, and isn't so. */
typedef enum Lie {
    NO_LIE,
    ANOTHER_REAL_USER,
    ANOTHER_EFFECTIVE_USER,
    ANOTHER_SAVED_USER,
    ANOTHER_REAL_GROUP,
    ANOTHER_EFFECTIVE_GROUP,
    ANOTHER_SAVED_GROUP,
    ONE_GROUP_MORE,
    ANOTHER_SET_OF_GROUPS,
    AN_AMBIENT_CAPABILITY,
    A_BOUNDING_SET,
    NEW_PRIVILEGES,
    A_WAY_BACK,
    AN_EFFECTIVE_WAY_BACK,
} Lie;

static Lie lie;

/* ---- The stand-ins. The names of the parameters are those of the C library. ---- */

int getresuid(uid_t *__ruid, uid_t *__euid, uid_t *__suid)
{
    long r = syscall(SYS_getresuid, __ruid, __euid, __suid);

    *__ruid += lie == ANOTHER_REAL_USER;
    *__euid += lie == ANOTHER_EFFECTIVE_USER;
    *__suid += lie == ANOTHER_SAVED_USER;
    return (int)r;
}

int getresgid(gid_t *__rgid, gid_t *__egid, gid_t *__sgid)
{
    long r = syscall(SYS_getresgid, __rgid, __egid, __sgid);

    *__rgid += lie == ANOTHER_REAL_GROUP;
    *__egid += lie == ANOTHER_EFFECTIVE_GROUP;
    *__sgid += lie == ANOTHER_SAVED_GROUP;
    return (int)r;
}

int getgroups(int __size, gid_t __list[])
{
    long r = syscall(SYS_getgroups, __size, __list);

    if (lie == ANOTHER_SET_OF_GROUPS && __size > 0 && r > 0)
        __list[0]++;
    return (int)r + (lie == ONE_GROUP_MORE);
}

int setuid(uid_t __uid)
{
    return __uid == 0 && lie == A_WAY_BACK ? 0 : (int)syscall(SYS_setuid, __uid);
}

int seteuid(uid_t __uid)
{
    return __uid == 0 && lie == AN_EFFECTIVE_WAY_BACK ? 0
                                                      : (int)syscall(SYS_setresuid, -1, __uid, -1);
}

int prctl(int __option, ...)
{
    unsigned long rest[4];
    va_list list;

    va_start(list, __option);
    for (size_t i = 0; i < ARRAY_SIZE(rest); i++)
        rest[i] = va_arg(list, unsigned long);
    va_end(list);
    if (__option == PR_CAP_AMBIENT && rest[0] == PR_CAP_AMBIENT_IS_SET &&
        lie == AN_AMBIENT_CAPABILITY)
        return 1;
    if (__option == PR_CAPBSET_DROP && lie == A_BOUNDING_SET)
        return 0;
    if (__option == PR_GET_NO_NEW_PRIVS && lie == NEW_PRIVILEGES)
        return 0;
    return (int)syscall(SYS_prctl, __option, rest[0], rest[1], rest[2], rest[3]);
}

/* ---- Verbs ---- */

static void need_root(void)
{
    if (geteuid() != 0)
        skip();
}

/* Runs identity_assume and then @look in a child, and returns its exit status. */
static int become(const ConfigFrame *config, int (*look)(void))
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        log_set_level((LogLevel)-1);
        if (identity_assume(config) < 0)
            _exit(REFUSED);
        _exit(look == NULL ? FINE : look());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static ConfigFrame config_of(uint32_t uid, uint32_t gid, const uint32_t *groups, uint32_t count)
{
    return (ConfigFrame){.drop = true,
                         .uid = uid,
                         .gid = gid,
                         .group_count = count,
                         .groups = {(const char *)groups, count * sizeof(*groups)},
                         .parent = (uint32_t)getpid()};
}

static int look_at_nobody(void)
{
    uid_t user[3];
    gid_t group[3], groups[8];

    getresuid(&user[0], &user[1], &user[2]);
    getresgid(&group[0], &group[1], &group[2]);
    for (int i = 0; i < 3; i++)
        if (user[i] != NOBODY || group[i] != NOBODY)
            return FIRST_CHECK;
    if (getgroups(8, groups) != 2)
        return FIRST_CHECK + 1;
    for (int i = 0; i < 2; i++)
        if (groups[i] != 1000 && groups[i] != 4)
            return FIRST_CHECK + 2;
    if (setuid(0) == 0 || setgid(0) == 0)
        return FIRST_CHECK + 3;
    return access("/proc/self/environ", R_OK) == 0 ? FINE : FIRST_CHECK + 4;
}

static void it_becomes_the_user_with_exactly_these_groups(void **state)
{
    const uint32_t groups[] = {htole32(1000), htole32(4)};
    ConfigFrame config = config_of(NOBODY, NOBODY, groups, 2);

    (void)state;
    need_root();
    assert_int_equal(become(&config, look_at_nobody), FINE);
}

static int look_for_no_groups(void)
{
    return getgroups(0, NULL) == 0 ? FINE : FIRST_CHECK;
}

static void no_groups_means_none(void **state)
{
    ConfigFrame config = config_of(NOBODY, NOBODY, NULL, 0);

    (void)state;
    need_root();
    assert_int_equal(become(&config, look_for_no_groups), FINE);
}

static int look_at_the_rest(void)
{
    struct rlimit core;
    char folder[64];
    int signal_number = 0;

    if (prctl(PR_GET_PDEATHSIG, &signal_number) < 0 || signal_number != SIGKILL)
        return FIRST_CHECK;
    if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_cur != 0 || core.rlim_max != 0)
        return FIRST_CHECK + 1;
    if (umask(0) != 0077)
        return FIRST_CHECK + 2;
    return getcwd(folder, sizeof(folder)) != NULL && strcmp(folder, "/") == 0 ? FINE
                                                                              : FIRST_CHECK + 3;
}

static void it_dies_with_its_parent_and_leaves_no_core(void **state)
{
    ConfigFrame config = config_of(NOBODY, NOBODY, NULL, 0);

    (void)state;
    if (geteuid() != 0)
        config.drop = false;
    assert_int_equal(become(&config, look_at_the_rest), FINE);
}

static void with_another_parent_it_refuses_to_go_on(void **state)
{
    ConfigFrame config = config_of(NOBODY, NOBODY, NULL, 0);

    (void)state;
    if (geteuid() != 0)
        config.drop = false;
    config.parent = (uint32_t)getpid() + 1;
    assert_int_equal(become(&config, NULL), REFUSED);
}

static void root_never_stays_root_without_having_been_told_so(void **state)
{
    ConfigFrame config = {.drop = false, .parent = (uint32_t)getpid()};

    (void)state;
    need_root();
    assert_int_equal(become(&config, NULL), REFUSED);
}

static void root_is_an_identity_like_any_other_if_it_is_asked_for(void **state)
{
    ConfigFrame config = config_of(0, 0, NULL, 0);

    (void)state;
    need_root();
    assert_int_equal(become(&config, look_for_no_groups), FINE);
}

static void who_may_not_change_refuses_to_go_on(void **state)
{
    const ConfigFrame config = config_of(0, 0, NULL, 0);
    pid_t child;
    int status;

    (void)state;
    need_root();
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        ConfigFrame own = config;

        log_set_level((LogLevel)-1);
        if (setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
            _exit(FIRST_CHECK);
        own.parent = (uint32_t)getppid();
        _exit(identity_assume(&own) < 0 ? REFUSED : FINE);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), REFUSED);
}

static void what_the_kernel_only_says_that_it_did_is_refused(void **state)
{
    const uint32_t groups[] = {htole32(1000), htole32(4)};
    ConfigFrame config = config_of(NOBODY, NOBODY, groups, 2);

    (void)state;
    need_root();
    for (lie = ANOTHER_REAL_USER; lie <= AN_EFFECTIVE_WAY_BACK; lie++) {
        if (lie == A_BOUNDING_SET && prctl(PR_CAPBSET_READ, CAP_SETPCAP, 0, 0, 0) != 1)
            continue; /* a container's root, which may not empty it: nobody says it did */
        if (become(&config, NULL) != REFUSED)
            fail_msg("lie %d was believed", (int)lie);
    }
    lie = NO_LIE;
    assert_int_equal(become(&config, NULL), FINE);
}

static int look_for_a_reset_signal(void)
{
    struct sigaction action;

    return sigaction(SIGUSR1, NULL, &action) == 0 && action.sa_handler == SIG_DFL ? FINE
                                                                                  : FIRST_CHECK;
}

static void a_signal_that_the_server_ignores_is_not_ignored(void **state)
{
    ConfigFrame config = config_of(NOBODY, NOBODY, NULL, 0);
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;

    (void)state;
    if (geteuid() != 0)
        config.drop = false;
    assert_int_equal(sigaction(SIGUSR1, &ignore, &before), 0);
    assert_int_equal(become(&config, look_for_a_reset_signal), FINE);
    assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

/* Puts a key into the session keyring. False if there are none here. */
static bool put_key(const char *name)
{
    return syscall(SYS_add_key, "user", name, "secret", (size_t)6, KEY_SPEC_SESSION_KEYRING) >= 0;
}

static bool has_key(const char *name)
{
    return syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", name, 0) >= 0;
}

static int look_for_the_servers_key(void)
{
    if (has_key("mihost-test"))
        return FIRST_CHECK;
    return put_key("mihost-test-own") && has_key("mihost-test-own") ? FINE : FIRST_CHECK + 1;
}

static void keys_of_the_server_are_not_the_agents(void **state)
{
    ConfigFrame config = config_of(NOBODY, NOBODY, NULL, 0);

    (void)state;
    need_root();
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 || !put_key("mihost-test")) {
        print_message("there are no keys here, and so nothing that could be shared\n");
        assert_int_equal(become(&config, NULL), FINE);
        return;
    }
    assert_true(has_key("mihost-test"));
    assert_int_equal(become(&config, look_for_the_servers_key), FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_the_server_are_not_the_agents),
        cmocka_unit_test(it_becomes_the_user_with_exactly_these_groups),
        cmocka_unit_test(no_groups_means_none),
        cmocka_unit_test(it_dies_with_its_parent_and_leaves_no_core),
        cmocka_unit_test(with_another_parent_it_refuses_to_go_on),
        cmocka_unit_test(root_never_stays_root_without_having_been_told_so),
        cmocka_unit_test(root_is_an_identity_like_any_other_if_it_is_asked_for),
        cmocka_unit_test(who_may_not_change_refuses_to_go_on),
        cmocka_unit_test(what_the_kernel_only_says_that_it_did_is_refused),
        cmocka_unit_test(a_signal_that_the_server_ignores_is_not_ignored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
