/*
 * The journal's end of the log: whether it is behind a descriptor, and how entries get there.
 */
#include "base/journal.h"

#include "base/macros.h"
#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* JOURNAL_STREAM as for @status, with numbers that differ by these, and @rest behind. */
static void tell(const struct stat *status, unsigned device, unsigned inode, const char *rest)
{
    char text[96];

    snprintf(text, sizeof(text), "%llu:%llu%s", (unsigned long long)status->st_dev + device,
             (unsigned long long)status->st_ino + inode, rest);
    assert_int_equal(setenv("JOURNAL_STREAM", text, 1), 0);
}

static void a_descriptor_is_the_journals_if_systemd_says_so(void **state)
{
    struct stat status;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fstat(ends[1], &status), 0);
    unsetenv("JOURNAL_STREAM");
    assert_false(journal_is_behind(ends[1]));
    tell(&status, 0, 0, "");
    assert_true(journal_is_behind(ends[1]));
    tell(&status, 1, 0, "");
    assert_false(journal_is_behind(ends[1]));
    tell(&status, 0, 1, "");
    assert_false(journal_is_behind(ends[1]));
    tell(&status, 0, 0, " and more");
    assert_false(journal_is_behind(ends[1]));
    setenv("JOURNAL_STREAM", "nonsense", 1);
    assert_false(journal_is_behind(ends[1]));
    tell(&status, 0, 0, "");
    close(ends[0]);
    close(ends[1]);
    assert_false(journal_is_behind(ends[1]));
    unsetenv("JOURNAL_STREAM");
}

static void an_entry_is_one_datagram(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char folder[] = P_tmpdir "/test-journal-XXXXXX", got[64] = "";
    int journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), fd;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", folder);
    assert_int_equal(bind(journal, (struct sockaddr *)&address, sizeof(address)), 0);
    fd = journal_connect(address.sun_path);
    assert_true(fd >= 0);
    assert_int_equal(journal_send(fd, "MESSAGE=hello\n", 14), 0);
    assert_int_equal(recv(journal, got, sizeof(got) - 1, MSG_DONTWAIT), 14);
    assert_string_equal(got, "MESSAGE=hello\n");
    close(journal);
    assert_int_equal(journal_send(fd, "MESSAGE=hello\n", 14), -ECONNREFUSED);
    close(fd);
    assert_int_equal(unlink(address.sun_path), 0);
    assert_int_equal(journal_connect(address.sun_path), -ENOENT);
    assert_int_equal(rmdir(folder), 0);
}

static void a_path_that_no_address_holds_is_refused(void **state)
{
    char path[200];

    (void)state;
    memset(path, 'x', sizeof(path));
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(journal_connect(path), -ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_descriptor_is_the_journals_if_systemd_says_so),
        cmocka_unit_test(an_entry_is_one_datagram),
        cmocka_unit_test(a_path_that_no_address_holds_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
