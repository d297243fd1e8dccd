/*
 * The command line: it wins over the file, and says what is wrong with it.
 */
#include "server/options.h"

#include "base/macros.h"
#include "tests/support/cmocka.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_WORDS 400

typedef struct World {
    Options options;
    Config config;
    char path[64]; /* of a configuration file, empty at first */
    char said[4096];
} World;

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));
    int fd;

    assert_non_null(world);
    assert_int_equal(config_init(&world->config), 0);
    snprintf(world->path, sizeof(world->path), P_tmpdir "/test-options-XXXXXX");
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

static void write_file(World *world, const char *text)
{
    FILE *stream = fopen(world->path, "w");

    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

/* Reads a command line; what is printed on @fd meanwhile is kept in world->said. */
static OptionsAnswer read_words(World *world, int fd, int count, char **words)
{
    FILE *aside = tmpfile();
    OptionsAnswer answer;
    int before;

    assert_non_null(aside);
    fflush(NULL);
    before = dup(fd);
    assert_true(before >= 0 && dup2(fileno(aside), fd) == fd);
    answer = options_read(count, words, &world->options, &world->config);
    fflush(NULL);
    assert_true(dup2(before, fd) == fd);
    close(before);
    rewind(aside);
    world->said[fread(world->said, 1, sizeof(world->said) - 1, aside)] = '\0';
    fclose(aside);
    return answer;
}

/* `mihostd --config FILE` and @line, whose words are separated by blanks. */
static OptionsAnswer read_line(World *world, const char *line)
{
    char text[1024], config[] = "--config", program[] = "mihostd";
    char *words[MAX_WORDS] = {program, config, world->path}, *rest = text, *word;
    int count = 3;

    snprintf(text, sizeof(text), "%s", line);
    while ((word = strsep(&rest, " ")) != NULL)
        if (*word != '\0')
            words[count++] = word;
    return read_words(world, STDERR_FILENO, count, words);
}

static void expect_said(const World *world, const char *part)
{
    if (strstr(world->said, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, world->said);
}

static void without_options_it_serves(void **state)
{
    World *world = *state;

    assert_int_equal(read_line(world, ""), OPTIONS_SERVE);
    assert_string_equal(world->said, "");
}

static void the_command_line_wins_over_the_file(void **state)
{
    World *world = *state;

    write_file(world, "socket=/file\ngrace=1s\nwindow=8K\nlogLevel=error\n");
    assert_int_equal(
        read_line(world,
                  "--socket /line --set grace=2s --log-level debug --agent /a --providers /p"),
        OPTIONS_SERVE);
    assert_string_equal(world->config.socket, "/line");
    assert_string_equal(world->config.agent, "/a");
    assert_string_equal(world->config.providers, "/p");
    assert_int_equal(world->config.grace, 2000);
    assert_int_equal(world->config.window, 8192);
    assert_int_equal(world->config.log_level, LOG_LEVEL_DEBUG);
}

static void it_wins_wherever_the_file_is_named(void **state)
{
    World *world = *state;
    char program[] = "mihostd", socket[] = "--socket=/line", config[] = "--config";
    char *words[] = {program, socket, config, world->path, NULL};

    write_file(world, "socket=/file\n");
    assert_int_equal(read_words(world, STDERR_FILENO, 4, words), OPTIONS_SERVE);
    assert_string_equal(world->config.socket, "/line");
}

static void folders_of_the_command_line_replace_those_of_the_file(void **state)
{
    World *world = *state;

    write_file(world, "registrations=/file1\nregistrations=/file2\n");
    assert_int_equal(read_line(world, "--registrations /a --registrations /b"), OPTIONS_SERVE);
    assert_int_equal(world->config.registration_count, 2);
    assert_string_equal(world->config.registrations[0], "/a");
    assert_string_equal(world->config.registrations[1], "/b");
}

static void a_folder_that_was_set_replaces_those_of_the_file_too(void **state)
{
    World *world = *state;

    write_file(world, "registrations=/file1\n");
    assert_int_equal(read_line(world, "--set registrations=/a"), OPTIONS_SERVE);
    assert_int_equal(world->config.registration_count, 1);
    assert_string_equal(world->config.registrations[0], "/a");
}

static void a_mistake_in_the_file_is_told_with_file_and_line(void **state)
{
    World *world = *state;
    char where[128];

    write_file(world, "\n\nnonsense=1\n");
    assert_int_equal(read_line(world, ""), OPTIONS_WRONG);
    snprintf(where, sizeof(where), "mihostd: %s:3: unknown key 'nonsense'", world->path);
    expect_said(world, where);
}

static void a_mistake_on_the_command_line_is_told_as_such(void **state)
{
    static const struct {
        const char *line, *said;
    } cases[] = {
        {"--set nonsense=1", "mihostd: command line: unknown key 'nonsense'"},
        {"--set grace=abc", "command line: 'grace' must be a time"},
        {"--set grace", "write --set KEY=VALUE"},
        {"--log-level loud", "'logLevel' must be error"},
        {"--nonsense", "--help"},
        {"--socket", "--help"},
        {"word", "'word' is no option"},
        {"--set maxTimeout=1s --set defaultTimeout=1min", "longer than 'maxTimeout'"},
    };
    World *world = *state;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_int_equal(read_line(world, cases[i].line), OPTIONS_WRONG);
        expect_said(world, cases[i].said);
    }
}

static void a_file_that_was_named_and_is_not_there_is_a_mistake(void **state)
{
    World *world = *state;
    char program[] = "mihostd", config[] = "--config", path[] = "/nonexistent/mihostd.conf";
    char *words[] = {program, config, path, NULL};

    assert_int_equal(read_words(world, STDERR_FILENO, 3, words), OPTIONS_WRONG);
    expect_said(world, "/nonexistent/mihostd.conf");
}

static void check_is_told_from_serving(void **state)
{
    World *world = *state;

    assert_int_equal(read_line(world, "--check"), OPTIONS_CHECK);
    write_file(world, "grace=no\n");
    assert_int_equal(read_line(world, "--check"), OPTIONS_WRONG);
}

static void help_and_version_are_printed(void **state)
{
    World *world = *state;
    char program[] = "mihostd", help[] = "--help", version[] = "--version";
    char *words[] = {program, help, NULL};

    assert_int_equal(read_words(world, STDOUT_FILENO, 2, words), OPTIONS_DONE);
    expect_said(world, "usage: mihostd");
    expect_said(world, "--registrations");
    words[1] = version;
    assert_int_equal(read_words(world, STDOUT_FILENO, 2, words), OPTIONS_DONE);
    expect_said(world, "mihostd ");
}

static void more_settings_than_there_is_room_for_are_refused(void **state)
{
    World *world = *state;
    char program[] = "mihostd", option[] = "--log-level=info";
    char *words[MAX_WORDS] = {program};

    for (int i = 1; i <= 257; i++)
        words[i] = option;
    assert_int_equal(read_words(world, STDERR_FILENO, 258, words), OPTIONS_WRONG);
    expect_said(world, "more than 256 settings");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_options_it_serves),
        TEST(the_command_line_wins_over_the_file),
        TEST(it_wins_wherever_the_file_is_named),
        TEST(folders_of_the_command_line_replace_those_of_the_file),
        TEST(a_folder_that_was_set_replaces_those_of_the_file_too),
        TEST(a_mistake_in_the_file_is_told_with_file_and_line),
        TEST(a_mistake_on_the_command_line_is_told_as_such),
        TEST(a_file_that_was_named_and_is_not_there_is_a_mistake),
        TEST(check_is_told_from_serving),
        TEST(help_and_version_are_printed),
        TEST(more_settings_than_there_is_room_for_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
