/*
 * Random instances of random classes are written as JSON, read back, and are the same.
 *
 * The seed is printed, and taken from MIHOST_TEST_SEED to run a failure again.
 */
#include "mi/class_decl.h"
#include "mi/datetime.h"
#include "mi/instance_impl.h"
#include "protocol/json_tree.h"
#include "protocol/mi_json.h"
#include "tests/support/cmocka.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS      3000
#define CLASSES     3  /* each may embed the ones before it */
#define PROPERTIES  12 /* of a class, at most */
#define ELEMENTS    4  /* of an array, at most */
#define STRING_SIZE 64

static uint64_t random_state;

/* xorshift64*: the same numbers everywhere. */
static uint64_t random_u64(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(2685821657736338717);
}

static unsigned random_below(unsigned bound)
{
    return (unsigned)(random_u64() >> 33) % bound;
}

/* A schema whose classes are made anew for each round. */
typedef struct World {
    char class_names[CLASSES][16];
    char names[PROPERTIES][16];
    MI_PropertyDecl properties[CLASSES][PROPERTIES];
    const MI_PropertyDecl *lists[CLASSES][PROPERTIES];
    MI_ClassDecl classes[CLASSES];
    const MI_ClassDecl *class_list[CLASSES];
    MI_SchemaDecl schema;
} World;

static World world;

static MI_Instance *random_instance(unsigned class, unsigned depth);

static void random_property(unsigned class, unsigned index, MI_Uint32 *offset)
{
    /* The first class has nothing to embed. */
    MI_Uint32 scalar = random_below(class == 0 ? MI_REFERENCE : MI_ARRAY);
    MI_Uint32 type = scalar | (random_below(3) == 0 ? MI_ARRAY : 0);
    MI_Uint32 alignment = (MI_Uint32)value_alignment(type);
    bool is_key = type < MI_REFERENCE && random_below(3) == 0;

    *offset = (*offset + alignment - 1) / alignment * alignment;
    world.properties[class][index] = (MI_PropertyDecl){
        .flags = MI_FLAG_PROPERTY | (is_key ? MI_FLAG_KEY : 0),
        .name = world.names[index],
        .type = type,
        .className =
            scalar >= MI_REFERENCE && random_below(2) ? world.class_names[class - 1] : NULL,
        .offset = *offset,
    };
    world.lists[class][index] = &world.properties[class][index];
    *offset += (MI_Uint32)field_size(type);
}

static void make_world(void)
{
    for (unsigned class = 0; class < CLASSES; class ++) {
        MI_Uint32 offset = sizeof(MI_Instance), count = random_below(PROPERTIES + 1);

        snprintf(world.class_names[class], sizeof(world.class_names[class]), "Test_%u", class);
        for (unsigned i = 0; i < count; i++) {
            snprintf(world.names[i], sizeof(world.names[i]), "P%u", i);
            random_property(class, i, &offset);
        }
        world.classes[class] = (MI_ClassDecl){
            .flags = MI_FLAG_CLASS,
            .name = world.class_names[class],
            .properties = world.lists[class],
            .numProperties = count,
            .size = (offset + 7) / 8 * 8,
        };
        world.class_list[class] = &world.classes[class];
    }
    world.schema = (MI_SchemaDecl){.classDecls = world.class_list, .numClassDecls = CLASSES};
}

/* Text that is hard to quote: everything from control characters to the last code point. */
static void random_string(char text[STRING_SIZE])
{
    static const char *const pieces[] = {"a",        "\"",           "\\",
                                         "\n",       "\x01",         "\x7f",
                                         "\xC2\x80", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                         "/",        "u0000",        "\xEF\xBF\xBF",
                                         " ",        "12345678",     "\xF4\x8F\xBF\xBF"};
    unsigned count = random_below(7);
    char *end = text;

    *end = '\0';
    for (unsigned i = 0; i < count; i++)
        end = stpcpy(end, pieces[random_below(ARRAY_SIZE(pieces))]);
}

static MI_Datetime random_datetime(void)
{
    MI_Datetime datetime = {.isTimestamp = random_below(2)};

    if (datetime.isTimestamp)
        datetime.u.timestamp = (MI_Timestamp){
            random_below(10000),
            1 + random_below(12),
            1 + random_below(28),
            random_below(24),
            random_below(60),
            random_below(60),
            random_below(1000000),
            (MI_Sint32)random_below(2 * DATETIME_MAX_OFFSET + 1) - DATETIME_MAX_OFFSET};
    else
        datetime.u.interval = (MI_Interval){random_below(100000000),
                                            random_below(24),
                                            random_below(60),
                                            random_below(60),
                                            random_below(1000000),
                                            0,
                                            0,
                                            0};
    return datetime;
}

/* Any number that there is, or one that people write. */
static double random_real(bool single)
{
    uint64_t bits = random_u64();
    uint32_t half = (uint32_t)bits;
    double value;
    float small;

    memcpy(&value, &bits, sizeof(value));
    memcpy(&small, &half, sizeof(small));
    if (random_below(2) == 0)
        value = (double)((int64_t)bits >> 40) / (1 << random_below(12)), small = (float)value;
    if (single)
        value = (double)small;
    return isfinite(value) ? value : 0;
}

/* A value that is no instance; a string points to @text. */
static void random_scalar(MI_Type type, void *to, char text[STRING_SIZE])
{
    uint64_t bits = random_below(4) == 0 ? 0 : random_u64();

    if (type == MI_BOOLEAN) {
        *(MI_Boolean *)to = (MI_Boolean)random_below(2);
    } else if (type == MI_REAL32) {
        *(MI_Real32 *)to = (MI_Real32)random_real(true);
    } else if (type == MI_REAL64) {
        *(MI_Real64 *)to = random_real(false);
    } else if (type == MI_DATETIME) {
        *(MI_Datetime *)to = random_datetime();
    } else if (type == MI_STRING) {
        random_string(text);
        *(char **)to = text;
    } else {
        memcpy(to, &bits, value_size(type));
    }
}

/* What a reference refers to has its keys, and nothing else, since nothing else is written of it.
 */
static MI_Instance *random_target(unsigned class, unsigned depth)
{
    MI_Instance *instance = random_instance(class, depth);
    const MI_ObjectDecl *decl = instance_decl(instance);

    for (MI_Uint32 i = 0; class_has_keys(decl) && i < decl->numProperties; i++) {
        char text[STRING_SIZE];
        MI_Value value;
        MI_Type type = (MI_Type)decl->properties[i]->type;

        if ((decl->properties[i]->flags & MI_FLAG_KEY) == 0) {
            MI_Instance_ClearElementAt(instance, i);
        } else if (instance_value(instance, i) == NULL) {
            random_scalar(type, &value, text);
            assert_int_equal(MI_Instance_SetElementAt(instance, i, &value, type, 0), MI_RESULT_OK);
        }
    }
    return instance;
}

static void random_element(const MI_PropertyDecl *property, unsigned class, unsigned depth,
                           void *to, char text[STRING_SIZE])
{
    MI_Type scalar = value_scalar_type(property->type);
    unsigned embedded;

    if (scalar < MI_REFERENCE) {
        random_scalar(scalar, to, text);
        return;
    }
    embedded = property->className == NULL ? random_below(class) : class - 1;
    *(MI_Instance **)to = scalar == MI_REFERENCE ? random_target(embedded, depth + 1)
                                                 : random_instance(embedded, depth + 1);
}

static void set_random_value(MI_Instance *instance, MI_Uint32 index, unsigned class, unsigned depth)
{
    const MI_PropertyDecl *property = instance_decl(instance)->properties[index];
    MI_Type type = (MI_Type)property->type, scalar = value_scalar_type(type);
    max_align_t elements[ELEMENTS * sizeof(MI_Datetime) / sizeof(max_align_t) + 1];
    char texts[ELEMENTS][STRING_SIZE];
    unsigned count = value_type_is_array(type) ? random_below(ELEMENTS + 1) : 1;
    size_t size = value_size(scalar);
    MI_Value value = {0};

    for (unsigned i = 0; i < count; i++)
        random_element(property, class, depth, (char *)elements + i * size, texts[i]);
    if (value_type_is_array(type))
        value.array = (MI_Array){elements, count};
    else
        memcpy(&value, elements, size);
    assert_int_equal(MI_Instance_SetElementAt(instance, index, &value, type, 0), MI_RESULT_OK);
    if (scalar >= MI_REFERENCE)
        for (unsigned i = 0; i < count; i++)
            instance_free(((MI_Instance **)(void *)elements)[i]);
}

static MI_Instance *random_instance(unsigned class, unsigned depth)
{
    MI_Instance *instance;

    assert_int_equal(instance_new(&world.classes[class], &instance), MI_RESULT_OK);
    for (MI_Uint32 i = 0; i < world.classes[class].numProperties; i++)
        if (random_below(4) > 0)
            set_random_value(instance, i, class, depth);
    return instance;
}

static void assert_same(const MI_Instance *a, const MI_Instance *b);

static void assert_same_scalar(MI_Type type, const void *a, const void *b)
{
    if (type == MI_STRING)
        assert_string_equal(*(char *const *)a, *(char *const *)b);
    else if (type >= MI_REFERENCE)
        assert_same(*(MI_Instance *const *)a, *(MI_Instance *const *)b);
    else
        assert_memory_equal(a, b, value_size(type));
}

static void assert_same(const MI_Instance *a, const MI_Instance *b)
{
    const MI_ObjectDecl *decl = instance_decl(a);

    assert_ptr_equal(decl, instance_decl(b));
    for (MI_Uint32 i = 0; i < decl->numProperties; i++) {
        MI_Type type = (MI_Type)decl->properties[i]->type, scalar = value_scalar_type(type);
        const void *x = instance_value(a, i), *y = instance_value(b, i);

        assert_int_equal(x == NULL, y == NULL);
        if (x == NULL || y == NULL)
            continue;
        if (!value_type_is_array(type)) {
            assert_same_scalar(type, x, y);
            continue;
        }
        const MI_Array *s = x, *t = y;
        assert_int_equal(s->size, t->size);
        for (MI_Uint32 j = 0; j < s->size; j++)
            assert_same_scalar(scalar, (char *)s->data + j * value_size(scalar),
                               (char *)t->data + j * value_size(scalar));
    }
}

static MI_Instance *read_back(const Buffer *text, const MI_ClassDecl *decl)
{
    CLEANUP(json_tree_freep) cJSON *tree = NULL;
    JsonTreeFault fault = {.what = ""};
    MiJsonError error = {.message = ""};
    MI_Instance *instance;

    if (json_tree_parse(buffer_span(text), &tree, &fault) != 0)
        fail_msg("no JSON (%s): %.*s", fault.what, (int)text->size, text->data);
    if (mi_json_get_instance(tree, decl, &world.schema, MI_JSON_WHOLE, &instance, &error) != 0)
        fail_msg("refused (%s): %.*s", error.message, (int)text->size, text->data);
    return instance;
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        CLEANUP(instance_freep) MI_Instance *instance = NULL, *back = NULL;
        CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
        unsigned class = random_below(CLASSES);
        ClassError error;

        make_world();
        if (schema_check(&world.schema, &error) != 0)
            fail_msg("%s", error.message);
        instance = random_instance(class, 0);
        assert_int_equal(mi_json_put_instance(&text, instance, NULL), 0);
        back = read_back(&text, &world.classes[class]);
        assert_same(instance, back);
    }
}

/* Without declarations, the types that are written along lead back to the same text. */
static void what_is_written_of_a_dynamic_instance_is_read_back(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        CLEANUP(instance_freep) MI_Instance *instance = NULL, *dynamic = NULL, *back = NULL;
        CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT, again = BUFFER_INIT;
        const MI_ObjectDecl *decl;

        make_world();
        instance = random_instance(CLASSES - 1, 0);
        decl = instance_decl(instance);
        assert_int_equal(instance_new_dynamic("Test_Free", 0, &dynamic), MI_RESULT_OK);
        for (MI_Uint32 i = 0; i < decl->numProperties; i++)
            assert_int_equal(MI_Instance_AddElement(dynamic, decl->properties[i]->name,
                                                    instance_value(instance, i),
                                                    (MI_Type)decl->properties[i]->type, 0),
                             MI_RESULT_OK);
        assert_int_equal(mi_json_put_instance(&text, dynamic, NULL), 0);
        back = read_back(&text, NULL);
        assert_int_equal(mi_json_put_instance(&again, back, NULL), 0);
        assert_string_equal(buffer_string(&again), buffer_string(&text));
    }
}

/* One byte is changed, dropped or doubled: it is read, or refused in words, and never crashes. */
static void what_is_damaged_is_read_or_refused(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        CLEANUP(instance_freep) MI_Instance *instance = NULL, *back = NULL;
        CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
        CLEANUP(json_tree_freep) cJSON *tree = NULL;
        MiJsonError error = {.message = ""};
        size_t at;

        make_world();
        instance = random_instance(CLASSES - 1, 0);
        assert_int_equal(mi_json_put_instance(&text, instance, NULL), 0);
        at = random_below((unsigned)text.size);
        if (random_below(2) == 0)
            text.data[at] = "0\"{}[],:- n"[random_below(11)];
        else
            memmove(text.data + at, text.data + at + 1, --text.size - at);
        if (json_tree_parse(buffer_span(&text), &tree, NULL) == 0 &&
            mi_json_get_instance(tree, &world.classes[CLASSES - 1], &world.schema, MI_JSON_WHOLE,
                                 &back, &error) != 0)
            assert_string_not_equal(error.message, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(what_is_written_of_a_dynamic_instance_is_read_back),
        cmocka_unit_test(what_is_damaged_is_read_or_refused),
    };
    const char *seed = getenv("MIHOST_TEST_SEED");

    random_state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    random_state += random_state == 0; /* zero would stay zero */
    printf("MIHOST_TEST_SEED=%llu\n", (unsigned long long)random_state);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
