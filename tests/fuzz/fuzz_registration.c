/*
 * A registration: a .reg file of any bytes, and the table of classes that is made of it.
 *
 * It is read, or refused with file, line and a sentence. What was read equals what is read once
 * more, and each of its classes is found and linked to its bases, whatever circle they make.
 */
#include "server/class_table.h"
#include "server/provider.h"

#include "tests/fuzz/text_file.h"

#include <errno.h>
#include <string.h>

static void check_error(int r, const KeyValueError *error)
{
    require(r == -EINVAL || r == -EIO);
    require(error->file[0] != '\0' && error->message[0] != '\0');
    require(memchr(error->message, '\0', sizeof(error->message)) != NULL);
}

static void check_classes(Provider *provider)
{
    ClassTable table = {0};
    const Provider *other = NULL;

    for (size_t i = 0; i < provider->class_count; i++) {
        int r = class_table_add(&table, provider, &provider->classes[i], &other);
        require(r == 0 || (r == -EEXIST && other == provider));
    }
    require(class_table_link(&table) == 0);
    for (size_t i = 0; i < provider->class_count; i++) {
        const char *name = provider->classes[i].name;
        const ClassEntry *entry = class_table_find(&table, provider->name_space, name);

        require(entry != NULL && class_entry_is_a(entry, name));
        for (size_t j = 0; j < entry->ancestor_count; j++)
            require(class_entry_is_a(entry, entry->ancestors[j]->name));
    }
    class_table_deinit(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = text_file(data, size);
    Provider *provider = NULL, *again = NULL;
    KeyValueError error = {.message = ""};
    Config config;
    int r;

    require(config_init(&config) == 0);
    r = provider_read(path, "root/test", &config, &provider, &error);
    if (r == 0) {
        require(provider->class_count > 0 && provider->library != NULL);
        require(provider->operations > 0 && provider->grace > 0);
        require(provider_read(path, "root/test", &config, &again, &error) == 0);
        require(provider_equals(provider, again));
        check_classes(provider);
    } else {
        require(provider == NULL);
        check_error(r, &error);
    }
    provider_unref(provider);
    provider_unref(again);
    config_deinit(&config);
    return 0;
}
