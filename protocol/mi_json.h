/*
 * MI values as JSON, both ways: mihost-protocol(7).
 *
 * An instance is `{"class":C,"properties":{P:value,...}}`; null is null. A dynamic instance, whose
 * class nobody declared, has a third member, `"types":{P:"uint32",...}`. Embedded instances nest,
 * and so do references, of which only the keys are written where there are keys.
 *
 *   boolean                      true, false
 *   uint8 ... sint32, char16     a number (char16: the UTF-16 code unit)
 *   uint64, sint64               a decimal string; read also from a number within 2^53-1
 *   real32, real64               a number, in the fewest digits that read back as the same; JSON
 * has no infinities nor NaN: these are written as null string                       a string; a
 * byte that isn't UTF-8 is written as U+FFFD datetime                     the 25 characters of
 * mi/datetime.h arrays                       an array; null among the elements of reals only, read
 * as NaN
 *
 * Objects and arrays may nest MI_JSON_MAX_DEPTH deep in an instance, the outermost included, so
 * that what is wrapped around it stays within JSON_MAX_DEPTH.
 */
#pragma once

#include "base/buffer.h"

#include <cjson/cJSON.h>
#include <mi.h>
#include <stdbool.h>

#define MI_JSON_MAX_DEPTH 32

/* Why a JSON was refused, or an instance: a sentence that names the class or method, the property,
 * its type, what was expected. */
typedef struct MiJsonError {
    char message[512];
} MiJsonError;

/* What of an instance is written. Applies to the outermost instance, not to embedded ones. */
typedef struct MiJsonFilter {
    const MI_PropertySet *properties; /* NULL: all. Keys are always written */
    bool keys_only;                   /* an object path; everything, if there are no keys */
} MiJsonFilter;

/*
 * Each appends to @to. 0; -ELOOP: nested too deeply; -EINVAL: what MI has no JSON for (a NULL
 * string or instance, an instance that was never made, an unknown type, a datetime whose numbers
 * don't fit); -ENOMEM. On an error @to is as it was.
 *
 * _instance: @filter may be NULL: all. _parameters: the object of out parameters, `{P:value}`; of a
 * dynamic instance, all elements; without streamed ones that are null; @skip_return leaves MIReturn
 * out. _element: the value of one
 * element, null if there is none of the name. _value: @value is where a value of @type lies; NULL
 * is null.
 */
int mi_json_put_instance(Buffer *to, const MI_Instance *instance, const MiJsonFilter *filter);
int mi_json_put_parameters(Buffer *to, const MI_Instance *parameters, bool skip_return);
int mi_json_put_element(Buffer *to, const MI_Instance *instance, const char *name);
int mi_json_put_value(Buffer *to, const void *value, MI_Type type);

/* Says why @instance, or these parameters, could not be written: for after -ELOOP and -EINVAL. */
void mi_json_explain(const MI_Instance *instance, MiJsonError *error);

typedef enum MiJsonShape {
    MI_JSON_WHOLE,     /* any property may be absent or null */
    MI_JSON_KEYS,      /* an object path: each key is there and not null, and nothing else is */
    MI_JSON_SOME_KEYS, /* the same, but keys may be absent: whom a static method is called with */
} MiJsonShape;

/*
 * Makes the instance that @tree (of json_tree_parse) describes, checked against the class @decl, to
 * which its "class" must be equal. Without @decl it becomes a dynamic instance, typed by "types" or
 * else by what is there (boolean, string, sint64, real64, instance; no null, no empty array). An
 * embedded instance or a reference is checked against its class in @schema (may be NULL), which
 * must be the declared one or derive from it; a reference to a class that @schema doesn't have
 * becomes a dynamic instance of keys, and so does an embedded instance if @schema doesn't have its
 * declared class either. Properties that are absent are null and MI_FLAG_NOT_MODIFIED.
 *
 * 0 and *@ret, to be freed with MI_Instance_Delete(); -EINVAL with @error set; -ENOMEM. *@ret is
 * NULL unless 0 is returned.
 */
int mi_json_get_instance(const cJSON *tree, const MI_ClassDecl *decl, const MI_SchemaDecl *schema,
                         MiJsonShape shape, MI_Instance **ret, MiJsonError *error);

/*
 * The in parameters of @decl from `{P:value}`; @tree may be NULL: none. Unknown parameters, and
 * those that are out only, are refused by name; those that are MI_FLAG_REQUIRED (and in) must be
 * there and not null.
 */
int mi_json_get_parameters(const cJSON *tree, const MI_MethodDecl *decl,
                           const MI_SchemaDecl *schema, MI_Instance **ret, MiJsonError *error);

/*
 * Adds to the dynamic instance @instance an element @name of @type, as @tree has it: how `options`
 * (`{name: {type, value}}`) are read. @what names it in messages: "option". -EINVAL with @error
 * set; -ENOMEM.
 */
int mi_json_add_element(MI_Instance *instance, const char *what, const char *name, MI_Type type,
                        const cJSON *tree, MiJsonError *error);
