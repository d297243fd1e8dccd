#include "agent/set_option.h"

#include "mi/class_decl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int set_option_add(SetOption **options, const char *name, const char *value)
{
    size_t name_size = strlen(name) + 1, value_size = strlen(value) + 1;
    SetOption *option = malloc(sizeof(*option) + name_size + value_size);

    if (option == NULL)
        return -ENOMEM;
    memcpy(option->name, name, name_size);
    option->value = memcpy(option->name + name_size, value, value_size);
    option->next = *options;
    *options = option;
    return 0;
}

const char *set_option_find(const SetOption *options, const char *name)
{
    while (options != NULL && !class_name_equals(options->name, name))
        options = options->next;
    return options == NULL ? NULL : options->value;
}

void set_options_free(SetOption *options)
{
    while (options != NULL) {
        SetOption *next = options->next;

        free(options);
        options = next;
    }
}
