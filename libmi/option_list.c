#include "libmi/option_list.h"

#include "mi/field.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

OptionList *option_list_new(void)
{
    return calloc(1, sizeof(OptionList));
}

static void option_deinit(Option *option)
{
    free(option->name);
    value_memory_free(option->memory);
}

static void credentials_deinit(Credentials *credentials)
{
    free(credentials->name);
    free(credentials->type);
    free(credentials->domain);
    free(credentials->user);
    if (credentials->password != NULL)
        explicit_bzero(credentials->password, strlen(credentials->password));
    free(credentials->password);
    free(credentials->thumbprint);
}

void option_list_free(OptionList *list)
{
    if (list == NULL)
        return;
    for (MI_Uint32 i = 0; i < list->count; i++)
        option_deinit(&list->options[i]);
    for (MI_Uint32 i = 0; i < list->credentials_count; i++)
        credentials_deinit(&list->credentials[i]);
    free(list->options);
    free(list->credentials);
    free(list);
}

const Option *option_list_find(const OptionList *list, const char *name, MI_Uint32 *index)
{
    for (MI_Uint32 i = 0; list != NULL && i < list->count; i++) {
        if (strcasecmp(list->options[i].name, name) == 0) {
            if (index != NULL)
                *index = i;
            return &list->options[i];
        }
    }
    return NULL;
}

/* A new option behind the others, with nothing but its name; NULL without memory or room. */
static Option *append(OptionList *list, const char *name)
{
    Option *options;
    char *copy;

    /* analyzer: no list is NULL here */
    if (list->count >= OPTION_LIST_MAX)
        return NULL;
    options = realloc(list->options, (list->count + 1) * sizeof(*options));
    if (options == NULL)
        return NULL;
    list->options = options;
    copy = strdup(name);
    if (copy == NULL)
        return NULL;
    options[list->count] = (Option){.name = copy};
    return &options[list->count++];
}

static MI_Result put(OptionList *list, Option *option, const char *name, MI_Type type,
                     const MI_Value *value, MI_Uint32 flags)
{
    ValueMemory *memory = NULL;
    MI_Value copy = {0};
    Option *to = option;

    if (value_copy(value, type, &copy, &memory, VALUE_MAX_DEPTH) != MI_RESULT_OK)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    if (to == NULL)
        to = append(list, name);
    if (to == NULL) {
        value_memory_free(memory);
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    }
    value_memory_free(to->memory);
    to->memory = memory;
    to->type = type;
    to->value = copy;
    to->flags = flags;
    return MI_RESULT_OK;
}

static bool is_value(const OptionList *list, const char *name, MI_Type type, const MI_Value *value)
{
    return list != NULL && name != NULL && name[0] != '\0' && value != NULL &&
           value_type_is_valid(type) && value_check(value, type) == MI_RESULT_OK;
}

MI_Result option_list_set(OptionList *list, const char *name, MI_Type type, const MI_Value *value,
                          MI_Uint32 flags)
{
    MI_Uint32 index;

    if (!is_value(list, name, type, value))
        return MI_RESULT_INVALID_PARAMETER;
    return put(list, option_list_find(list, name, &index) == NULL ? NULL : &list->options[index],
               name, type, value, flags);
}

MI_Result option_list_set_custom(OptionList *list, const char *name, MI_Type type,
                                 const MI_Value *value, MI_Uint32 flags)
{
    MI_Result r = option_list_set(list, name, type, value, flags);
    MI_Uint32 index;

    if (r == MI_RESULT_OK && option_list_find(list, name, &index) != NULL)
        list->options[index].is_custom = true;
    return r;
}

MI_Result option_list_add(OptionList *list, const char *name, MI_Type type, const MI_Value *value,
                          MI_Uint32 flags)
{
    if (!is_value(list, name, type, value))
        return MI_RESULT_INVALID_PARAMETER;
    for (MI_Uint32 i = 0; i < list->count; i++) {
        Option *option = &list->options[i];

        if (strcasecmp(option->name, name) == 0 && option->type == type &&
            memcmp(&option->value, value, value_size(type)) == 0) {
            option->flags = flags;
            return MI_RESULT_OK;
        }
    }
    return put(list, NULL, name, type, value, flags);
}

static MI_Result show(const Option *option, MI_Value *value, MI_Type *type, MI_Uint32 *flags)
{
    if (value != NULL)
        *value = option->value;
    if (type != NULL)
        *type = option->type;
    if (flags != NULL)
        *flags = option->flags;
    return MI_RESULT_OK;
}

MI_Result option_list_get(const OptionList *list, const char *name, MI_Value *value, MI_Type *type,
                          MI_Uint32 *index, MI_Uint32 *flags)
{
    const Option *option;

    if (list == NULL || name == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    option = option_list_find(list, name, index);
    return option == NULL ? MI_RESULT_NO_SUCH_PROPERTY : show(option, value, type, flags);
}

MI_Result option_list_get_as(const OptionList *list, const char *name, MI_Type type,
                             MI_Value *value, MI_Uint32 *index, MI_Uint32 *flags)
{
    MI_Type found;
    MI_Result r = option_list_get(list, name, NULL, &found, index, NULL);

    if (r != MI_RESULT_OK)
        return r;
    if (found != type)
        return MI_RESULT_TYPE_MISMATCH;
    return option_list_get(list, name, value, NULL, NULL, flags);
}

MI_Result option_list_get_at(const OptionList *list, MI_Uint32 index, const char **name,
                             MI_Value *value, MI_Type *type, MI_Uint32 *flags)
{
    if (list == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (index >= list->count)
        return MI_RESULT_NOT_FOUND;
    if (name != NULL)
        *name = list->options[index].name;
    return show(&list->options[index], value, type, flags);
}

MI_Uint32 option_list_number(const OptionList *list, const char *name, MI_Uint32 otherwise)
{
    const Option *option = option_list_find(list, name, NULL);

    return option == NULL || option->type != MI_UINT32 ? otherwise : option->value.uint32;
}

const char *option_list_string(const OptionList *list, const char *name, const char *otherwise)
{
    const Option *option = option_list_find(list, name, NULL);

    return option == NULL || option->type != MI_STRING ? otherwise : option->value.string;
}

MI_Uint64 option_list_milliseconds(const OptionList *list, const char *name)
{
    const Option *option = option_list_find(list, name, NULL);
    const MI_Interval *interval;
    MI_Uint64 microseconds;

    if (option == NULL || option->type != MI_DATETIME || option->value.datetime.isTimestamp)
        return 0;
    interval = &option->value.datetime.u.interval;
    microseconds = (((MI_Uint64)interval->days * 24 + interval->hours) * 60 + interval->minutes) *
                       60 * 1000000 +
                   (MI_Uint64)interval->seconds * 1000000 + interval->microseconds;
    return (microseconds + 999) / 1000;
}

/* Copies @text, unless it is NULL, to *@ret. False without memory. */
static bool copy(const char *text, char **ret)
{
    *ret = text == NULL ? NULL : strdup(text);
    return text == NULL || *ret != NULL;
}

static bool has_thumbprint(const char *type)
{
    return strcasecmp(type, MI_AUTH_TYPE_CLIENT_CERTS) == 0 ||
           strcasecmp(type, MI_AUTH_TYPE_ISSUER_CERT) == 0;
}

static MI_Result append_credentials(OptionList *list, const Credentials *credentials)
{
    Credentials fresh = {.flags = credentials->flags};
    Credentials *grown;

    if (list->credentials_count >= OPTION_LIST_MAX)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    grown = realloc(list->credentials, (list->credentials_count + 1) * sizeof(*grown));
    if (grown == NULL)
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    list->credentials = grown;
    if (!copy(credentials->name, &fresh.name) || !copy(credentials->type, &fresh.type) ||
        !copy(credentials->domain, &fresh.domain) || !copy(credentials->user, &fresh.user) ||
        !copy(credentials->password, &fresh.password) ||
        !copy(credentials->thumbprint, &fresh.thumbprint)) {
        credentials_deinit(&fresh);
        return MI_RESULT_SERVER_LIMITS_EXCEEDED;
    }
    grown[list->credentials_count++] = fresh;
    return MI_RESULT_OK;
}

MI_Result option_list_add_credentials(OptionList *list, const char *name,
                                      const MI_UserCredentials *credentials, MI_Uint32 flags)
{
    Credentials view = {.flags = flags};

    if (list == NULL || name == NULL || credentials == NULL ||
        credentials->authenticationType == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    view.name = (char *)(uintptr_t)name;
    view.type = (char *)(uintptr_t)credentials->authenticationType;
    if (has_thumbprint(view.type)) {
        view.thumbprint = (char *)(uintptr_t)credentials->credentials.certificateThumbprint;
    } else {
        const MI_UsernamePasswordCreds *user = &credentials->credentials.usernamePassword;

        view.domain = (char *)(uintptr_t)user->domain;
        view.user = (char *)(uintptr_t)user->username;
        view.password = (char *)(uintptr_t)user->password;
    }
    return append_credentials(list, &view);
}

MI_Result option_list_get_credentials(const OptionList *list, MI_Uint32 index, const char **name,
                                      MI_UserCredentials *credentials, MI_Uint32 *flags)
{
    const Credentials *found;

    if (list == NULL || credentials == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    if (index >= list->credentials_count)
        return MI_RESULT_NOT_FOUND;
    found = &list->credentials[index];
    *credentials = (MI_UserCredentials){.authenticationType = found->type};
    if (has_thumbprint(found->type))
        credentials->credentials.certificateThumbprint = found->thumbprint;
    else
        credentials->credentials.usernamePassword =
            (MI_UsernamePasswordCreds){.domain = found->domain, .username = found->user};
    if (name != NULL)
        *name = found->name;
    if (flags != NULL)
        *flags = found->flags;
    return MI_RESULT_OK;
}

MI_Result option_list_get_password(const OptionList *list, MI_Uint32 index, const char **name,
                                   char *password, MI_Uint32 size, MI_Uint32 *needed,
                                   MI_Uint32 *flags)
{
    const char *text;
    size_t length;

    if (list == NULL || (password == NULL && size > 0))
        return MI_RESULT_INVALID_PARAMETER;
    if (index >= list->credentials_count)
        return MI_RESULT_NOT_FOUND;
    text = list->credentials[index].password;
    if (text == NULL)
        text = "";
    length = strlen(text) + 1;
    if (needed != NULL)
        *needed = (MI_Uint32)length;
    if (name != NULL)
        *name = list->credentials[index].name;
    if (flags != NULL)
        *flags = list->credentials[index].flags;
    if (length > size)
        return MI_RESULT_FAILED;
    memcpy(password, text, length);
    return MI_RESULT_OK;
}

OptionList *option_list_clone(const OptionList *list)
{
    CLEANUP(option_list_freep) OptionList *clone = option_list_new();

    for (MI_Uint32 i = 0; clone != NULL && list != NULL && i < list->count; i++) {
        const Option *option = &list->options[i];

        if (put(clone, NULL, option->name, option->type, &option->value, option->flags) !=
            MI_RESULT_OK)
            return NULL;
        clone->options[i].is_custom = option->is_custom;
    }
    for (MI_Uint32 i = 0; clone != NULL && list != NULL && i < list->credentials_count; i++)
        if (append_credentials(clone, &list->credentials[i]) != MI_RESULT_OK)
            return NULL;
    return take_pointer(clone);
}
