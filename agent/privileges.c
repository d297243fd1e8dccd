#include "agent/privileges.h"

#include "base/log.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct __user_cap_data_struct CapabilitySets[_LINUX_CAPABILITY_U32S_3];

static int cannot(const char *what)
{
    int r = errno == 0 ? -EPERM : -errno;

    log_error("identity: cannot %s: %s", what, strerror(-r));
    return r;
}

static int is_left(const char *what)
{
    log_error("identity: %s: refusing to go on", what);
    return -EPERM;
}

static int get_sets(CapabilitySets sets)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

    memset(sets, 0, sizeof(CapabilitySets));
    return syscall(SYS_capget, &header, sets) < 0 ? cannot("read the capabilities") : 0;
}

/* The kernel may know more of them than the header that this was built with. */
static bool is_capability(unsigned long number)
{
    return prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0;
}

int privileges_close_ways(void)
{
    CapabilitySets sets;
    int r = get_sets(sets);

    if (r < 0)
        return r;
    if ((sets[CAP_TO_INDEX(CAP_SETPCAP)].effective & CAP_TO_MASK(CAP_SETPCAP)) == 0)
        return 0;
    for (unsigned long i = 0; is_capability(i); i++)
        if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0)
            return cannot("empty the bounding set of capabilities");
    for (unsigned long i = 0; is_capability(i); i++)
        if (prctl(PR_CAPBSET_READ, i, 0, 0, 0) != 0)
            return is_left("the bounding set of capabilities is not empty");
    if (prctl(PR_SET_SECUREBITS,
              SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
                  SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                  SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED,
              0, 0, 0) < 0)
        return cannot("lock the secure bits");
    return 0;
}

int privileges_leave_keyring(void)
{
    /* Where the kernel has no keys, or this container may have none, there is nothing to share. */
    /* coverage: no keys, or a quota of them that is used up */
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS &&
        errno != EPERM)
        return cannot("leave the server's keyring");
    return 0;
}

int privileges_gain_none(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return cannot("renounce new privileges");
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
               ? 0
               : is_left("programs that are started could gain privileges");
}

static int check_nothing_is_left(void)
{
    CapabilitySets sets;
    int r = get_sets(sets);

    for (size_t i = 0; r == 0 && i < _LINUX_CAPABILITY_U32S_3; i++)
        if ((sets[i].effective | sets[i].permitted | sets[i].inheritable) != 0)
            r = is_left("a capability is left");
    for (unsigned long i = 0; r == 0 && is_capability(i); i++)
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) == 1)
            r = is_left("an ambient capability is left");
    if (r == 0 && (setuid(0) == 0 || seteuid(0) == 0))
        r = is_left("the way back to root is open");
    return r;
}

int privileges_renounce(bool may_gain)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    CapabilitySets none = {{0}};
    int r = 0;

    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ||
        syscall(SYS_capset, &header, none) < 0)
        return cannot("give up the capabilities");
    if (!may_gain)
        r = privileges_gain_none();
    return r < 0 ? r : check_nothing_is_left();
}
