/*
 * What a library declares, as `mihost-agent --schema` prints it.
 */
#include "agent/schema.h"

#include "base/macros.h"
#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const MI_ProviderFT functions;

static void run(void *self, MI_Context *context, const MI_Char *name_space, const MI_Char *class,
                const MI_Char *method, const MI_Instance *instance, const MI_Instance *parameters)
{
    (void)self, (void)context, (void)name_space, (void)class;
    (void)method, (void)instance, (void)parameters;
}

static const MI_MethodDecl run_decl = {.name = "Run", .function = run};
static const MI_MethodDecl other_decl = {.name = "Other"};

static const MI_PropertyDecl text_decl = {.name = "Text", .type = MI_STRING};
static const MI_PropertyDecl left_decl = {
    .name = "Left", .type = MI_REFERENCE, .className = "X_Left"};
static const MI_PropertyDecl right_decl = {
    .name = "Right", .type = MI_REFERENCE, .className = "X_Right"};
static const MI_PropertyDecl any_decl = {.name = "Any", .type = MI_REFERENCE};

/* The schema of a library with this one class. 0; or negative, with @fault set. */
static int put(Buffer *to, const MI_ClassDecl *decl, const MI_ProviderFT *table, Fault *fault)
{
    LibraryClass class = {.decl = decl, .functions = table};
    const Library library = {.classes = &class, .class_count = 1};

    return schema_put(to, &library, fault);
}

static void expect(const MI_ClassDecl *decl, const MI_ProviderFT *table, const char *text)
{
    Buffer found CLEANUP(buffer_deinit) = BUFFER_INIT;
    Fault fault;

    assert_int_equal(put(&found, decl, table, &fault), 0);
    buffer_put_char(&found, '\0');
    assert_string_equal(found.data, text);
}

static void a_class_is_told_with_all_that_it_derives_from(void **state)
{
    static const MI_ClassDecl top = {.name = "X_Top"};
    static const MI_ClassDecl middle = {
        .name = "X_Middle", .superClass = "X_Top", .superClassDecl = &top};
    static const MI_ClassDecl bottom = {
        .name = "X_Bottom", .superClass = "X_Middle", .superClassDecl = &middle};

    (void)state;
    expect(&top, &functions, "{\"classes\":[{\"name\":\"X_Top\",\"bases\":[]}]}\n");
    expect(&bottom, &functions,
           "{\"classes\":[{\"name\":\"X_Bottom\",\"bases\":[\"X_Middle\",\"X_Top\"]}]}\n");
}

static void a_base_whose_declaration_is_elsewhere_is_told_by_its_name(void **state)
{
    static const MI_ClassDecl decl = {.name = "X", .superClass = "CIM_Elsewhere"};

    (void)state;
    expect(&decl, &functions, "{\"classes\":[{\"name\":\"X\",\"bases\":[\"CIM_Elsewhere\"]}]}\n");
}

static void what_nobody_implements_is_extra(void **state)
{
    static const MI_MethodDecl *const methods[] = {&other_decl, &run_decl};
    static const MI_ClassDecl none = {.name = "X", .methods = methods, .numMethods = 1};
    static const MI_ClassDecl one = {.name = "X", .methods = methods, .numMethods = 2};

    (void)state;
    expect(&none, NULL, "{\"classes\":[{\"name\":\"X\",\"bases\":[],\"extra\":true}]}\n");
    expect(&one, NULL, "{\"classes\":[{\"name\":\"X\",\"bases\":[]}]}\n");
}

static void an_indication_is_marked(void **state)
{
    static const MI_ClassDecl decl = {.name = "X", .flags = MI_FLAG_CLASS | MI_FLAG_INDICATION};

    (void)state;
    expect(&decl, &functions,
           "{\"classes\":[{\"name\":\"X\",\"bases\":[],\"indication\":true}]}\n");
}

static void an_association_is_told_with_its_ends(void **state)
{
    static const MI_PropertyDecl *const properties[] = {&text_decl, &left_decl, &right_decl,
                                                        &any_decl};
    static const MI_ClassDecl decl = {.name = "X",
                                      .flags = MI_FLAG_CLASS | MI_FLAG_ASSOCIATION,
                                      .properties = properties,
                                      .numProperties = ARRAY_SIZE(properties)};

    (void)state;
    expect(&decl, &functions,
           "{\"classes\":[{\"name\":\"X\",\"bases\":[],"
           "\"association\":{\"left\":\"X_Left\",\"right\":\"X_Right\"}}]}\n");
    /* Nobody serves it: what it ties together is not asked for. */
    expect(&decl, NULL, "{\"classes\":[{\"name\":\"X\",\"bases\":[],\"extra\":true}]}\n");
}

static void an_association_without_two_classes_is_a_mistake(void **state)
{
    static const MI_PropertyDecl *const sets[][2] = {{&text_decl, &text_decl},
                                                     {&left_decl, &text_decl},
                                                     {&left_decl, &any_decl},
                                                     {&any_decl, &right_decl}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
        const MI_ClassDecl decl = {.name = "X_Link",
                                   .flags = MI_FLAG_CLASS | MI_FLAG_ASSOCIATION,
                                   .properties = sets[i],
                                   .numProperties = ARRAY_SIZE(sets[i])};
        Buffer found CLEANUP(buffer_deinit) = BUFFER_INIT;
        Fault fault;

        assert_int_equal(put(&found, &decl, &functions, &fault), -EINVAL);
        assert_non_null(strstr(fault.message, "association class X_Link: two references"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_is_told_with_all_that_it_derives_from),
        cmocka_unit_test(a_base_whose_declaration_is_elsewhere_is_told_by_its_name),
        cmocka_unit_test(what_nobody_implements_is_extra),
        cmocka_unit_test(an_indication_is_marked),
        cmocka_unit_test(an_association_is_told_with_its_ends),
        cmocka_unit_test(an_association_without_two_classes_is_a_mistake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
