/*
 * The registry: which provider has which class, and what a second reading changes.
 */
#include "server/registry.h"

#include "tests/support/cmocka.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define MAX_RETIRED 16

typedef struct World {
    Config config;
    Registry registry;
    char folder[SCRATCH_PATH];
    char retired[MAX_RETIRED][64]; /* "NAME removed", "NAME changed" */
    size_t retired_count;
} World;

/* A file or folder below the world's folder. */
static const char *path_of(const World *world, const char *name)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s", world->folder, name);
    return path;
}

static void put_folder(const World *world, const char *name)
{
    assert_int_equal(mkdir(path_of(world, name), 0755), 0);
}

static void put_file(const World *world, const char *name, const char *text)
{
    FILE *stream = fopen(path_of(world, name), "w");

    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

static void take_away(const World *world, const char *name)
{
    assert_int_equal(remove(path_of(world, name)), 0);
}

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    assert_int_equal(config_init(&world->config), 0);
    scratch_make(world->folder);
    world->config.registrations[0] = strdup(world->folder);
    assert_non_null(world->config.registrations[0]);
    world->config.registration_count = 1;
    registry_init(&world->registry);
    put_folder(world, "root-cimv2");
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    World *world = *state;

    registry_deinit(&world->registry);
    config_deinit(&world->config);
    scratch_remove(world->folder);
    free(world);
    return 0;
}

static void on_retired(void *data, Provider *provider, bool removed)
{
    World *world = data;

    if (world->retired_count < MAX_RETIRED)
        snprintf(world->retired[world->retired_count++], sizeof(world->retired[0]), "%s %s%s",
                 provider->name, removed ? "removed" : "changed",
                 provider->retired ? "" : " unmarked");
}

static void load(World *world)
{
    world->retired_count = 0;
    assert_int_equal(registry_load(&world->registry, &world->config, on_retired, world), 0);
}

/* What a client would be told of a class. */
typedef enum Answer {
    FOUND,
    NO_CLASS,
    NO_NAMESPACE,
} Answer;

static Provider *find(const World *world, const char *name_space, const char *class_name)
{
    ClassEntry *entry = class_table_find(&world->registry.classes, name_space, class_name);

    return entry == NULL ? NULL : entry->provider;
}

static Answer answer_for(const World *world, const char *name_space, const char *class_name)
{
    if (find(world, name_space, class_name) != NULL)
        return FOUND;
    return registry_has_name_space(&world->registry, name_space) ? NO_CLASS : NO_NAMESPACE;
}

static void expect_error(const World *world, size_t index, const char *file, unsigned line,
                         const char *part)
{
    const KeyValueError *error = &world->registry.errors[index];

    assert_true(index < world->registry.error_count);
    assert_string_equal(error->file, path_of(world, file));
    assert_int_equal(error->line, line);
    if (strstr(error->message, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, error->message);
}

static void a_folder_is_a_namespace(void **state)
{
    World *world = *state;

    put_file(world, "root-cimv2/dogs.reg", "LIBRARY=dogs\nCLASS=X_Dog\n");
    put_folder(world, "root-a-b");
    put_file(world, "root-a-b/cats.reg", "LIBRARY=cats\nCLASS=X_Cat\n");
    load(world);
    assert_int_equal(world->registry.error_count, 0);
    assert_int_equal(world->registry.provider_count, 2);
    assert_string_equal(find(world, "root/cimv2", "X_Dog")->name, "dogs");
    assert_string_equal(find(world, "root/a/b", "X_Cat")->name, "cats");
    assert_int_equal(answer_for(world, "root/cimv2", "X_Cat"), NO_CLASS);
    assert_int_equal(answer_for(world, "root/b", "X_Cat"), NO_NAMESPACE);
}

static void a_namespace_may_be_empty(void **state)
{
    World *world = *state;

    load(world);
    assert_int_equal(answer_for(world, "root/cimv2", "X"), NO_CLASS);
}

static void names_are_found_in_any_case(void **state)
{
    World *world = *state;

    put_file(world, "root-cimv2/dogs.reg", "LIBRARY=dogs\nCLASS=X_Dog\n");
    load(world);
    assert_non_null(find(world, "ROOT/CIMV2", "x_dog"));
    assert_non_null(find(world, "Root/Cimv2", "X_DOG"));
    assert_int_equal(answer_for(world, "ROOT/cimV2", "x_cat"), NO_CLASS);
}

static void the_longest_names_are_told_apart(void **state)
{
    World *world = *state;
    char text[600], name[257], name_space[257];

    memset(name, 'x', 256);
    name[256] = '\0';
    snprintf(text, sizeof(text), "LIBRARY=dogs\nCLASS=%s\n", name);
    put_file(world, "root-cimv2/dogs.reg", text);
    load(world);
    assert_non_null(find(world, "root/cimv2", name));
    name[255] = 'y';
    assert_null(find(world, "root/cimv2", name));
    memset(name_space, 'n', 256);
    name_space[256] = '\0';
    assert_null(find(world, name_space, name));
}

static void a_mistake_harms_no_other_registration(void **state)
{
    World *world = *state;

    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_A\n");
    put_file(world, "root-cimv2/b.reg", "LIBRARY=b\nFOO=1\nCLASS=X_B\n");
    put_file(world, "root-cimv2/c.reg", "LIBRARY=c\nCLASS=X_C\n");
    load(world);
    assert_int_equal(world->registry.provider_count, 2);
    assert_int_equal(world->registry.error_count, 1);
    expect_error(world, 0, "root-cimv2/b.reg", 2, "unknown key 'FOO'");
    assert_non_null(find(world, "root/cimv2", "X_A"));
    assert_null(find(world, "root/cimv2", "X_B"));
    assert_non_null(find(world, "root/cimv2", "X_C"));
}

static void a_class_belongs_to_the_first_that_registers_it(void **state)
{
    World *world = *state;

    put_file(world, "root-cimv2/b.reg", "LIBRARY=b\nCLASS=x_dog\nCLASS=X_Cat\n");
    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_Dog\n");
    load(world);
    assert_string_equal(find(world, "root/cimv2", "X_Dog")->name, "a");
    assert_string_equal(find(world, "root/cimv2", "X_Cat")->name, "b");
    assert_int_equal(world->registry.error_count, 1);
    expect_error(world, 0, "root-cimv2/b.reg", 2, "class 'x_dog' of root/cimv2 is registered by");
    assert_non_null(strstr(world->registry.errors[0].message, "a.reg"));
}

static void a_mistake_is_named_with_the_line_that_it_has_now(void **state)
{
    World *world = *state;

    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_Dog\n");
    put_file(world, "root-cimv2/b.reg", "LIBRARY=b\nCLASS=X_Dog\n");
    load(world);
    expect_error(world, 0, "root-cimv2/b.reg", 2, "class 'X_Dog' of root/cimv2 is registered by");
    put_file(world, "root-cimv2/b.reg",
             "# A comment, so that nothing else changes.\nLIBRARY=b\nCLASS=X_Dog\n");
    load(world);
    expect_error(world, 0, "root-cimv2/b.reg", 3, "class 'X_Dog' of root/cimv2 is registered by");
    put_file(world, "root-cimv2/b.reg", "LIBRARY\n");
    load(world);
    assert_int_equal(world->registry.error_count, 2);
    expect_error(world, 0, "root-cimv2/b.reg", 1, "'LIBRARY' is no setting");
    expect_error(world, 1, "root-cimv2/b.reg", 0, "class 'X_Dog' of root/cimv2 is registered by");
}

static void the_same_class_in_two_namespaces_is_two_classes(void **state)
{
    World *world = *state;

    put_folder(world, "root-other");
    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_Dog\n");
    put_file(world, "root-other/b.reg", "LIBRARY=b\nCLASS=X_Dog\n");
    load(world);
    assert_int_equal(world->registry.error_count, 0);
    assert_string_equal(find(world, "root/cimv2", "X_Dog")->name, "a");
    assert_string_equal(find(world, "root/other", "X_Dog")->name, "b");
}

static void only_visible_reg_files_are_registrations(void **state)
{
    World *world = *state;

    put_file(world, "root-cimv2/a.reg.bak", "nonsense");
    put_file(world, "root-cimv2/.reg", "nonsense");
    put_file(world, "root-cimv2/.hidden.reg", "nonsense");
    put_file(world, "root-cimv2/README", "nonsense");
    put_file(world, "notes.txt", "nonsense");
    put_file(world, "README", "nonsense");
    load(world);
    assert_int_equal(world->registry.error_count, 0);
    assert_int_equal(world->registry.provider_count, 0);
    assert_int_equal(answer_for(world, "README", "X"), NO_NAMESPACE);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    World *world = *state;

    free(world->config.registrations[0]);
    world->config.registrations[0] = strdup("/nonexistent/register");
    load(world);
    assert_int_equal(world->registry.error_count, 1);
    assert_string_equal(world->registry.errors[0].file, "/nonexistent/register");
}

static void several_folders_add_up(void **state)
{
    World *world = *state;

    put_folder(world, "root-cimv2/more");
    put_folder(world, "root-cimv2/more/root-cimv2");
    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_A\n");
    put_file(world, "root-cimv2/more/root-cimv2/b.reg", "LIBRARY=b\nCLASS=X_B\n");
    world->config.registrations[1] = strdup(path_of(world, "root-cimv2/more"));
    world->config.registration_count = 2;
    load(world);
    assert_int_equal(world->registry.error_count, 0);
    assert_non_null(find(world, "root/cimv2", "X_A"));
    assert_non_null(find(world, "root/cimv2", "X_B"));
}

static void reading_again_keeps_what_did_not_change(void **state)
{
    World *world = *state;
    Provider *before;

    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_A\n");
    load(world);
    before = find(world, "root/cimv2", "X_A");
    put_file(world, "root-cimv2/a.reg", "# with a comment\nLIBRARY=a\nCLASS=X_A\n");
    put_file(world, "root-cimv2/b.reg", "LIBRARY=b\nCLASS=X_B\n");
    load(world);
    assert_ptr_equal(find(world, "root/cimv2", "X_A"), before);
    assert_non_null(find(world, "root/cimv2", "X_B"));
    assert_int_equal(world->retired_count, 0);
    assert_false(before->retired);
}

static void a_registration_that_changed_retires_the_old_one(void **state)
{
    World *world = *state;
    Provider *before;

    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_A\n");
    load(world);
    before = provider_ref(find(world, "root/cimv2", "X_A"));
    put_file(world, "root-cimv2/a.reg", "LIBRARY=b\nCLASS=X_A\n");
    load(world);
    assert_int_equal(world->retired_count, 1);
    assert_string_equal(world->retired[0], "a changed");
    assert_ptr_not_equal(find(world, "root/cimv2", "X_A"), before);
    assert_string_equal(before->classes[0].name, "X_A"); /* who holds it can go on */
    provider_unref(before);
}

static void a_registration_that_is_gone_retires_its_provider(void **state)
{
    World *world = *state;

    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_A\n");
    put_file(world, "root-cimv2/b.reg", "LIBRARY=b\nCLASS=X_B\n");
    load(world);
    take_away(world, "root-cimv2/a.reg");
    load(world);
    assert_int_equal(world->retired_count, 1);
    assert_string_equal(world->retired[0], "a removed");
    assert_null(find(world, "root/cimv2", "X_A"));
    assert_non_null(find(world, "root/cimv2", "X_B"));
}

static void a_mistake_in_a_new_version_keeps_the_old_one_in_force(void **state)
{
    World *world = *state;
    Provider *before;

    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_A\n");
    load(world);
    before = find(world, "root/cimv2", "X_A");
    put_file(world, "root-cimv2/a.reg", "LIBRARY=b\nCLASS=1\n");
    load(world);
    assert_int_equal(world->registry.error_count, 1);
    expect_error(world, 0, "root-cimv2/a.reg", 2, "'1' is no class name");
    assert_ptr_equal(find(world, "root/cimv2", "X_A"), before);
    assert_int_equal(world->retired_count, 0);
    put_file(world, "root-cimv2/a.reg", "LIBRARY=b\nCLASS=X_A\n");
    load(world);
    assert_int_equal(world->registry.error_count, 0);
    assert_string_equal(world->retired[0], "a changed");
}

/* As when a daemon has all the connections that it can have. */
static void without_descriptors_everything_stays_in_force(void **state)
{
    World *world = *state;
    struct rlimit before, none;
    Provider *provider;

    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_A\n");
    load(world);
    provider = find(world, "root/cimv2", "X_A");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    int r = registry_load(&world->registry, &world->config, on_retired, world);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(r, 0);
    assert_int_equal(world->registry.error_count, 1);
    assert_ptr_equal(find(world, "root/cimv2", "X_A"), provider);
    assert_int_equal(world->retired_count, 0);
}

static void a_class_moves_to_the_registration_that_is_left(void **state)
{
    World *world = *state;

    put_file(world, "root-cimv2/a.reg", "LIBRARY=a\nCLASS=X_A\n");
    put_file(world, "root-cimv2/b.reg", "LIBRARY=b\nCLASS=X_A\n");
    load(world);
    assert_string_equal(find(world, "root/cimv2", "X_A")->name, "a");
    take_away(world, "root-cimv2/a.reg");
    load(world);
    assert_string_equal(find(world, "root/cimv2", "X_A")->name, "b");
    assert_int_equal(world->registry.error_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_folder_is_a_namespace),
        TEST(a_namespace_may_be_empty),
        TEST(names_are_found_in_any_case),
        TEST(the_longest_names_are_told_apart),
        TEST(a_mistake_harms_no_other_registration),
        TEST(a_class_belongs_to_the_first_that_registers_it),
        TEST(a_mistake_is_named_with_the_line_that_it_has_now),
        TEST(the_same_class_in_two_namespaces_is_two_classes),
        TEST(only_visible_reg_files_are_registrations),
        TEST(a_folder_that_is_not_there_is_told),
        TEST(several_folders_add_up),
        TEST(reading_again_keeps_what_did_not_change),
        TEST(a_registration_that_changed_retires_the_old_one),
        TEST(a_registration_that_is_gone_retires_its_provider),
        TEST(a_mistake_in_a_new_version_keeps_the_old_one_in_force),
        TEST(without_descriptors_everything_stays_in_force),
        TEST(a_class_moves_to_the_registration_that_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
