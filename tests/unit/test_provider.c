/*
 * Registrations: OMI's format with keys of our own, and file:line for each mistake.
 */
#include "server/provider.h"

#include "base/macros.h"
#include "tests/support/cmocka.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct World {
    Config config;
    char folder[SCRATCH_PATH];
    char file[80]; /* FOLDER/sample.reg */
    Provider *provider;
    KeyValueError error;
} World;

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    assert_int_equal(config_init(&world->config), 0);
    free(world->config.providers);
    world->config.providers = strdup("/lib/providers");
    scratch_make(world->folder);
    snprintf(world->file, sizeof(world->file), "%s/sample.reg", world->folder);
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    World *world = *state;

    provider_unref(world->provider);
    config_deinit(&world->config);
    scratch_remove(world->folder);
    free(world);
    return 0;
}

/* Reads a registration of this text. */
static int read_text(World *world, const char *text)
{
    FILE *stream = fopen(world->file, "w");

    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
    world->provider = provider_unref(world->provider);
    world->error = (KeyValueError){0};
    return provider_read(world->file, "root/cimv2", &world->config, &world->provider,
                         &world->error);
}

static const Provider *read_good(World *world, const char *text)
{
    if (read_text(world, text) != 0)
        fail_msg("refused: %s", world->error.message);
    return world->provider;
}

static void expect_refused(World *world, const char *text, unsigned line, const char *part)
{
    assert_int_equal(read_text(world, text), -EINVAL);
    assert_null(world->provider);
    assert_string_equal(world->error.file, world->file);
    assert_int_equal(world->error.line, line);
    if (strstr(world->error.message, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, world->error.message);
}

static void a_registration_of_omi_is_read(void **state)
{
    World *world = *state;
    const Provider *provider = read_good(world, "# sample\n"
                                                "LIBRARY=Sample\n"
                                                "HOSTING=@requestor@\n"
                                                "CLASS=X_Dog:X_Animal:X_Thing\n"
                                                "CLASS=X_Link{X_Dog:X_Animal:X_Thing,X_Owner}\n");

    assert_string_equal(provider->name, "sample");
    assert_string_equal(provider->file, world->file);
    assert_string_equal(provider->name_space, "root/cimv2");
    assert_string_equal(provider->library, "/lib/providers/libSample.so");
    assert_int_equal(provider->classes[0].hosting, HOSTING_REQUESTOR);
    assert_false(provider->inproc);
    assert_int_equal(provider->class_count, 2);
    assert_string_equal(provider->classes[0].name, "X_Dog");
    assert_int_equal(provider->classes[0].base_count, 2);
    assert_string_equal(provider->classes[0].bases[0], "X_Animal");
    assert_string_equal(provider->classes[0].bases[1], "X_Thing");
    assert_string_equal(provider->classes[1].name, "X_Link");
    assert_int_equal(provider->classes[1].base_count, 0);
    assert_string_equal(provider->classes[1].left, "X_Dog");
    assert_string_equal(provider->classes[1].right, "X_Owner");
}

static void what_omis_generator_writes_beside_is_taken(void **state)
{
    World *world = *state;

    read_good(world, "LIBRARY=x\nINSTANCELIFETIME=CONTEXT\nCLASS=X\n");
    read_good(world, "# omireg x\r\nLIBRARY=x\r\nINSTANCELIFETIME=CLASS\r\nCLASS=X\r\n\r\n");
    assert_string_equal(world->provider->library, "/lib/providers/libx.so");
    assert_string_equal(world->provider->classes[0].name, "X");
}

static void what_it_does_not_say_comes_from_the_configuration(void **state)
{
    World *world = *state;
    const Provider *provider;

    world->config.operations = 3;
    world->config.grace = 4;
    world->config.idle = 5;
    world->config.default_timeout = 6;
    world->config.max_timeout = 7;
    provider = read_good(world, "LIBRARY=x\nCLASS=X\n");
    assert_int_equal(provider->operations, 3);
    assert_int_equal(provider->grace, 4);
    assert_int_equal(provider->idle, 5);
    assert_int_equal(provider->default_timeout, 6);
    assert_int_equal(provider->max_timeout, 7);
    assert_false(provider->parallel);
    assert_int_equal(provider->classes[0].hosting, HOSTING_REQUESTOR);
}

static void keys_of_our_own_are_read(void **state)
{
    const Provider *provider =
        read_good(*state, "LIBRARY=/opt/x/mine.so\nCLASS=X\nCALLS=parallel\nOPERATIONS=12\n"
                          "GRACE=300ms\nIDLE=0\nTIMEOUT=2s\nMAXTIMEOUT=1min\n");

    assert_string_equal(provider->library, "/opt/x/mine.so");
    assert_true(provider->parallel);
    assert_int_equal(provider->operations, 12);
    assert_int_equal(provider->grace, 300);
    assert_int_equal(provider->idle, 0);
    assert_int_equal(provider->default_timeout, 2000);
    assert_int_equal(provider->max_timeout, 60000);
    assert_false(read_good(*state, "LIBRARY=x\nCLASS=X\nCALLS=serial\n")->parallel);
}

static void what_an_agent_may_take_is_read(void **state)
{
    const Provider *provider =
        read_good(*state, "LIBRARY=x\nCLASS=X\nMEMORY=64M\nPROCESSES=20\nDESCRIPTORS=100\n"
                          "CPUTIME=1min\nNEWPRIVILEGES=Yes\n");

    assert_int_equal(provider->limits.memory, 64 << 20);
    assert_int_equal(provider->limits.processes, 20);
    assert_int_equal(provider->limits.descriptors, 100);
    assert_int_equal(provider->limits.cpu_time, 60000);
    assert_true(provider->new_privileges);
    assert_false(read_good(*state, "LIBRARY=x\nCLASS=X\nNEWPRIVILEGES=no\n")->new_privileges);
}

static void inproc_is_hosted_like_any_other_and_remembered(void **state)
{
    const Provider *provider = read_good(*state, "LIBRARY=x\nHOSTING=@inproc@\nCLASS=X\n");

    assert_true(provider->inproc);
    assert_int_equal(provider->classes[0].hosting, HOSTING_REQUESTOR);
    assert_false(provider->classes[0].user.known);
}

static void a_user_that_hosts_is_looked_up_when_it_is_read(void **state)
{
    const struct passwd *self = getpwuid(geteuid());
    char text[256];

    if (self == NULL)
        skip();
    snprintf(text, sizeof(text), "LIBRARY=x\nHOSTING=%s\nCLASS=X\n", self->pw_name);
    const Provider *provider = read_good(*state, text);
    assert_int_equal(provider->classes[0].hosting, HOSTING_USER);
    assert_true(provider->classes[0].user.known);
    assert_int_equal(provider->classes[0].user.uid, geteuid());
    assert_true(provider->classes[0].user.group_count >= 1);
    for (size_t i = 1; i < provider->classes[0].user.group_count; i++)
        assert_true(provider->classes[0].user.groups[i - 1] < provider->classes[0].user.groups[i]);
}

static void the_last_hosting_holds(void **state)
{
    const struct passwd *self = getpwuid(geteuid());
    char text[256];

    if (self == NULL)
        skip();
    snprintf(text, sizeof(text), "LIBRARY=x\nHOSTING=%s\nHOSTING=@requestor@\nCLASS=X\n",
             self->pw_name);
    const Provider *provider = read_good(*state, text);
    assert_int_equal(provider->classes[0].hosting, HOSTING_REQUESTOR);
    assert_false(provider->classes[0].user.known);
}

static void each_mistake_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text;
        unsigned line;
        const char *part;
    } cases[] = {
        {"LIBRARY=x\nCLASS=X\nFOO=1\n", 3, "unknown key 'FOO'"},
        {"library=x\n", 1, "unknown key 'library'"},
        {"PREEXEC=/bin/true\n", 1, "PREEXEC is not supported"},
        {"\nINTERPRETER=/bin/sh\n", 2, "INTERPRETER is not supported"},
        {"\n\nSTARTUP=/bin/sh\n", 3, "STARTUP is not supported"},
        {"LIBRARY=\n", 1, "LIBRARY names no library"},
        {"LIBRARY=lib/x.so\n", 1, "begins with /"},
        {"LIBRARY=../x.so\n", 1, "begins with /"},
        {"HOSTING=@nobody@\n", 1, "unknown hosting '@nobody@'"},
        {"HOSTING=@requestor-shell@\n", 1, "unknown hosting '@requestor-shell@'"},
        {"HOSTING=\n", 1, "unknown hosting ''"},
        {"HOSTING=there-is-no-such-user\n", 1, "there is no user 'there-is-no-such-user'"},
        {"CLASS=\n", 1, "'' is no class name"},
        {"CLASS=1X\n", 1, "'1X' is no class name"},
        {"CLASS=X-Y\n", 1, "'X-Y' is no class name"},
        {"CLASS=X Y\n", 1, "'X Y' is no class name"},
        {"CLASS=X:\n", 1, "'' is no class name"},
        {"CLASS=:X\n", 1, "'' is no class name"},
        {"CLASS=X::Y\n", 1, "'' is no class name"},
        {"CLASS=X:Y.Z\n", 1, "'Y.Z' is no class name"},
        {"CLASS=X{A:,B}\n", 1, "'' is no class name"},
        {"CLASS=X{A,B:C:1}\n", 1, "'1' is no class name"},
        {"CLASS=X{A,B\n", 1, "the ends of an association are {Left,Right}"},
        {"CLASS=X{A,B}C\n", 1, "the ends of an association are {Left,Right}"},
        {"CLASS={A,B}\n", 1, "'' is no class name"},
        {"CALLS=both\n", 1, "CALLS is serial or parallel"},
        {"OPERATIONS=0\n", 1, "OPERATIONS must be 1 to 100000"},
        {"OPERATIONS=x\n", 1, "and is 'x'"},
        {"GRACE=0\n", 1, "GRACE must be a time from 1 ms"},
        {"GRACE=25h\n", 1, "GRACE must be a time"},
        {"IDLE=soon\n", 1, "IDLE must be a time from 0 ms"},
        {"TIMEOUT=-1\n", 1, "TIMEOUT must be a time"},
        {"MAXTIMEOUT=x\n", 1, "MAXTIMEOUT must be a time"},
        {"MEMORY=much\n", 1, "MEMORY must be a number of bytes"},
        {"PROCESSES=-1\n", 1, "PROCESSES must be 0 (no limit) to 4194304, and is '-1'"},
        {"DESCRIPTORS=63\n", 1, "DESCRIPTORS must be 64 to 1048576, and is '63'"},
        {"CPUTIME=x\n", 1, "CPUTIME must be a time from 0 ms"},
        {"NEWPRIVILEGES=some\n", 1, "NEWPRIVILEGES is yes or no, and not 'some'"},
        {"LIBRARY=x\nCLASS=X\nHOSTING=@requestor@\n", 0, "HOSTING stands behind all classes"},
        {"CLASS=X{AB}\n", 1, "the ends of an association are {Left,Right}"},
        {"CLASS=X{A}B,C\n", 1, "the ends of an association are {Left,Right}"},
        {"just words\n", 1, "KEY=VALUE"},
        {"CLASS=X\n", 0, "LIBRARY is missing"},
        {"LIBRARY=x\n", 0, "CLASS is missing"},
        {"", 0, "LIBRARY is missing"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        expect_refused(*state, cases[i].text, cases[i].line, cases[i].part);
}

static void a_class_name_is_at_most_256_bytes(void **state)
{
    char text[600], name[258];

    memset(name, 'x', sizeof(name));
    name[257] = '\0';
    snprintf(text, sizeof(text), "LIBRARY=x\nCLASS=%s\n", name);
    expect_refused(*state, text, 2, "is no class name");
    name[256] = '\0';
    snprintf(text, sizeof(text), "LIBRARY=x\nCLASS=%s\n", name);
    assert_string_equal(read_good(*state, text)->classes[0].name, name);
}

/* @before, then @count pieces in which %zu is a number. */
static const char *repeat(const char *before, size_t count, const char *piece)
{
    static char text[1 << 17];
    size_t used = (size_t)snprintf(text, sizeof(text), "%s", before);

    for (size_t i = 0; i < count && used < sizeof(text); i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%zu", piece, i);
    assert_true(used < sizeof(text));
    return text;
}

static void classes_and_their_bases_are_counted(void **state)
{
    read_good(*state, repeat("LIBRARY=x", 4096, "\nCLASS=X"));
    expect_refused(*state, repeat("LIBRARY=x", 4097, "\nCLASS=X"), 4098, "more than 4096 classes");
    read_good(*state, repeat("LIBRARY=x\nCLASS=X", 64, ":B"));
    expect_refused(*state, repeat("LIBRARY=x\nCLASS=X", 65, ":B"), 2,
                   "class 'X' has more than 64 bases");
}

static void a_library_that_no_frame_could_carry_is_refused(void **state)
{
    static char text[5000];

    snprintf(text, sizeof(text), "LIBRARY=%04080d\n", 7);
    expect_refused(*state, text, 1, "longer than 4096 bytes");
}

static void a_registration_that_cannot_be_opened_is_told(void **state)
{
    World *world = *state;

    assert_int_equal(provider_read("/nonexistent/a.reg", "root", &world->config, &world->provider,
                                   &world->error),
                     -EINVAL);
    assert_string_equal(world->error.file, "/nonexistent/a.reg");
    assert_int_equal(world->error.line, 0);
    assert_non_null(strstr(world->error.message, "cannot open '/nonexistent/a.reg'"));
    assert_int_equal(
        provider_read(world->folder, "root", &world->config, &world->provider, &world->error),
        -EINVAL);
    assert_non_null(strstr(world->error.message, world->folder));
}

static void the_name_is_that_of_the_file(void **state)
{
    World *world = *state;

    unlink(world->file);
    snprintf(world->file, sizeof(world->file), "%s/a.b.reg", world->folder);
    assert_string_equal(read_good(world, "LIBRARY=x\nCLASS=X\n")->name, "a.b");
}

static void registrations_are_equal_if_they_say_the_same(void **state)
{
    static const char *const others[] = {
        "LIBRARY=y\nCLASS=X:Y\n",
        "LIBRARY=x\nCLASS=X\n",
        "LIBRARY=x\nCLASS=X:Z\n",
        "LIBRARY=x\nCLASS=X:Y\nCLASS=Z\n",
        "LIBRARY=x\nCLASS=Z:Y\n",
        "LIBRARY=x\nHOSTING=@inproc@\nCLASS=X:Y\n",
        "LIBRARY=x\nCLASS=X:Y\nCALLS=parallel\n",
        "LIBRARY=x\nCLASS=X:Y\nOPERATIONS=1\n",
        "LIBRARY=x\nCLASS=X:Y\nGRACE=1ms\n",
        "LIBRARY=x\nCLASS=X:Y\nIDLE=1ms\n",
        "LIBRARY=x\nCLASS=X:Y\nTIMEOUT=1ms\n",
        "LIBRARY=x\nCLASS=X:Y\nMAXTIMEOUT=1ms\n",
        "LIBRARY=x\nCLASS=X:Y\nMEMORY=3M\n",
        "LIBRARY=x\nCLASS=X:Y\nPROCESSES=7\n",
        "LIBRARY=x\nCLASS=X:Y\nDESCRIPTORS=77\n",
        "LIBRARY=x\nCLASS=X:Y\nCPUTIME=7h\n",
        "LIBRARY=x\nCLASS=X:Y\nNEWPRIVILEGES=yes\n",
        "LIBRARY=x\nEXTRACLASS=X:Y\n",
    };
    World *world = *state;
    Provider *first;

    read_good(world, "LIBRARY=x\nCLASS=X:Y\n");
    first = provider_ref(world->provider);
    assert_true(provider_equals(first, read_good(world, "# other words\nCLASS=X:Y\nLIBRARY=x\n")));
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        if (provider_equals(first, read_good(world, others[i])))
            fail_msg("taken for equal: %s", others[i]);
    provider_unref(first);
}

static void the_ends_of_an_association_belong_to_it(void **state)
{
    static const char *const others[] = {"LIBRARY=x\nCLASS=X\n", "LIBRARY=x\nCLASS=X{A,C}\n",
                                         "LIBRARY=x\nCLASS=X{C,B}\n"};
    World *world = *state;
    Provider *first;

    read_good(world, "LIBRARY=x\nCLASS=X{A,B}\n");
    first = provider_ref(world->provider);
    assert_true(provider_equals(first, read_good(world, "LIBRARY=x\nCLASS=X{A,B}\n")));
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        if (provider_equals(first, read_good(world, others[i])))
            fail_msg("taken for equal: %s", others[i]);
    provider_unref(first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_registration_of_omi_is_read),
        TEST(what_omis_generator_writes_beside_is_taken),
        TEST(what_it_does_not_say_comes_from_the_configuration),
        TEST(keys_of_our_own_are_read),
        TEST(what_an_agent_may_take_is_read),
        TEST(inproc_is_hosted_like_any_other_and_remembered),
        TEST(a_user_that_hosts_is_looked_up_when_it_is_read),
        TEST(the_last_hosting_holds),
        TEST(each_mistake_is_told_with_its_line),
        TEST(a_class_name_is_at_most_256_bytes),
        TEST(classes_and_their_bases_are_counted),
        TEST(a_library_that_no_frame_could_carry_is_refused),
        TEST(a_registration_that_cannot_be_opened_is_told),
        TEST(the_name_is_that_of_the_file),
        TEST(registrations_are_equal_if_they_say_the_same),
        TEST(the_ends_of_an_association_belong_to_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
