/*
 * What the processes provider makes of /proc: first of texts as the kernel could write them, then
 * of real processes, which this test starts itself.
 */
#include "tests/support/cmocka.h"

/* A provider is a module of its own that nothing links: what is tested is taken in here. */
#include "providers/processes/parse.c"
#include "providers/processes/process.c"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define AFTER_NAME                                                                                 \
    " S 7 100 101 34816 100 4194560 1 2 3 4 250 50 8 9 20 0 1 0 12345 1000000 300 "                \
    "18446744073709551615 1 2\n"

static int parse(ProcessStat *stat, const char *text)
{
    return process_stat_parse(stat, text, strlen(text));
}

static void a_stat_text_tells_what_is_used_of_it(void **state)
{
    ProcessStat stat;

    (void)state;
    assert_int_equal(parse(&stat, "100 (sleep)" AFTER_NAME), 0);
    assert_string_equal(stat.name, "sleep");
    assert_int_equal(stat.state, 'S');
    assert_int_equal(stat.parent, 7);
    assert_int_equal(stat.user, 250);
    assert_int_equal(stat.kernel, 50);
    assert_int_equal(stat.priority, 20);
    assert_int_equal(stat.nice, 0);
    assert_int_equal(stat.start, 12345);
    assert_int_equal(stat.resident, 300);
}

static void a_name_may_be_anything(void **state)
{
    static const char *const names[] = {
        "",           " ",        "a b c",
        "(",          ")",        ")))",
        "(a) (b)",    "a) R 1",   ") S 1 2 3 4",
        "line\nfeed", "\xff\xfe", "kworker/u16:3-events_unbound",
    };
    char text[512];
    ProcessStat stat;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(text, sizeof(text), "100 (%s)%s", names[i], AFTER_NAME);
        assert_int_equal(parse(&stat, text), 0);
        assert_string_equal(stat.name, names[i]);
        assert_int_equal(stat.parent, 7);
        assert_int_equal(stat.resident, 300);
    }
}

static void a_name_of_64_bytes_fits_and_one_of_65_is_refused(void **state)
{
    char text[512];
    ProcessStat stat;

    (void)state;
    (void)snprintf(text, sizeof(text), "1 (%0*d)%s", 64, 7, AFTER_NAME);
    assert_int_equal(parse(&stat, text), 0);
    assert_int_equal(strlen(stat.name), 64);
    (void)snprintf(text, sizeof(text), "1 (%0*d)%s", 65, 7, AFTER_NAME);
    assert_int_equal(parse(&stat, text), -EBADMSG);
}

static void a_process_of_real_time_has_a_negative_priority(void **state)
{
    ProcessStat stat;

    (void)state;
    assert_int_equal(parse(&stat, "1 (rt) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 -51 -20 1 0 1 0 0 0\n"),
                     0);
    assert_int_equal(stat.priority, -51);
    assert_int_equal(stat.nice, -20);
}

static void a_stat_text_cut_off_anywhere_before_its_last_used_field_is_refused(void **state)
{
    static const char text[] = "100 (a (b) c)" AFTER_NAME;
    const char *end = strstr(text, " 300 ") + strlen(" 300");
    ProcessStat stat;
    char *copy;

    (void)state;
    for (size_t size = 0; size <= (size_t)(end - text); size++) {
        /* Of exactly this size, so that the sanitizers see a byte too far. */
        copy = calloc(1, size + 1);
        assert_non_null(copy);
        memcpy(copy, text, size);
        assert_int_equal(process_stat_parse(&stat, copy, size), -EBADMSG);
        free(copy);
    }
}

static void a_text_that_is_no_stat_text_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "100",
        ")(",
        "100 )sleep(" AFTER_NAME,
        "100 sleep" AFTER_NAME,
        "100 (sleep)",
        "100 (sleep) ",
        "100 (sleep) 7 8 9",
        "1 (x) R 1 1 1 0 -1 0 0 0 0 0 -5 0 0 0 20 0 1 0 1 0 0 0\n",          /* user time < 0 */
        "1 (x) R 1 1 1 0 -1 0 0 0 0 0 5x 0 0 0 20 0 1 0 1 0 0 0\n",          /* no number */
        "1 (x) R 1 1 1 0 -1 0 0 0 0 0 5  0 0 0 20 0 1 0 1 0 0 0\n",          /* an empty field */
        "1 (x) R 1 1 1 0 -1 0 0 0 0 0 - 0 0 0 20 0 1 0 1 0 0 0\n",           /* a sign alone */
        "1 (x) R 1 1 1 0 -1 0 0 0 0 0 9223372036854775808 0 0 0 20 0 1 0\n", /* too large */
    };
    ProcessStat stat;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(parse(&stat, texts[i]), -EBADMSG);
}

static void a_stat_text_with_a_nul_in_it_is_refused(void **state)
{
    static const char text[] = "100 (a\0b)" AFTER_NAME;
    ProcessStat stat;

    (void)state;
    assert_int_equal(process_stat_parse(&stat, text, sizeof(text) - 1), -EBADMSG);
}

static void arguments_are_told_apart(void **state)
{
    char text[] = "prog\0\0two words\0--x=\n";
    char *arguments[4];

    (void)state;
    assert_int_equal(process_arguments_split(text, sizeof(text), arguments, 4), 4);
    assert_string_equal(arguments[0], "prog");
    assert_string_equal(arguments[1], "");
    assert_string_equal(arguments[2], "two words");
    assert_string_equal(arguments[3], "--x=\n");
}

static void arguments_beyond_the_room_are_counted_only(void **state)
{
    char text[] = "a\0b\0c";
    char *arguments[2] = {NULL, NULL};

    (void)state;
    assert_int_equal(process_arguments_split(text, sizeof(text), NULL, 0), 3);
    assert_int_equal(process_arguments_split(text, sizeof(text), arguments, 1), 3);
    assert_string_equal(arguments[0], "a");
    assert_null(arguments[1]);
}

static void a_rewritten_title_is_one_argument(void **state)
{
    char text[] = "nginx: worker process\0\0\0\0\0\0\0";
    char *arguments[1];

    (void)state;
    assert_int_equal(process_arguments_split(text, sizeof(text) - 1, arguments, 1), 1);
    assert_string_equal(arguments[0], "nginx: worker process");
}

static void no_text_has_no_arguments(void **state)
{
    char empty[] = "", nothing[] = "\0\0\0";

    (void)state;
    assert_int_equal(process_arguments_split(empty, 0, NULL, 0), 0);
    assert_int_equal(process_arguments_split(nothing, 3, NULL, 0), 0);
}

static void a_handle_is_a_process_number_in_plain_decimal(void **state)
{
    static const char *const others[] = {
        "",   "0",  "042",  "-1",   "+1",       " 1",
        "1 ", "1x", "self", "0x10", "10000000", "99999999999999999999",
    };

    (void)state;
    assert_int_equal(process_handle_parse("1"), 1);
    assert_int_equal(process_handle_parse("4194304"), 4194304);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_int_equal(process_handle_parse(others[i]), 0);
}

/* ---- Real processes ---- */

static int proc;

static int open_proc(void **state)
{
    (void)state;
    proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return proc < 0 ? -1 : 0;
}

static int close_proc(void **state)
{
    (void)state;
    return close(proc);
}

/* A child that waits to be killed. The far end of @ready closes when it stands. */
static pid_t start_child(const char *name)
{
    int ready[2];
    char nothing;
    pid_t pid;

    assert_int_equal(pipe(ready), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)prctl(PR_SET_NAME, name);
        (void)close(ready[0]);
        (void)close(ready[1]);
        for (;;)
            (void)pause();
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &nothing, 1), 0);
    (void)close(ready[0]);
    return pid;
}

static void end_child(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void this_process_is_read_as_it_is(void **state)
{
    char executable[PATH_MAX] = "";
    Process process;

    (void)state;
    process_init(&process);
    assert_int_equal(process_read(&process, proc, (uint32_t)getpid(),
                                  PROCESS_READ_ARGUMENTS | PROCESS_READ_EXECUTABLE),
                     0);
    assert_int_equal(process.stat.parent, getppid());
    assert_true(process.stat.resident > 0);
    assert_true(process.n_arguments > 0);
    assert_true(readlink("/proc/self/exe", executable, sizeof(executable) - 1) > 0);
    assert_string_equal(process.executable, executable);
    process_deinit(&process);
}

static void what_is_not_asked_for_is_not_read(void **state)
{
    Process process;

    (void)state;
    process_init(&process);
    assert_int_equal(process_read(&process, proc, (uint32_t)getpid(), 0), 0);
    assert_int_equal(process.n_arguments, 0);
    assert_string_equal(process.executable, "");
    process_deinit(&process);
}

static void a_process_with_a_hostile_name_is_read_too(void **state)
{
    Process process;
    pid_t child = start_child(") R 1 (x\n) ");

    (void)state;
    process_init(&process);
    assert_int_equal(process_read(&process, proc, (uint32_t)child, 0), 0);
    assert_string_equal(process.stat.name, ") R 1 (x\n) ");
    assert_int_equal(process.stat.parent, getpid());
    process_deinit(&process);
    end_child(child);
}

static void a_process_that_ended_is_gone(void **state)
{
    Process process;
    pid_t child = start_child("ends");

    (void)state;
    end_child(child);
    process_init(&process);
    assert_int_equal(process_read(&process, proc, (uint32_t)child, PROCESS_READ_ARGUMENTS),
                     PROCESS_GONE);
    process_deinit(&process);
}

static void a_process_that_ends_while_its_folder_is_open_is_gone(void **state)
{
    Process process;
    char name[16];
    pid_t child = start_child("ends");
    int folder;

    (void)state;
    (void)snprintf(name, sizeof(name), "%d", child);
    folder = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(folder >= 0);
    end_child(child);
    process_init(&process);
    assert_int_equal(read_stat(&process, folder), PROCESS_GONE);
    assert_int_equal(read_arguments(&process, folder), PROCESS_GONE);
    read_executable(&process, folder);
    assert_string_equal(process.executable, "");
    process_deinit(&process);
    (void)close(folder);
}

static void a_zombie_has_a_state_and_neither_arguments_nor_executable(void **state)
{
    Process process;
    siginfo_t info;
    pid_t child = start_child("zombie");

    (void)state;
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    process_init(&process);
    assert_int_equal(process_read(&process, proc, (uint32_t)child,
                                  PROCESS_READ_ARGUMENTS | PROCESS_READ_EXECUTABLE),
                     0);
    assert_int_equal(process.stat.state, 'Z');
    assert_int_equal(process.n_arguments, 0);
    assert_string_equal(process.executable, "");
    process_deinit(&process);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

/* A file in place of /proc/PID/cmdline. */
static int file_of(size_t size)
{
    char *text = malloc(size + 1);
    int file = memfd_create("cmdline", MFD_CLOEXEC);

    assert_non_null(text);
    assert_true(file >= 0);
    memset(text, 'x', size);
    assert_int_equal(write(file, text, size), size);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    free(text);
    return file;
}

static void arguments_of_any_size_are_read_up_to_the_limit(void **state)
{
    static const size_t sizes[] = {0, 1, FIRST_ROOM - 1, FIRST_ROOM, FIRST_ROOM + 1, 100000};
    Process process;
    size_t size;
    int file;

    (void)state;
    process_init(&process);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        file = file_of(sizes[i]);
        assert_int_equal(read_text(&process, file, &size), 0);
        assert_int_equal(size, sizes[i]);
        assert_int_equal(strlen(process.text), size);
        (void)close(file);
    }
    process_deinit(&process);
}

static void arguments_over_the_limit_are_cut_and_say_so(void **state)
{
    Process process;
    size_t size;
    int file = file_of(PROCESS_MAX_ARGUMENTS * 2);

    (void)state;
    process_init(&process);
    assert_int_equal(read_text(&process, file, &size), 0);
    assert_int_equal(size, PROCESS_MAX_ARGUMENTS + 3);
    assert_string_equal(process.text + PROCESS_MAX_ARGUMENTS - 1, "x...");
    process_deinit(&process);
    (void)close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stat_text_tells_what_is_used_of_it),
        cmocka_unit_test(a_name_may_be_anything),
        cmocka_unit_test(a_name_of_64_bytes_fits_and_one_of_65_is_refused),
        cmocka_unit_test(a_process_of_real_time_has_a_negative_priority),
        cmocka_unit_test(a_stat_text_cut_off_anywhere_before_its_last_used_field_is_refused),
        cmocka_unit_test(a_text_that_is_no_stat_text_is_refused),
        cmocka_unit_test(a_stat_text_with_a_nul_in_it_is_refused),
        cmocka_unit_test(arguments_are_told_apart),
        cmocka_unit_test(arguments_beyond_the_room_are_counted_only),
        cmocka_unit_test(a_rewritten_title_is_one_argument),
        cmocka_unit_test(no_text_has_no_arguments),
        cmocka_unit_test(a_handle_is_a_process_number_in_plain_decimal),
        cmocka_unit_test(this_process_is_read_as_it_is),
        cmocka_unit_test(what_is_not_asked_for_is_not_read),
        cmocka_unit_test(a_process_with_a_hostile_name_is_read_too),
        cmocka_unit_test(a_process_that_ended_is_gone),
        cmocka_unit_test(a_process_that_ends_while_its_folder_is_open_is_gone),
        cmocka_unit_test(a_zombie_has_a_state_and_neither_arguments_nor_executable),
        cmocka_unit_test(arguments_of_any_size_are_read_up_to_the_limit),
        cmocka_unit_test(arguments_over_the_limit_are_cut_and_say_so),
    };

    return cmocka_run_group_tests(tests, open_proc, close_proc);
}
