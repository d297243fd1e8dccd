/*
 * What a host wrote, read by a client: classes and instances of random classes.
 *
 * The first bytes, up to a 0xFF, make the classes; what follows is the JSON. Each class is written
 * as a host writes it and read as libmi reads it, and instances are read of those. The reader may
 * take more than the host would, which reads with protocol/mi_json.h; but what both take they must
 * understand alike, and it must take all that a host writes.
 */
#include "mi/instance_impl.h"
#include "protocol/json.h"
#include "protocol/json_tree.h"
#include "protocol/mi_json_class.h"
#include "protocol/mi_json_read.h"

#include "tests/fuzz/random_class.h"

#include <errno.h>
#include <string.h>

static RandomSchema schema;
static SharedClass *classes[RANDOM_CLASSES];

static bool is_same(const Buffer *a, const Buffer *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

/* The class as it arrives at a client. NULL: it can't be written. */
static SharedClass *new_class(const MI_ClassDecl *decl)
{
    CLEANUP(buffer_deinit) Buffer first = BUFFER_INIT, second = BUFFER_INIT;
    const char *name_space = NULL;
    MiJsonError error = {.message = ""};
    SharedClass *shared = NULL;

    if (mi_json_put_class(&first, decl, "root/test") != 0)
        return NULL;
    require(mi_json_get_class(buffer_span(&first), &shared, &name_space, &error) == 0);
    require(mi_json_put_class(&second, &shared->decl, name_space) == 0);
    require(is_same(&first, &second));
    return shared;
}

/* MiJsonFind */
static int find_class(void *data, Span name, SharedClass **ret)
{
    (void)data;
    *ret = NULL;
    for (size_t i = 0; i < RANDOM_CLASSES && *ret == NULL; i++)
        if (classes[i] != NULL && span_equals(name, classes[i]->decl.name))
            *ret = classes[i];
    return 0;
}

static void check_error(int r, const MiJsonReader *reader)
{
    require(r == -EINVAL && memchr(reader->message, '\0', sizeof(reader->message)) != NULL);
}

/* A host wrote @text of an instance: alone and in a list it must be read, and mean the same. */
static void read_what_was_written(MiJsonReader *reader, const Buffer *text)
{
    CLEANUP(buffer_deinit) Buffer list = BUFFER_INIT, again = BUFFER_INIT;
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    Span rest;

    require(mi_json_read_instance(reader, buffer_span(text), &instance) == 0);
    require(mi_json_put_instance(&again, instance, NULL) == 0 && is_same(text, &again));
    buffer_put_char(&list, '[');
    buffer_put_span(&list, buffer_span(text));
    buffer_put_char(&list, ',');
    buffer_put_span(&list, buffer_span(text));
    buffer_put_char(&list, ']');
    rest = buffer_span(&list);
    for (unsigned i = 0; i < 2; i++) {
        buffer_clear(&again);
        require(mi_json_read_next(reader, &rest, &instance) == 1);
        require(mi_json_put_instance(&again, instance, NULL) == 0 && is_same(text, &again));
    }
    require(mi_json_read_next(reader, &rest, &instance) == 0);
}

/* Whether a part of it is of no declared class: types that nobody said each reader guesses. */
static bool has_guesses(const Buffer *text)
{
    return memmem(text->data, text->size, "\"types\"", strlen("\"types\"")) != NULL;
}

/* @text by the reader of hosts, as an instance of @decl (may be NULL), and what both make of it. */
static void compare(MiJsonReader *reader, Span text, const MI_ClassDecl *decl)
{
    CLEANUP(json_tree_freep) cJSON *tree = NULL;
    CLEANUP(buffer_deinit) Buffer theirs = BUFFER_INIT, ours = BUFFER_INIT;
    CLEANUP(instance_freep) MI_Instance *written = NULL, *read = NULL;
    JsonTreeFault fault;
    MiJsonError error = {.message = ""};

    if (json_tree_parse(text, &tree, &fault) != 0 ||
        mi_json_get_instance(tree, decl, &schema.decl, MI_JSON_WHOLE, &written, &error) != 0 ||
        mi_json_put_instance(&theirs, written, NULL) != 0)
        return;
    read_what_was_written(reader, &theirs);
    /* Names that are not written as hosts write them are no names to the reader. */
    if (memchr(text.data, '\\', text.size) != NULL || has_guesses(&theirs) ||
        mi_json_read_instance(reader, text, &read) != 0 ||
        instance_is_dynamic(read) != (decl == NULL))
        return;
    require(mi_json_put_instance(&ours, read, NULL) == 0 && is_same(&ours, &theirs));
}

static void read_any(MiJsonReader *reader, Span text)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    int r = mi_json_read_instance(reader, text, &instance);

    if (r < 0) {
        check_error(r, reader);
        return;
    }
    r = mi_json_put_instance(&out, instance, NULL);
    require(r == 0 || r == -ELOOP);
    require(r < 0 || json_check_line(buffer_span(&out), JSON_MAX_DEPTH, NULL));
}

static void read_list(MiJsonReader *reader, Span list)
{
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    int r;

    while ((r = mi_json_read_next(reader, &list, &instance)) > 0)
        require(instance != NULL);
    if (r < 0)
        check_error(r, reader);
}

static void read_parameters(MiJsonReader *reader, Span text, SharedClass *shared, const char *name)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    CLEANUP(instance_freep) MI_Instance *instance = NULL;
    Span returned = {0};
    int r = mi_json_read_parameters(reader, returned, text, shared, name, &instance);

    if (r < 0) {
        check_error(r, reader);
        return;
    }
    r = mi_json_put_parameters(&out, instance, false);
    require(r == 0 || r == -ELOOP);
}

/* A value of a message has no white space around it. */
static Span text_of_value(Span text)
{
    while (text.data[0] == ' ')
        span_skip(&text, 1);
    while (text.data[text.size - 1] == ' ')
        text.size--;
    return text;
}

static void read_all(MiJsonReader *reader, Span text)
{
    if (json_type(text) == JSON_ARRAY)
        read_list(reader, text);
    if (json_type(text) != JSON_OBJECT)
        return;
    read_any(reader, text);
    compare(reader, text, NULL);
    for (MI_Uint32 i = 0; i < schema.decl.numClassDecls; i++) {
        const MI_ClassDecl *decl = schema.decl.classDecls[i];

        if (classes[i] != NULL)
            compare(reader, text, decl);
        for (MI_Uint32 j = 0; j < decl->numMethods; j++)
            read_parameters(reader, text, classes[i], decl->methods[j]->name);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, 0xFF, size) : NULL;
    Script script = {data, end == NULL ? 0 : (size_t)(end - data)};
    Span text = {(const char *)data, size};
    MiJsonReader reader;

    if (end != NULL)
        span_skip(&text, (size_t)(end - data) + 1);
    random_schema(&script, &schema);
    for (MI_Uint32 i = 0; i < schema.decl.numClassDecls; i++)
        classes[i] = new_class(schema.decl.classDecls[i]);
    mi_json_reader_init(&reader, find_class, NULL);
    if (json_check_line(text, JSON_MAX_DEPTH, NULL))
        read_all(&reader, text_of_value(text));
    mi_json_reader_deinit(&reader);
    for (size_t i = 0; i < RANDOM_CLASSES; i++) {
        shared_class_unref(classes[i]);
        classes[i] = NULL;
    }
    return 0;
}
