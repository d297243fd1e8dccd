/*
 * The configuration: each key, what it may be, and what a mistake is called.
 */
#include "server/config.h"

#include "base/macros.h"
#include "tests/support/cmocka.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct World {
    Config config;
    KeyValueError error;
    char path[64]; /* of a file to be read */
} World;

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));
    int fd;

    assert_non_null(world);
    assert_int_equal(config_init(&world->config), 0);
    snprintf(world->path, sizeof(world->path), P_tmpdir "/test-config-XXXXXX");
    fd = mkstemp(world->path);
    assert_true(fd >= 0);
    close(fd);
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    World *world = *state;

    config_deinit(&world->config);
    unlink(world->path);
    free(world);
    return 0;
}

static int set(World *world, const char *key, const char *value)
{
    return config_set(&world->config, &(KeyValue){.file = "test", .key = key, .value = value},
                      &world->error);
}

static int read_text(World *world, const char *text)
{
    FILE *stream = fopen(world->path, "w");

    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
    return config_read(&world->config, world->path, &world->error);
}

/* The error that was set says this, wherever. */
static void expect_message(const World *world, const char *part)
{
    if (strstr(world->error.message, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, world->error.message);
}

static void expect_at(const World *world, const char *file, unsigned line, const char *part)
{
    assert_string_equal(world->error.file, file);
    assert_int_equal(world->error.line, line);
    expect_message(world, part);
}

/* The keys that are numbers, as mihostd.conf(5) has them. */
static const struct {
    const char *key;
    size_t offset;
    unsigned long standard;
    const char *value; /* a good one, and what it means */
    unsigned long meaning;
    const char *lowest, *below, *highest, *above; /* NULL: there is no such limit to reach */
} numbers[] = {
    {"maxClients", offsetof(Config, max_clients), 1024, "7", 7, "1", "0", "1000000", "1000001"},
    {"maxUserClients", offsetof(Config, max_user_clients), 512, "7", 7, "1", "0", "1000000",
     "1000001"},
    {"maxUserRequests", offsetof(Config, max_user_requests), 32768, "3", 3, "1", "0", "10000000",
     "10000001"},
    {"maxTotalRequests", offsetof(Config, max_total_requests), 65536, "3", 3, "1", "0", "10000000",
     "10000001"},
    {"maxUserBuffered", offsetof(Config, max_user_buffered), 256 << 20, "1G", 1 << 30, "1K", "1023",
     "64G", "65G"},
    {"maxTotalBuffered", offsetof(Config, max_total_buffered), 512 << 20, "1G", 1 << 30, "1K",
     "1023", "64G", "65G"},
    {"maxUserAgents", offsetof(Config, max_user_agents), 64, "5", 5, "1", "0", "100000", "100001"},
    {"maxStarts", offsetof(Config, max_starts), 600, "5", 5, "0", NULL, "1000000", "1000001"},
    {"maxUserStarts", offsetof(Config, max_user_starts), 120, "5", 5, "0", NULL, "1000000",
     "1000001"},
    {"maxMessage", offsetof(Config, max_message), 1 << 20, "64K", 64 << 10, "1024", "1023", "32M",
     "33554433"},
    {"maxRequests", offsetof(Config, max_requests), 10000, "3", 3, "1", "0", "1000000", "1000001"},
    {"maxCollected", offsetof(Config, max_collected), 16 << 20, "2M", 2 << 20, "1K", "1023", "1G",
     "1073741825"},
    {"maxBuffered", offsetof(Config, max_buffered), 64 << 20, "1G", 1 << 30, "1K", "1023", "4G",
     "5G"},
    {"maxAgents", offsetof(Config, max_agents), 128, "5", 5, "1", "0", "100000", "100001"},
    {"agentMemory", offsetof(Config, agent_limits.memory), 1UL << 30, "64M", 64 << 20, "0", NULL,
     NULL, "9999999999999999999"},
    {"agentProcesses", offsetof(Config, agent_limits.processes), 4096, "100", 100, "0", NULL,
     "4194304", "4194305"},
    {"agentDescriptors", offsetof(Config, agent_limits.descriptors), 1024, "100", 100, "64", "63",
     "1048576", "1048577"},
    {"agentCpuTime", offsetof(Config, agent_limits.cpu_time), 0, "1h", 3600000, "0", NULL, NULL,
     "99999999999999999999"},
    {"agentOutput", offsetof(Config, agent_output), 1000, "7", 7, "0", NULL, "1000000", "1000001"},
    {"window", offsetof(Config, window), 128 << 10, "8k", 8192, "4096", "4095", "64M", "65M"},
    {"operations", offsetof(Config, operations), 128, "9", 9, "1", "0", "100000", "100001"},
    {"grace", offsetof(Config, grace), 5000, "1500ms", 1500, "1ms", "0", "24h", "86400001ms"},
    {"drain", offsetof(Config, drain), 60000, "2min", 120000, "1ms", "0ms", "24h", "25h"},
    {"agentResponse", offsetof(Config, agent_response), 10000, "3s", 3000, "0", NULL, "24h", "25h"},
    {"idle", offsetof(Config, idle), 60000, "1h", 3600000, "0", NULL, "24h", "25h"},
    {"backoff", offsetof(Config, backoff), 1000, "2s", 2000, "0", NULL, "24h", "25h"},
    {"maxBackoff", offsetof(Config, max_backoff), 60000, "2min", 120000, "1ms", "0", "24h", "25h"},
    {"crashWindow", offsetof(Config, crash_window), 60000, "5min", 300000, "1ms", "0", "24h",
     "25h"},
    {"crashLimit", offsetof(Config, crash_limit), 5, "3", 3, "2", "1", "1000", "1001"},
    {"stopTime", offsetof(Config, stop_time), 10000, "20", 20000, "1ms", "0", "24h", "25h"},
    {"defaultTimeout", offsetof(Config, default_timeout), 0, "1", 1000, "0", NULL, NULL,
     "99999999999999999999"},
    {"maxTimeout", offsetof(Config, max_timeout), 0, "1min", 60000, "0", NULL, NULL,
     "99999999999999999999"},
};

static unsigned long number(const World *world, size_t i)
{
    unsigned long value;

    memcpy(&value, (const char *)&world->config + numbers[i].offset, sizeof(value));
    return value;
}

static void every_number_has_its_default(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        assert_int_equal(number(*state, i), numbers[i].standard);
}

static void every_number_can_be_set(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        assert_int_equal(set(*state, numbers[i].key, numbers[i].value), 0);
        assert_int_equal(number(*state, i), numbers[i].meaning);
    }
}

static void every_number_has_its_range_and_keeps_its_value_beyond_it(void **state)
{
    World *world = *state;

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        const char *good[] = {numbers[i].lowest, numbers[i].highest};
        const char *bad[] = {numbers[i].below, numbers[i].above};

        for (size_t n = 0; n < ARRAY_SIZE(good); n++)
            if (good[n] != NULL)
                assert_int_equal(set(world, numbers[i].key, good[n]), 0);
        unsigned long before = number(world, i);
        for (size_t n = 0; n < ARRAY_SIZE(bad); n++) {
            if (bad[n] == NULL)
                continue;
            assert_int_equal(set(world, numbers[i].key, bad[n]), -EINVAL);
            expect_message(world, numbers[i].key);
            expect_message(world, bad[n]);
            assert_int_equal(number(world, i), before);
        }
    }
}

static void what_is_no_number_is_refused_by_name(void **state)
{
    static const char *const bad[] = {"", "abc", "-1", "+1", " 1", "1 x", "0x10", "1.5"};
    World *world = *state;

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        for (size_t n = 0; n < ARRAY_SIZE(bad); n++) {
            assert_int_equal(set(world, numbers[i].key, bad[n]), -EINVAL);
            expect_message(world, numbers[i].key);
        }
}

static void units_belong_to_their_kind(void **state)
{
    World *world = *state;

    assert_int_equal(set(world, "maxClients", "1K"), -EINVAL);
    expect_message(world, "a number");
    assert_int_equal(set(world, "window", "8s"), -EINVAL);
    expect_message(world, "K, M and G");
    assert_int_equal(set(world, "grace", "8M"), -EINVAL);
    expect_message(world, "ms, s, min or h");
}

static void paths_and_the_log_level_can_be_set(void **state)
{
    static const char *const levels[] = {"error", "warning", "info", "debug", "trace"};
    World *world = *state;

    assert_int_equal(set(world, "socket", "/a/b"), 0);
    assert_int_equal(set(world, "socket", "/a/c"), 0);
    assert_string_equal(world->config.socket, "/a/c");
    assert_int_equal(set(world, "providers", "/p"), 0);
    assert_string_equal(world->config.providers, "/p");
    assert_int_equal(set(world, "agent", "/x/agent"), 0);
    assert_string_equal(world->config.agent, "/x/agent");
    for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
        assert_int_equal(set(world, "logLevel", levels[i]), 0);
        assert_int_equal(world->config.log_level, i);
    }
    assert_int_equal(set(world, "logLevel", "loud"), -EINVAL);
    expect_message(world, "error, warning, info, debug or trace");
    assert_int_equal(set(world, "socket", ""), -EINVAL);
    expect_message(world, "socket");
}

static void folders_of_registrations_add_up(void **state)
{
    World *world = *state;

    assert_int_equal(set(world, "registrations", "/one"), 0);
    assert_int_equal(set(world, "registrations", "/two"), 0);
    assert_int_equal(world->config.registration_count, 2);
    assert_string_equal(world->config.registrations[0], "/one");
    assert_string_equal(world->config.registrations[1], "/two");
    config_forget_registrations(&world->config);
    assert_int_equal(world->config.registration_count, 0);
    for (int i = 0; i < CONFIG_MAX_FOLDERS; i++)
        assert_int_equal(set(world, "registrations", "/many"), 0);
    assert_int_equal(set(world, "registrations", "/one-too-many"), -EINVAL);
    expect_message(world, "32");
}

static void an_unknown_key_is_an_error_with_file_and_line(void **state)
{
    World *world = *state;

    assert_int_equal(read_text(world, "# a comment\n\ngrace = 2s\nfoo = 1\n"), -EINVAL);
    expect_at(world, world->path, 4, "unknown key 'foo'");
    assert_int_equal(world->config.grace, 2000);
}

static void keys_are_told_apart_by_case(void **state)
{
    World *world = *state;

    assert_int_equal(read_text(world, "Grace = 2s\n"), -EINVAL);
    expect_at(world, world->path, 1, "unknown key 'Grace': did you mean 'grace'?");
    assert_int_equal(set(world, "maxClient", "1"), -EINVAL);
    expect_message(world, "did you mean 'maxClients'?");
    assert_int_equal(set(world, "colour", "blue"), -EINVAL);
    expect_message(world, "mihostd.conf(5) lists the keys");
}

static void a_key_that_is_set_twice_in_a_file_is_refused(void **state)
{
    World *world = *state;

    assert_int_equal(read_text(world, "grace=1s\n\ngrace=2s\n"), -EINVAL);
    expect_at(world, world->path, 3, "'grace' is set on line 1 already");
    assert_int_equal(set(world, "grace", "3s"), 0); /* the command line may say otherwise */
    assert_int_equal(world->config.grace, 3000);
}

static void a_bad_value_is_an_error_with_file_and_line(void **state)
{
    World *world = *state;

    assert_int_equal(read_text(world, "\nwindow = 1\n"), -EINVAL);
    expect_at(world, world->path, 2, "'window' must be 4096 to 67108864, and is 1");
    assert_int_equal(read_text(world, "grace\n"), -EINVAL);
    expect_at(world, world->path, 1, "KEY=VALUE");
}

static void a_file_sets_what_it_says_and_leaves_the_rest(void **state)
{
    World *world = *state;

    assert_int_equal(read_text(world, "socket=\"/with space\"\n  window = 8K  \n"
                                      "registrations=/a\nregistrations=/b"),
                     0);
    assert_string_equal(world->config.socket, "/with space");
    assert_int_equal(world->config.window, 8192);
    assert_int_equal(world->config.registration_count, 2);
    assert_int_equal(world->config.grace, 5000);
}

static void a_file_that_is_not_there_or_none_is_told(void **state)
{
    World *world = *state;

    assert_int_equal(config_read(&world->config, "/nonexistent/file", &world->error), -ENOENT);
    expect_at(world, "/nonexistent/file", 0, "cannot open '/nonexistent/file'");
    assert_int_equal(config_read(&world->config, "/dev/null", &world->error), 0);
    assert_int_equal(config_read(&world->config, "/", &world->error), -EINVAL);
    expect_message(world, "'/'");
}

static void what_no_key_says_is_added_in_the_end(void **state)
{
    World *world = *state;

    assert_int_equal(config_finish(&world->config, &world->error), 0);
    assert_int_equal(world->config.registration_count, 1);
    assert_non_null(strstr(world->config.registrations[0], "register"));
}

static void a_folder_that_was_named_replaces_the_default(void **state)
{
    World *world = *state;

    assert_int_equal(set(world, "registrations", "/one"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), 0);
    assert_int_equal(world->config.registration_count, 1);
    assert_string_equal(world->config.registrations[0], "/one");
}

static void paths_that_agents_see_become_absolute(void **state)
{
    World *world = *state;
    char folder[PATH_MAX], expected[PATH_MAX + 32];

    assert_non_null(getcwd(folder, sizeof(folder)));
    assert_int_equal(set(world, "agent", "bin/agent"), 0);
    assert_int_equal(set(world, "providers", "/lib"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), 0);
    snprintf(expected, sizeof(expected), "%s/bin/agent", folder);
    assert_string_equal(world->config.agent, expected);
    assert_string_equal(world->config.providers, "/lib");
}

/* Agents run in another folder, and are told where it is. */
static void a_relative_socket_begins_at_the_working_folder(void **state)
{
    World *world = *state;
    char folder[PATH_MAX], expected[PATH_MAX + 16], name[108];
    struct sockaddr_un address;

    assert_non_null(getcwd(folder, sizeof(folder)));
    snprintf(expected, sizeof(expected), "%s/run/s", folder);
    assert_int_equal(set(world, "socket", "run/s"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), 0);
    assert_string_equal(world->config.socket,
                        strlen(expected) < sizeof(address.sun_path) ? expected : "run/s");
    memset(name, 'x', sizeof(name));
    name[107] = '\0'; /* as long as an address can be, and in full longer */
    assert_int_equal(set(world, "socket", name), 0);
    assert_int_equal(config_finish(&world->config, &world->error), 0);
    assert_string_equal(world->config.socket, name);
}

static void a_socket_path_that_no_address_holds_is_refused(void **state)
{
    World *world = *state;
    char path[200];

    memset(path, 'x', sizeof(path));
    path[0] = '/';
    path[107] = '\0';
    assert_int_equal(set(world, "socket", path), 0);
    assert_int_equal(config_finish(&world->config, &world->error), 0);
    path[107] = 'x';
    path[108] = '\0';
    assert_int_equal(set(world, "socket", path), 0);
    assert_int_equal(config_finish(&world->config, &world->error), -EINVAL);
    expect_message(world, "107 bytes");
}

static void keys_that_contradict_each_other_are_refused(void **state)
{
    World *world = *state;

    assert_int_equal(read_text(world, "maxTimeout=1s\ndefaultTimeout=2s\n"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), -EINVAL);
    expect_at(world, world->path, 2,
              "'defaultTimeout' (2000 ms, line 2) is longer than 'maxTimeout' (1000 ms, line 1)");
    assert_int_equal(set(world, "maxTimeout", "0"), 0);
    assert_int_equal(set(world, "maxBuffered", "1M"), 0);
    assert_int_equal(set(world, "maxCollected", "2M"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), -EINVAL);
    expect_message(world, "'maxCollected' (2097152, command line) is larger than 'maxBuffered'");
    assert_int_equal(set(world, "maxCollected", "1M"), 0);
    assert_int_equal(set(world, "backoff", "2s"), 0);
    assert_int_equal(set(world, "maxBackoff", "1s"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), -EINVAL);
    expect_message(world, "'backoff' (2000 ms, command line) is longer than 'maxBackoff' (1000 ms");
    assert_int_equal(set(world, "maxBackoff", "2s"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), 0);
}

static void what_is_not_set_adapts_to_what_is(void **state)
{
    World *world = *state;

    assert_int_equal(set(world, "maxBuffered", "1M"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), 0);
    assert_int_equal(world->config.max_collected, 1 << 20);
    assert_int_equal(world->config.default_timeout, 0);
    assert_int_equal(set(world, "maxRequests", "100000"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), 0);
    assert_int_equal(world->config.max_user_requests, 100000);
    assert_int_equal(world->config.max_total_requests, 100000);
}

static void what_a_user_may_have_is_half_of_what_all_may(void **state)
{
    World *world = *state;

    assert_int_equal(set(world, "maxClients", "20001"), 0);
    assert_int_equal(set(world, "maxAgents", "1"), 0);
    assert_int_equal(set(world, "maxTotalRequests", "100"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), 0);
    assert_int_equal(world->config.max_user_clients, 10001);
    assert_int_equal(world->config.max_user_agents, 1);
    assert_int_equal(world->config.max_user_requests, 50);
    assert_int_equal(world->config.max_requests, 50);
    assert_int_equal(set(world, "maxUserClients", "20002"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), -EINVAL);
    expect_message(world, "'maxUserClients' (20002, command line) is larger than 'maxClients'");
}

static void a_socket_for_its_owner_alone_contradicts_connect(void **state)
{
    World *world = *state;

    assert_int_equal(read_text(world, "socketMode=0600\nconnect=user:64321\n"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), -EINVAL);
    expect_at(world, world->path, 2, "'socketMode' (0600)");
    expect_message(world, "'connect'");
    assert_int_equal(set(world, "socketMode", "0666"), 0);
    assert_int_equal(config_finish(&world->config, &world->error), 0);
}

static void a_mode_is_octal(void **state)
{
    static const char *const bad[] = {"", "8", "1777", "0o66", "rw", "-1", "00666"};
    World *world = *state;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(set(world, "socketMode", bad[i]), -EINVAL);
        expect_message(world, "octal");
    }
    assert_int_equal(set(world, "socketMode", "660"), 0);
    assert_int_equal(world->config.socket_mode, 0660);
}

static void what_can_not_change_is_kept_from_the_old_configuration(void **state)
{
    World *world = *state;
    Config fresh;

    assert_int_equal(set(world, "socket", "/a"), 0);
    assert_int_equal(config_init(&fresh), 0);
    fresh.window = 4096;
    fresh.grace = 1;
    fresh.cgroup = strdup("/sys/fs/cgroup/x");
    assert_int_equal(config_keep_fixed(&fresh, &world->config), 0);
    assert_string_equal(fresh.socket, "/a");
    assert_null(fresh.cgroup);
    assert_int_equal(set(world, "cgroup", "none"), 0);
    assert_int_equal(config_keep_fixed(&fresh, &world->config), 0);
    assert_string_equal(fresh.cgroup, "none");
    assert_int_equal(fresh.window, 128 << 10);
    assert_int_equal(fresh.grace, 1);
    config_deinit(&fresh);
}

static void the_socket_of_a_user_is_in_the_runtime_folder(void **state)
{
    Config config;

    (void)state;
    assert_int_equal(setenv("XDG_RUNTIME_DIR", "/run/user/4242", 1), 0);
    assert_int_equal(config_init(&config), 0);
    if (geteuid() == 0)
        assert_null(strstr(config.socket, "4242"));
    else
        assert_string_equal(config.socket, "/run/user/4242/mihost.sock");
    config_deinit(&config);
    unsetenv("XDG_RUNTIME_DIR");
    assert_int_equal(config_init(&config), 0);
    assert_int_equal(config.socket[0], '/');
    config_deinit(&config);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_number_has_its_default),
        TEST(every_number_can_be_set),
        TEST(every_number_has_its_range_and_keeps_its_value_beyond_it),
        TEST(what_is_no_number_is_refused_by_name),
        TEST(units_belong_to_their_kind),
        TEST(paths_and_the_log_level_can_be_set),
        TEST(folders_of_registrations_add_up),
        TEST(an_unknown_key_is_an_error_with_file_and_line),
        TEST(keys_are_told_apart_by_case),
        TEST(a_bad_value_is_an_error_with_file_and_line),
        TEST(a_file_sets_what_it_says_and_leaves_the_rest),
        TEST(a_file_that_is_not_there_or_none_is_told),
        TEST(what_no_key_says_is_added_in_the_end),
        TEST(a_folder_that_was_named_replaces_the_default),
        TEST(paths_that_agents_see_become_absolute),
        TEST(a_relative_socket_begins_at_the_working_folder),
        TEST(a_socket_path_that_no_address_holds_is_refused),
        TEST(keys_that_contradict_each_other_are_refused),
        TEST(what_is_not_set_adapts_to_what_is),
        TEST(what_a_user_may_have_is_half_of_what_all_may),
        TEST(a_socket_for_its_owner_alone_contradicts_connect),
        TEST(a_mode_is_octal),
        TEST(what_can_not_change_is_kept_from_the_old_configuration),
        TEST(a_key_that_is_set_twice_in_a_file_is_refused),
        TEST(the_socket_of_a_user_is_in_the_runtime_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
