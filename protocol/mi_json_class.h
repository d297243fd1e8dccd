/*
 * Classes as JSON: what mi/getClass and mi/enumerateClasses answer with; mihost-protocol(7).
 *
 *     {"class":"Linux_Process","superClass":"CIM_Process","namespace":"root/cimv2","flags":[],
 *      "qualifiers":{"Version":{"type":"string","value":"2.1","flavor":["restricted"]}},
 *      "properties":{"Handle":{"type":"string","key":true,"origin":...,"qualifiers":{}}},
 *      "methods":{"Signal":{"returnType":"uint32","qualifiers":{},
 *                           "parameters":{"Number":{"type":"uint32","in":true,"qualifiers":{}}}}}}
 *
 * "superClass", "namespace", and what a property, method or parameter doesn't have, are left out;
 * "flags", "qualifiers", "properties", "methods" and "parameters" are always there. Properties are
 * those of the declaration, which has the inherited ones; methods include those that an ancestor
 * alone declares. Values are written as those of instances. Of qualifiers of the same name, which
 * no class should have, the first counts.
 */
#pragma once

#include "mi/shared_class.h"
#include "protocol/mi_json.h"

/*
 * Appends the class @decl, which class_check() accepted, to @to. @name_space may be NULL. 0;
 * -EINVAL or -ELOOP: a value, or the type of a result, that has no JSON (mi_json_explain_class
 * says which); -ENOMEM. On an error @to is as it was.
 */
int mi_json_put_class(Buffer *to, const MI_ClassDecl *decl, const char *name_space);

/* Says why @decl could not be written: for after -EINVAL and -ELOOP. */
void mi_json_explain_class(const MI_ClassDecl *decl, MiJsonError *error);

/*
 * Makes the class that the JSON @text describes: class_check() accepts its declaration, which is
 * laid out so that instances can be made of it. Members that aren't known are left alone. A value
 * that is an instance, or none of its type, is left out. "superClass" is kept as a name.
 * *@name_space (may be NULL) gets "namespace" or NULL; it lies in the class's memory.
 *
 * 0 and *@ret, to be given back with shared_class_unref(); -EINVAL with @error set; -ENOMEM.
 */
int mi_json_get_class(Span text, SharedClass **ret, const char **name_space, MiJsonError *error);
