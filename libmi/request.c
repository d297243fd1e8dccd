#include "libmi/request.h"

#include "protocol/json.h"
#include "protocol/mi_json.h"
#include "protocol/rpc.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

void request_put_text(Buffer *to, const char *name, const char *text)
{
    if (text == NULL)
        return;
    buffer_put_char(to, ',');
    json_put_key(to, name);
    json_put_string(to, span_of(text));
}

void request_put_flag(Buffer *to, const char *name, MI_Boolean flag)
{
    if (!flag)
        return;
    buffer_put_char(to, ',');
    json_put_key(to, name);
    buffer_put_string(to, "true");
}

/* `,"options":{name:{"type":...,"value":...}}`: those that are the provider's. */
static int put_options(Buffer *to, const OptionList *list)
{
    bool is_first = true;

    for (MI_Uint32 i = 0; list != NULL && i < list->count; i++) {
        const Option *option = &list->options[i];

        if (!option->is_custom)
            continue;
        buffer_put_string(to, is_first ? ",\"options\":{" : ",");
        is_first = false;
        json_put_string(to, span_of(option->name));
        buffer_printf(to, ":{\"type\":\"%s\",\"value\":", value_type_name(option->type));
        if (mi_json_put_value(to, &option->value, option->type) < 0)
            return -EINVAL;
        buffer_put_char(to, '}');
    }
    if (!is_first)
        buffer_put_char(to, '}');
    return 0;
}

static void put_channels(Buffer *to, unsigned wants)
{
    static const char *const names[] = {"warning", "verbose", "debug"};
    char mark = '[';

    if ((wants & (REQUEST_WANTS_WARNINGS | REQUEST_WANTS_VERBOSE | REQUEST_WANTS_DEBUG)) == 0)
        return;
    buffer_put_string(to, ",\"messages\":");
    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        if ((wants & (unsigned)REQUEST_WANTS_WARNINGS << i) == 0)
            continue;
        buffer_printf(to, "%c\"%s\"", mark, names[i]);
        mark = ',';
    }
    buffer_put_char(to, ']');
}

int request_begin(Buffer *to, const RequestHead *head)
{
    char id[24];

    snprintf(id, sizeof(id), "%lld", (long long)head->id);
    rpc_put_request_head(to, span_of(id), head->method);
    buffer_put_string(to, "{\"namespace\":");
    json_put_string(to, span_of(head->name_space));
    if (head->timeout > 0)
        buffer_printf(to, ",\"timeoutMs\":%llu", head->timeout);
    request_put_text(to, "locale", head->locale);
    if ((head->wants & REQUEST_WANTS_PARTS) != 0)
        buffer_printf(to, ",\"partialResultToken\":%s,\"acknowledge\":true", id);
    if ((head->wants & REQUEST_WANTS_PROGRESS) != 0)
        buffer_printf(to, ",\"workDoneToken\":%s", id);
    request_put_flag(to, "prompts", (head->wants & REQUEST_WANTS_PROMPTS) != 0);
    put_channels(to, head->wants);
    return put_options(to, head->options);
}

void request_end(Buffer *to)
{
    buffer_put_string(to, "}}");
}

/* Whether an element of an instance has a key among it: only then are keys told apart. */
static bool has_keys(const MI_Instance *instance, MI_Uint32 count)
{
    MI_Uint32 flags;

    for (MI_Uint32 i = 0; i < count; i++)
        if (MI_Instance_GetElementAt(instance, i, NULL, NULL, NULL, &flags) == MI_RESULT_OK &&
            (flags & MI_FLAG_KEY) != 0)
            return true;
    return false;
}

/* `{name:value,...}` of the elements whose flags have none of @without and all of @with. */
static int put_elements(Buffer *to, const MI_Instance *instance, MI_Uint32 count, MI_Uint32 with,
                        MI_Uint32 without)
{
    const MI_Char *name;
    char mark = '{';
    MI_Value value;
    MI_Uint32 flags;
    MI_Type type;

    for (MI_Uint32 i = 0; i < count; i++) {
        if (MI_Instance_GetElementAt(instance, i, &name, &value, &type, &flags) != MI_RESULT_OK)
            return -EINVAL;
        if ((flags & without) != 0 || (flags & with) != with || strcasecmp(name, "MIReturn") == 0)
            continue;
        buffer_put_char(to, mark);
        mark = ',';
        json_put_string(to, span_of(name));
        buffer_put_char(to, ':');
        if (mi_json_put_value(to, (flags & MI_FLAG_NULL) != 0 ? NULL : &value, type) < 0)
            return -EINVAL;
    }
    if (mark == '{')
        buffer_put_char(to, mark);
    buffer_put_char(to, '}');
    return 0;
}

int request_put_instance(Buffer *to, const MI_Instance *instance, bool keys_only)
{
    const MI_Char *class_name;
    MI_Uint32 count;
    int r;

    if (MI_Instance_GetClassName(instance, &class_name) != MI_RESULT_OK || class_name == NULL ||
        MI_Instance_GetElementCount(instance, &count) != MI_RESULT_OK)
        return -EINVAL;
    buffer_put_string(to, ",\"instance\":{\"class\":");
    json_put_string(to, span_of(class_name));
    buffer_put_string(to, ",\"properties\":");
    if (keys_only && has_keys(instance, count))
        r = put_elements(to, instance, count, MI_FLAG_KEY, MI_FLAG_NULL);
    else
        r = put_elements(to, instance, count, 0, keys_only ? MI_FLAG_NULL : MI_FLAG_NOT_MODIFIED);
    buffer_put_char(to, '}');
    return r;
}

int request_put_parameters(Buffer *to, const MI_Instance *parameters)
{
    MI_Uint32 count;

    if (parameters == NULL)
        return 0;
    if (MI_Instance_GetElementCount(parameters, &count) != MI_RESULT_OK)
        return -EINVAL;
    buffer_put_string(to, ",\"parameters\":");
    return put_elements(to, parameters, count, 0, MI_FLAG_NULL);
}
