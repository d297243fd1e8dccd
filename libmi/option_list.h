/*
 * OptionList: named values, in the order in which they were set: what operation options,
 * destination options and subscription delivery options have in common.
 *
 * Names are compared without regard to case. Setting a name again replaces its value, except that a
 * name whose options are many (MI_OP_OPTION_CHANNEL) keeps one for each value. Texts are copied.
 */
#pragma once

#include "base/macros.h"
#include "mi/value.h"

#include <mi.h>
#include <stdbool.h>

#define OPTION_LIST_MAX 1024 /* options, and credentials */

typedef struct Option {
    char *name;
    MI_Type type;
    MI_Value value;
    MI_Uint32 flags;
    bool is_custom; /* meant for the provider */
    ValueMemory *memory;
} Option;

typedef struct Credentials {
    char *name; /* of the option that they belong to */
    char *type, *domain, *user, *password, *thumbprint;
    MI_Uint32 flags;
} Credentials;

typedef struct OptionList {
    Option *options;
    MI_Uint32 count;
    Credentials *credentials;
    MI_Uint32 credentials_count;
} OptionList;

OptionList *option_list_new(void);
void option_list_free(OptionList *list);
DEFINE_CLEANUP(OptionList, option_list_free)

/* A deep copy, or NULL without memory. @list may be NULL: an empty one. */
OptionList *option_list_clone(const OptionList *list);

/* MI_RESULT_OK; MI_RESULT_INVALID_PARAMETER without list, name or value, or for a bad value;
 * MI_RESULT_SERVER_LIMITS_EXCEEDED for too many, or without memory. */
MI_Result option_list_set(OptionList *list, const char *name, MI_Type type, const MI_Value *value,
                          MI_Uint32 flags);
MI_Result option_list_set_custom(OptionList *list, const char *name, MI_Type type,
                                 const MI_Value *value, MI_Uint32 flags);
/* As option_list_set, and another value of the same name stays. */
MI_Result option_list_add(OptionList *list, const char *name, MI_Type type, const MI_Value *value,
                          MI_Uint32 flags);

/* The option called @name, or NULL; *@index (may be NULL) is its place. */
const Option *option_list_find(const OptionList *list, const char *name, MI_Uint32 *index);

/* The number, or the string, that the option called @name is; @otherwise if there is none. */
MI_Uint32 option_list_number(const OptionList *list, const char *name, MI_Uint32 otherwise);
const char *option_list_string(const OptionList *list, const char *name, const char *otherwise);

/* The milliseconds of the interval called @name, at least 1; 0 if there is none, or it is 0. */
MI_Uint64 option_list_milliseconds(const OptionList *list, const char *name);

/* What the Get functions of the interface answer with: MI_RESULT_INVALID_PARAMETER,
 * MI_RESULT_NO_SUCH_PROPERTY for a name and MI_RESULT_NOT_FOUND for an index that isn't there,
 * MI_RESULT_TYPE_MISMATCH. Outputs may be NULL. */
MI_Result option_list_get(const OptionList *list, const char *name, MI_Value *value, MI_Type *type,
                          MI_Uint32 *index, MI_Uint32 *flags);
MI_Result option_list_get_as(const OptionList *list, const char *name, MI_Type type,
                             MI_Value *value, MI_Uint32 *index, MI_Uint32 *flags);
MI_Result option_list_get_at(const OptionList *list, MI_Uint32 index, const char **name,
                             MI_Value *value, MI_Type *type, MI_Uint32 *flags);

/* Copies credentials. As option_list_set. */
MI_Result option_list_add_credentials(OptionList *list, const char *name,
                                      const MI_UserCredentials *credentials, MI_Uint32 flags);
/* Shows them, without the password. MI_RESULT_NOT_FOUND past the last. */
MI_Result option_list_get_credentials(const OptionList *list, MI_Uint32 index, const char **name,
                                      MI_UserCredentials *credentials, MI_Uint32 *flags);
/* Copies the password, and its 0. *@needed is the size with it; MI_RESULT_FAILED if @size is less.
 */
MI_Result option_list_get_password(const OptionList *list, MI_Uint32 index, const char **name,
                                   char *password, MI_Uint32 size, MI_Uint32 *needed,
                                   MI_Uint32 *flags);
