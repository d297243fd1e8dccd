/*
 * The policy: what a rule may be, and what the rules mean for a client.
 */
#include "server/access.h"
#include "server/policy.h"

#include "base/macros.h"
#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALICE 64321
#define STAFF 64322
#define OTHER 64323

typedef struct World {
    Policy policy;
    KeyValueError error;
    Identity alice;
    gid_t groups[2];
    Access access;
    ProviderClass own, other; /* hosted as whoever asks, and as OTHER */
    MethodParams params;
    Plan plan;
} World;

static int world_setup(void **state)
{
    World *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    world->groups[0] = STAFF;
    world->groups[1] = STAFF + 10;
    world->alice = (Identity){
        .known = true, .uid = ALICE, .gid = ALICE, .groups = world->groups, .group_count = 2};
    world->policy.allow_requestor = true;
    world->own.hosting = HOSTING_REQUESTOR;
    world->other.hosting = HOSTING_USER;
    world->other.user = (Identity){.known = true, .uid = OTHER, .gid = OTHER};
    strcpy(world->params.name_space, "root/cimv2");
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    World *world = *state;

    access_deinit(&world->access);
    policy_deinit(&world->policy);
    free(world);
    return 0;
}

static int add(World *world, const char *rule)
{
    KeyValue entry = {.file = "conf", .line = 7, .key = "allow", .value = rule};

    return policy_add_rule(&world->policy, &entry, &world->error);
}

static void allow(World *world, const char *rule)
{
    if (add(world, rule) < 0)
        fail_msg("'%s': %s", rule, world->error.message);
}

static void expect_message(const World *world, const char *part)
{
    if (strstr(world->error.message, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, world->error.message);
}

static Method method_of(const char *name)
{
    const Method *method = method_find(span_of(name));

    assert_non_null(method);
    return *method;
}

/* As whom Alice is given @class_name with @method_name of it. */
static TargetAccess ask_method(World *world, const char *method, const char *class_name,
                               const ProviderClass *class, const char *method_name)
{
    Method asked = method_of(method);
    static char names[32][32]; /* the class table's: one address for each class */
    size_t i = 0;

    while (*names[i] != '\0' && strcmp(names[i], class_name) != 0)
        i++;
    strcpy(names[i], class_name);
    strcpy(world->params.method, method_name);
    world->plan.targets = world->plan.first;
    world->plan.count = 1;
    world->plan.first[0] = (Target){NULL, class, names[i], TARGET_UNJUDGED};
    if (world->access.identity == NULL)
        assert_int_equal(access_init(&world->access, &world->policy, &world->alice), 0);
    int r = access_judge(&world->access, &world->plan, &asked, &world->params);
    assert_int_equal(r, world->plan.first[0].access == TARGET_REFUSED ? -EINVAL : 0);
    return world->plan.first[0].access;
}

static TargetAccess ask(World *world, const char *method, const char *class_name,
                        const ProviderClass *class)
{
    return ask_method(world, method, class_name, class, "");
}

/* Rules. */

static void a_rule_names_who_what_and_where(void **state)
{
    World *world = *state;
    const PolicyRule *rule;

    allow(world, "user:1000  read,invoke\troot/cimv2:Linux_*");
    rule = &world->policy.rules[0];
    assert_int_equal(rule->who.kind, WHO_USER);
    assert_int_equal(rule->who.id, 1000);
    assert_int_equal(rule->operations, POLICY_READ | POLICY_INVOKE);
    assert_true(policy_matches(&rule->name_space, "ROOT/CIMV2"));
    assert_false(policy_matches(&rule->name_space, "root/cimv2/x"));
    assert_true(policy_matches(&rule->class_name, "linux_Process"));
    assert_false(policy_matches(&rule->class_name, "Linux"));
    assert_true(policy_matches(&rule->method, "Anything"));
}

static void a_rule_without_a_class_is_about_all_of_the_namespace(void **state)
{
    World *world = *state;

    allow(world, "* * root/*");
    assert_int_equal(world->policy.rules[0].operations, POLICY_OPERATIONS);
    assert_true(policy_matches(&world->policy.rules[0].name_space, "root/a/b"));
    assert_false(policy_matches(&world->policy.rules[0].name_space, "root"));
    assert_true(policy_matches(&world->policy.rules[0].class_name, "X"));
}

static void names_of_users_and_groups_are_looked_up(void **state)
{
    World *world = *state;

    allow(world, "user:root read root/cimv2");
    assert_int_equal(world->policy.rules[0].who.id, 0);
    allow(world, "group:root read root/cimv2");
    assert_int_equal(world->policy.rules[1].who.kind, WHO_GROUP);
    assert_int_equal(world->policy.rules[1].who.id, 0);
}

static void a_mistake_in_a_rule_is_named(void **state)
{
    static const struct {
        const char *rule, *says;
    } bad[] = {
        {"", "'allow' is WHO OPERATIONS NAMESPACE"},
        {"user:1000", "'allow' is WHO OPERATIONS NAMESPACE"},
        {"user:1000 read", "'allow' is WHO OPERATIONS NAMESPACE"},
        {"user:1000 read root more", "'allow' is WHO OPERATIONS NAMESPACE"},
        {"alice read root", "'alice' is nobody: write user:NAME"},
        {"user: read root", "'user:' is nobody"},
        {"user:no-such-user-here read root", "there is no user 'no-such-user-here'"},
        {"group:no-such-group-here read root", "there is no group 'no-such-group-here'"},
        {"user:4294967295 read root", "there is no user"},
        {"* look root", "'look' is no kind of operation: there are read"},
        {"* read,,write root", "'' is no kind of operation"},
        {"* read root/c*v2", "'root/c*v2' is no name of a namespace"},
        {"* read :X", "the namespace is empty"},
        {"* read root:", "the class is empty"},
        {"* read root:X-Y", "'X-Y' is no name of a class"},
        {"* invoke root:X.", "the method is empty"},
        {"* read root:X.Run", "a method is invoked and nothing else"},
        {"* * root:X.Run", "a method is invoked and nothing else"},
    };
    World *world = *state;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(add(world, bad[i].rule), -EINVAL);
        expect_message(world, bad[i].says);
        assert_string_equal(world->error.file, "conf");
        assert_int_equal(world->error.line, 7);
    }
    assert_int_equal(world->policy.rule_count, 0);
}

/* What they mean. */

static void what_runs_as_the_client_is_allowed_without_a_rule(void **state)
{
    World *world = *state;

    assert_int_equal(ask(world, "mi/getInstance", "X", &world->own), TARGET_AS_REQUESTOR);
    assert_int_equal(ask(world, "mi/deleteInstance", "X", &world->own), TARGET_AS_REQUESTOR);
    assert_int_equal(ask_method(world, "mi/invoke", "X", &world->own, "Run"), TARGET_AS_REQUESTOR);
    assert_int_equal(ask(world, "mi/getInstance", "Y", NULL), TARGET_AS_REQUESTOR);
}

static void what_runs_as_somebody_else_takes_a_rule(void **state)
{
    World *world = *state;

    allow(world, "user:64321 read root/cimv2:Good*");
    assert_int_equal(ask(world, "mi/getInstance", "Good_1", &world->other), TARGET_AS_USER);
    assert_int_equal(ask(world, "mi/enumerateInstances", "Good_1", &world->other), TARGET_AS_USER);
    assert_int_equal(ask(world, "mi/modifyInstance", "Good_1", &world->other), TARGET_REFUSED);
    assert_int_equal(ask(world, "mi/getInstance", "Bad_1", &world->other), TARGET_REFUSED);
    assert_int_equal(world->plan.result, MI_RESULT_ACCESS_DENIED);
    assert_non_null(strstr(world->plan.why, "uid 64321 may not read Bad_1 in root/cimv2, which is "
                                            "hosted as uid 64323"));
    assert_non_null(strstr(world->plan.why, "'allow = user:64321 read root/cimv2:Bad_1'"));
}

static void the_rule_that_a_refusal_names_is_one(void **state)
{
    World *world = *state;
    char rule[256];
    const char *begin;

    assert_int_equal(ask_method(world, "mi/invoke", "X", &world->other, "Run"), TARGET_REFUSED);
    begin = strstr(world->plan.why, "'allow = ");
    assert_non_null(begin);
    assert_int_equal(sscanf(begin, "'allow = %255[^']'", rule), 1);
    allow(world, rule);
    access_deinit(&world->access);
    assert_int_equal(ask_method(world, "mi/invoke", "X", &world->other, "Run"), TARGET_AS_USER);
    assert_int_equal(ask_method(world, "mi/invoke", "X", &world->other, "Stop"), TARGET_REFUSED);
}

static void a_rule_can_be_about_some_methods(void **state)
{
    World *world = *state;

    allow(world, "* invoke root/cimv2:X.Start*");
    assert_int_equal(ask_method(world, "mi/invoke", "X", &world->other, "StartNow"),
                     TARGET_AS_USER);
    assert_int_equal(ask_method(world, "mi/invoke", "X", &world->other, "Stop"), TARGET_REFUSED);
    assert_int_equal(ask(world, "mi/getInstance", "X", &world->other), TARGET_REFUSED);
}

static void what_else_is_allowed_on_a_class_adds_no_method(void **state)
{
    World *world = *state;

    allow(world, "* read,write root/cimv2:X");
    allow(world, "* invoke root/cimv2:X.Start");
    assert_int_equal(ask_method(world, "mi/invoke", "X", &world->other, "Start"), TARGET_AS_USER);
    assert_int_equal(ask_method(world, "mi/invoke", "X", &world->other, "Stop"), TARGET_REFUSED);
    assert_int_equal(ask(world, "mi/getInstance", "X", &world->other), TARGET_AS_USER);
}

static void rules_are_for_groups_too(void **state)
{
    World *world = *state;

    allow(world, "group:64332 read root/cimv2:A");
    allow(world, "group:64321 read root/cimv2:B");
    allow(world, "group:64999 read root/cimv2:C");
    assert_int_equal(ask(world, "mi/getInstance", "A", &world->other), TARGET_AS_USER);
    assert_int_equal(ask(world, "mi/getInstance", "B", &world->other), TARGET_AS_USER);
    assert_int_equal(ask(world, "mi/getInstance", "C", &world->other), TARGET_REFUSED);
}

static void rules_add_up_in_any_order(void **state)
{
    World *world = *state;

    allow(world, "user:64321 write root/cimv2:X");
    allow(world, "* read root/*");
    assert_int_equal(ask(world, "mi/getInstance", "X", &world->other), TARGET_AS_USER);
    assert_int_equal(ask(world, "mi/createInstance", "X", &world->other), TARGET_AS_USER);
    assert_int_equal(ask(world, "mi/getInstance", "Y", &world->other), TARGET_AS_USER);
    assert_int_equal(ask(world, "mi/createInstance", "Y", &world->other), TARGET_REFUSED);
}

static void more_classes_than_are_remembered_are_judged_alike(void **state)
{
    static const char *const names[] = {"A", "B", "C", "D", "E"};
    World *world = *state;

    allow(world, "* read root/cimv2:A");
    allow(world, "* read root/cimv2:C");
    allow(world, "* write root/cimv2:E");
    for (unsigned round = 0; round < 3; round++)
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
            assert_int_equal(ask(world, "mi/getInstance", names[i], &world->other),
                             i == 0 || i == 2 ? TARGET_AS_USER : TARGET_REFUSED);
}

static void without_allow_requestor_everything_takes_a_rule(void **state)
{
    World *world = *state;

    world->policy.allow_requestor = false;
    allow(world, "user:64321 read root/cimv2:X");
    assert_int_equal(ask(world, "mi/getInstance", "X", &world->own), TARGET_AS_REQUESTOR);
    assert_int_equal(ask(world, "mi/getInstance", "Y", &world->own), TARGET_REFUSED);
    assert_non_null(strstr(world->plan.why, "'allowRequestor' is off"));
    assert_int_equal(ask(world, "mi/getClass", "Y", &world->own), TARGET_REFUSED);
}

static void whoever_could_be_the_hosted_user_anyway_needs_no_rule(void **state)
{
    World *world = *state;
    gid_t one[] = {STAFF};

    world->other.user =
        (Identity){.known = true, .uid = ALICE, .gid = ALICE, .groups = one, .group_count = 1};
    assert_int_equal(ask(world, "mi/getInstance", "X", &world->other), TARGET_AS_USER);
    one[0] = STAFF + 1; /* a group that she has dropped, or never had */
    assert_int_equal(ask(world, "mi/getInstance", "X", &world->other), TARGET_REFUSED);
    one[0] = STAFF;
    world->other.user.gid = STAFF + 1;
    assert_int_equal(ask(world, "mi/getInstance", "X", &world->other), TARGET_REFUSED);
}

static void declarations_are_read_as_the_client_where_no_rule_says_more(void **state)
{
    World *world = *state;

    assert_int_equal(ask(world, "mi/getClass", "X", &world->other), TARGET_AS_REQUESTOR);
    assert_int_equal(ask(world, "mi/enumerateClasses", "X", &world->other), TARGET_AS_REQUESTOR);
    allow(world, "* read root/cimv2:X");
    access_deinit(&world->access);
    assert_int_equal(ask(world, "mi/getClass", "X", &world->other), TARGET_AS_USER);
}

static void administrators_may_do_all(void **state)
{
    World *world = *state;
    KeyValue entry = {.file = "conf", .key = "administrators", .value = "user:1 group:64322"};

    world->policy.allow_requestor = false;
    assert_int_equal(who_list_add(&world->policy.administrators, &entry, &world->error), 0);
    assert_int_equal(ask(world, "mi/deleteInstance", "X", &world->other), TARGET_AS_USER);
    assert_int_equal(ask(world, "mi/deleteInstance", "X", &world->own), TARGET_AS_REQUESTOR);
    assert_int_equal(world->access.role, ACCESS_ADMINISTRATOR);
}

static void root_and_the_server_itself_are_administrators(void **state)
{
    World *world = *state;
    Identity root = {.known = true}, self = {.known = true, .uid = geteuid()};

    assert_true(policy_is_administrator(&world->policy, &root));
    assert_true(policy_is_administrator(&world->policy, &self));
    assert_false(policy_is_administrator(&world->policy, &world->alice));
}

static void connect_names_who_may_connect(void **state)
{
    World *world = *state;
    KeyValue entry = {.file = "conf", .key = "connect", .value = "user:1 group:64999"};
    KeyValue alice = {.file = "conf", .key = "connect", .value = "group:64322"};
    Identity root = {.known = true};

    assert_true(policy_may_connect(&world->policy, &world->alice));
    assert_int_equal(who_list_add(&world->policy.connect, &entry, &world->error), 0);
    assert_false(policy_may_connect(&world->policy, &world->alice));
    assert_true(policy_may_connect(&world->policy, &root));
    assert_int_equal(who_list_add(&world->policy.connect, &alice, &world->error), 0);
    assert_true(policy_may_connect(&world->policy, &world->alice));
}

static void a_list_that_names_nobody_is_a_mistake(void **state)
{
    World *world = *state;
    KeyValue entry = {.file = "conf", .key = "connect", .value = " "};

    assert_int_equal(who_list_add(&world->policy.connect, &entry, &world->error), -EINVAL);
    expect_message(world, "'connect' names nobody");
}

static void a_part_that_is_refused_leaves_the_others(void **state)
{
    World *world = *state;
    Method method = method_of("mi/enumerateInstances");

    assert_int_equal(access_init(&world->access, &world->policy, &world->alice), 0);
    world->plan.targets = world->plan.first;
    world->plan.count = 2;
    world->plan.first[0] = (Target){NULL, &world->other, "X", TARGET_UNJUDGED};
    world->plan.first[1] = (Target){NULL, &world->own, "Y", TARGET_UNJUDGED};
    assert_int_equal(access_judge(&world->access, &world->plan, &method, &world->params), 0);
    assert_int_equal(world->plan.first[0].access, TARGET_REFUSED);
    assert_int_equal(world->plan.first[1].access, TARGET_AS_REQUESTOR);
    world->plan.count = 0; /* nothing is concerned: nothing is refused */
    assert_int_equal(access_judge(&world->access, &world->plan, &method, &world->params), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_rule_names_who_what_and_where),
        TEST(a_rule_without_a_class_is_about_all_of_the_namespace),
        TEST(names_of_users_and_groups_are_looked_up),
        TEST(a_mistake_in_a_rule_is_named),
        TEST(what_runs_as_the_client_is_allowed_without_a_rule),
        TEST(what_runs_as_somebody_else_takes_a_rule),
        TEST(the_rule_that_a_refusal_names_is_one),
        TEST(a_rule_can_be_about_some_methods),
        TEST(what_else_is_allowed_on_a_class_adds_no_method),
        TEST(rules_are_for_groups_too),
        TEST(rules_add_up_in_any_order),
        TEST(more_classes_than_are_remembered_are_judged_alike),
        TEST(without_allow_requestor_everything_takes_a_rule),
        TEST(whoever_could_be_the_hosted_user_anyway_needs_no_rule),
        TEST(declarations_are_read_as_the_client_where_no_rule_says_more),
        TEST(administrators_may_do_all),
        TEST(root_and_the_server_itself_are_administrators),
        TEST(connect_names_who_may_connect),
        TEST(a_list_that_names_nobody_is_a_mistake),
        TEST(a_part_that_is_refused_leaves_the_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
