#include "server/reconfigure.h"

#include "base/log.h"
#include "server/client.h"
#include "server/listener.h"
#include "server/options.h"

#include <errno.h>
#include <stdlib.h>

static int read_again(Server *server, Config *config, KeyValueError *error)
{
    int r = config_init(config);

    if (r == 0)
        r = options_apply(server->options, config, error);
    if (r == 0)
        r = config_keep_fixed(config, server->config);
    if (r == -ENOMEM)
        (void)keyvalue_error(error, NULL, "out of memory");
    return r;
}

/* Says why nothing changes, and frees @config. */
static void give_up(Config *config, const KeyValueError *error)
{
    char text[KEYVALUE_ERROR_SIZE];

    if (config != NULL)
        config_deinit(config);
    free(config);
    log_error("%s; the old configuration stays in force", keyvalue_describe(error, text));
}

void reconfigure(Server *server)
{
    KeyValueError *error = &server->config_error;
    Config *fresh;

    *error = (KeyValueError){0};
    if (server->options == NULL)
        return;
    fresh = calloc(1, sizeof(*fresh));
    if (fresh == NULL)
        (void)keyvalue_error(error, NULL, "out of memory");
    if (fresh == NULL || read_again(server, fresh, error) < 0) {
        give_up(fresh, error);
        return;
    }
    *error = (KeyValueError){0};
    log_set_level(fresh->log_level);
    server->config = server->quota.config = fresh;
    /* Clients look at the policy that is in force: they let go of the old one before it goes. */
    review_clients(server);
    if (server->own_config != NULL)
        config_deinit(server->own_config);
    free(server->own_config);
    server->own_config = fresh;
    listener_resume(server->listener);
}

void review_clients(Server *server)
{
    /* Whom a client of it makes one again. */
    for (User *user = server->quota.users; user != NULL; user = user->hh.next)
        user->is_trusted = false;
    list_for_each_safe (link, &server->clients) {
        client_review(list_entry(link, Client, link));
    }
}
