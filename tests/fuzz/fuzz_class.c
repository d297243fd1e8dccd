/*
 * Classes as a foreign library may declare them: checked, and written as JSON.
 *
 * A random schema that is right is damaged at random places: counts, sizes, offsets, types, flags,
 * names, qualifiers, values. (Pointers are not made up: nobody can check one.) What schema_check()
 * accepts must be written as JSON, or be explained; and an MI_Class is made of it.
 */
#include "mi/class_impl.h"
#include "protocol/json.h"
#include "protocol/mi_json_class.h"

#include "tests/fuzz/random_class.h"

#include <errno.h>
#include <string.h>

#define MAX_QUALIFIERS 16

static RandomSchema schema;
static MI_Qualifier qualifiers[MAX_QUALIFIERS];
static const MI_Qualifier *qualifier_list[MAX_QUALIFIERS];
static MI_Value values[MAX_QUALIFIERS];
static MI_Char string[16];

/* Numbers that are plausible, and some that are not. */
static MI_Uint32 number(Script *script)
{
    static const MI_Uint32 odd[] = {0,  1,   2,    3,    7,         8,         24,         32,
                                    64, 127, 4096, 4097, 16U << 20, 1U << 31U, UINT32_MAX, 100};
    unsigned choice = script_byte(script);

    return choice < 128 ? odd[choice % 16] : choice;
}

static const char *name(Script *script)
{
    static const char *const names[] = {
        "A",  "B",   "P0",  "M0",       "Q0",       "",     NULL,
        "1x", "a b", "X_y", "MIReturn", "\xc3\xa4", "\xff", "Key",
    };

    return names[script_byte(script) % ARRAY_SIZE(names)];
}

static void make_values(Script *script)
{
    for (size_t i = 0; i < sizeof(string) - 1; i++)
        string[i] = (char)script_byte(script);
    for (size_t i = 0; i < MAX_QUALIFIERS; i++) {
        MI_Uint32 type = random_type(script);

        memset(&values[i], 0, sizeof(values[i]));
        if (type == MI_STRING)
            values[i].string = string;
        else if ((type & 16) == 0 && type < MI_STRING)
            values[i].uint64 = (uint64_t)script_byte(script) * 0x0101010101010101U;
        qualifiers[i] =
            (MI_Qualifier){.name = name(script),
                           .type = script_byte(script) % 16 == 0 ? number(script) : type,
                           .flavor = number(script),
                           .value = script_byte(script) % 4 == 0 ? NULL : &values[i]};
        if (qualifiers[i].type != type)
            qualifiers[i].value = NULL; /* what lies there must be of its type */
        qualifier_list[i] = script_byte(script) % 32 == 0 ? NULL : &qualifiers[i];
    }
}

static void damage_class(Script *script, RandomClass *class)
{
    MI_ClassDecl *decl = &class->decl;
    unsigned count = decl->numProperties;

    switch (script_byte(script) % 8) {
    case 0:
        decl->name = name(script);
        break;
    case 1:
        decl->flags = number(script);
        break;
    case 2:
        decl->size = number(script);
        break;
    case 3:
        decl->superClass = name(script);
        break;
    case 4:
        decl->superClassDecl = script_byte(script) % 2 == 0 ? NULL : &schema.classes[0].decl;
        break;
    case 5:
        decl->qualifiers = qualifier_list;
        decl->numQualifiers = script_byte(script) % (MAX_QUALIFIERS + 1);
        break;
    case 6:
        decl->numProperties = script_byte(script) % (count + 1);
        break;
    default:
        if (count > 0)
            class->list[script_byte(script) % count] =
                script_byte(script) % 2 == 0 ? NULL : &class->properties[0];
        break;
    }
}

static void damage_property(Script *script, MI_PropertyDecl *decl)
{
    unsigned value = script_byte(script) % MAX_QUALIFIERS;

    switch (script_byte(script) % 8) {
    case 0:
        decl->name = name(script);
        break;
    case 1:
        decl->type = number(script);
        decl->value = NULL;
        break;
    case 2:
        decl->offset = number(script);
        break;
    case 3:
        decl->className = name(script);
        break;
    case 4:
        decl->qualifiers = qualifier_list;
        decl->numQualifiers = script_byte(script) % (MAX_QUALIFIERS + 1);
        break;
    case 5:
        if (qualifiers[value].value != NULL && qualifiers[value].type == decl->type)
            decl->value = qualifiers[value].value;
        break;
    case 6:
        decl->origin = name(script);
        decl->subscript = number(script);
        break;
    default:
        decl->flags = number(script);
        break;
    }
}

static void damage_method(Script *script, RandomMethod *method)
{
    MI_ParameterDecl *parameter = &method->parameters[script_byte(script) % RANDOM_PARAMETERS];

    switch (script_byte(script) % 8) {
    case 0:
        method->decl.name = name(script);
        break;
    case 1:
        method->decl.returnType = number(script);
        break;
    case 2:
        method->decl.size = number(script);
        break;
    case 3:
        method->decl.qualifiers = qualifier_list;
        method->decl.numQualifiers = script_byte(script) % (MAX_QUALIFIERS + 1);
        break;
    case 4:
        parameter->type = number(script);
        break;
    case 5:
        parameter->name = name(script);
        break;
    case 6:
        parameter->offset = number(script);
        break;
    default:
        parameter->qualifiers = qualifier_list;
        parameter->numQualifiers = script_byte(script) % (MAX_QUALIFIERS + 1);
        break;
    }
}

static void damage(Script *script)
{
    RandomClass *class = &schema.classes[script_byte(script) % RANDOM_CLASSES];

    switch (script_byte(script) % 3) {
    case 0:
        damage_class(script, class);
        break;
    case 1:
        damage_property(script, &class->properties[script_byte(script) % RANDOM_PROPERTIES]);
        break;
    default:
        damage_method(script, &class->methods[script_byte(script) % RANDOM_METHODS]);
        break;
    }
}

static void use(const MI_ClassDecl *decl)
{
    CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
    MiJsonError error = {.message = ""};
    MI_Class *class = NULL;
    int r = mi_json_put_class(&out, decl, "root/test");

    if (r == 0) {
        require(json_check_line(buffer_span(&out), JSON_MAX_DEPTH, NULL));
    } else {
        require((r == -EINVAL || r == -ELOOP) && out.size == 0);
        mi_json_explain_class(decl, &error);
        require(error.message[0] != '\0');
    }
    require(class_new(decl, "root/test", NULL, &class) == MI_RESULT_OK);
    class_free(class);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Script script = {data, size};
    ClassError error = {.message = ""};
    unsigned damages = script_byte(&script) % 16;

    random_schema(&script, &schema);
    make_values(&script);
    for (unsigned i = 0; i < damages; i++)
        damage(&script);
    if (schema_check(&schema.decl, &error) != 0) {
        require(error.message[0] != '\0');
        return 0;
    }
    for (MI_Uint32 i = 0; i < schema.decl.numClassDecls; i++)
        use(schema.decl.classDecls[i]);
    return 0;
}
