/*
 * Classes as a client reads them: what any JSON describes.
 *
 * A class that was read is one that instances are made of, and that a provider might have declared;
 * it is written and read again, and must be the same.
 */
#include "mi/instance_impl.h"
#include "protocol/json.h"
#include "protocol/mi_json_class.h"

#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <string.h>

static void use(const MI_ClassDecl *decl, const char *name_space)
{
    CLEANUP(buffer_deinit) Buffer first = BUFFER_INIT, second = BUFFER_INIT;
    CLEANUP(shared_class_unrefp) SharedClass *again = NULL;
    MiJsonError error = {.message = ""};

    require(mi_json_put_class(&first, decl, name_space) == 0);
    require(json_check_line(buffer_span(&first), JSON_MAX_DEPTH, NULL));
    require(mi_json_get_class(buffer_span(&first), &again, &name_space, &error) == 0);
    require(mi_json_put_class(&second, &again->decl, name_space) == 0);
    require(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(shared_class_unrefp) SharedClass *shared = NULL;
    CLEANUP(instance_freep) MI_Instance *instance = NULL, *parameters = NULL;
    const char *name_space = NULL;
    MiJsonError error = {.message = ""};
    ClassError fault;
    Span text = {(const char *)data, size};
    int r;

    if (!json_check_line(text, JSON_MAX_DEPTH, NULL))
        return 0;
    r = mi_json_get_class(text, &shared, &name_space, &error);
    if (r != 0) {
        require(r == -EINVAL && shared == NULL && error.message[0] != '\0');
        return 0;
    }
    require(class_check(&shared->decl, &fault) == 0);
    require(instance_new_shared(shared, &instance) == MI_RESULT_OK);
    if (shared->decl.numMethods > 0)
        require(instance_new_shared_parameters(shared->decl.methods[0], &parameters) ==
                MI_RESULT_OK);
    use(&shared->decl, name_space);
    return 0;
}
