/*
 * mihostd.conf: a file of any bytes.
 *
 * It is read, or refused with file, line and a sentence. What was read is within its limits, and
 * reading it once more comes to the same.
 */
#include "server/config.h"

#include "tests/fuzz/text_file.h"

#include <errno.h>
#include <string.h>

static void check_error(int r, const KeyValueError *error)
{
    require(r == -EINVAL || r == -EIO);
    require(error->file[0] != '\0' && error->message[0] != '\0');
    require(memchr(error->message, '\0', sizeof(error->message)) != NULL);
    for (const char *c = error->message; *c != '\0'; c++)
        require(*c != '\n');
}

static void check_config(const Config *config)
{
    require(config->registration_count >= 1 && config->registration_count <= CONFIG_MAX_FOLDERS);
    require(config->socket != NULL && strlen(config->socket) < 108);
    require(config->agent[0] == '/' && config->providers[0] == '/');
    require(config->max_clients > 0 && config->max_message > 0 && config->max_requests > 0);
    require(config->max_agents > 0 && config->operations > 0 && config->window > 0);
    require(config->max_collected <= config->max_buffered);
    require(config->max_timeout == 0 || config->default_timeout <= config->max_timeout);
    require(config->grace > 0 && config->stop_time > 0);
}

static int read_config(Config *config, const char *path, KeyValueError *error)
{
    int r;

    require(config_init(config) == 0);
    r = config_read(config, path, error);
    return r == 0 ? config_finish(config, error) : r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = text_file(data, size);
    KeyValueError error = {.message = ""}, again = {.message = ""};
    Config config, other;
    int r = read_config(&config, path, &error);

    require(read_config(&other, path, &again) == r);
    require(strcmp(error.message, again.message) == 0 && error.line == again.line);
    if (r == 0)
        check_config(&config);
    else
        check_error(r, &error);
    config_deinit(&config);
    config_deinit(&other);
    return 0;
}
