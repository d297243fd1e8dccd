/*
 * JSON to instances of random classes, and back.
 *
 * The first bytes, up to a 0xFF, make the classes; what follows is the JSON. An instance that was
 * read is written and read again: the second text must be the first, and so must that of its clone.
 */
#include "protocol/json.h"
#include "protocol/json_tree.h"
#include "protocol/mi_json.h"

#include "tests/fuzz/random_class.h"

#include <errno.h>
#include <string.h>

static RandomSchema schema;

static void check_refusal(int r, const MI_Instance *instance, const MiJsonError *error)
{
    require(r == -EINVAL && instance == NULL);
    require(error->message[0] != '\0' && memchr(error->message, '\0', sizeof(error->message)));
}

static MI_Instance *read_text(Span text, const MI_ClassDecl *decl, MiJsonShape shape)
{
    CLEANUP(json_tree_freep) cJSON *tree = NULL;
    JsonTreeFault fault;
    MiJsonError error = {.message = ""};
    MI_Instance *instance = NULL;
    int r;

    if (json_tree_parse(text, &tree, &fault) != 0)
        return NULL;
    r = mi_json_get_instance(tree, decl, &schema.decl, shape, &instance, &error);
    if (r != 0)
        check_refusal(r, instance, &error);
    return instance;
}

static void check_instance(const MI_Instance *instance, const MI_ClassDecl *decl, MiJsonShape shape)
{
    CLEANUP(buffer_deinit) Buffer first = BUFFER_INIT, second = BUFFER_INIT, third = BUFFER_INIT;
    MI_Instance *again, *clone;
    MiJsonError error = {.message = ""};
    MiJsonFilter filter = {.keys_only = shape == MI_JSON_KEYS};

    if (mi_json_put_instance(&first, instance, &filter) != 0) {
        /* Reading takes nothing that can't be written but a nesting that has become deeper. */
        mi_json_explain(instance, &error);
        require(error.message[0] != '\0' && first.size == 0);
        return;
    }
    require(json_check_line(buffer_span(&first), JSON_MAX_DEPTH, NULL));
    again = read_text(buffer_span(&first), decl, shape);
    require(again != NULL);
    require(mi_json_put_instance(&second, again, &filter) == 0);
    require(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    require(MI_Instance_Clone(instance, &clone) == MI_RESULT_OK);
    require(mi_json_put_instance(&third, clone, &filter) == 0);
    require(first.size == third.size && memcmp(first.data, third.data, first.size) == 0);
    (void)MI_Instance_Delete(clone);
    (void)MI_Instance_Delete(again);
}

static void check_parameters(Span text, const MI_MethodDecl *decl)
{
    CLEANUP(json_tree_freep) cJSON *tree = NULL;
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    JsonTreeFault fault;
    MiJsonError error = {.message = ""};
    MI_Instance *instance = NULL;
    int r;

    if (json_tree_parse(text, &tree, &fault) != 0)
        return;
    r = mi_json_get_parameters(tree, decl, &schema.decl, &instance, &error);
    if (r != 0) {
        check_refusal(r, instance, &error);
        return;
    }
    r = mi_json_put_parameters(&out, instance, true);
    require(r == 0 || r == -ELOOP || r == -EINVAL);
    require(r != 0 || json_check_line(buffer_span(&out), JSON_MAX_DEPTH, NULL));
    (void)MI_Instance_Delete(instance);
}

static void try(Span text, const MI_ClassDecl *decl, MiJsonShape shape)
{
    MI_Instance *instance = read_text(text, decl, shape);

    if (instance == NULL)
        return;
    check_instance(instance, decl, shape);
    (void)MI_Instance_Delete(instance);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, 0xFF, size) : NULL;
    Script script = {data, end == NULL ? 0 : (size_t)(end - data)};
    Span text = {(const char *)data, size};
    ClassError error;

    if (end != NULL)
        span_skip(&text, (size_t)(end - data) + 1);
    random_schema(&script, &schema);
    require(schema_check(&schema.decl, &error) == 0);
    for (MI_Uint32 i = 0; i < schema.decl.numClassDecls; i++) {
        const MI_ClassDecl *decl = schema.decl.classDecls[i];

        try(text, decl, MI_JSON_WHOLE);
        if (class_has_keys(class_object(decl)))
            try(text, decl, MI_JSON_KEYS);
        for (MI_Uint32 j = 0; j < decl->numMethods; j++)
            check_parameters(text, decl->methods[j]);
    }
    try(text, NULL, MI_JSON_WHOLE);
    return 0;
}
