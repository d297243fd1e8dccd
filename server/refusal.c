#include "server/refusal.h"

#include "base/log.h"
#include "protocol/rpc.h"

#include <errno.h>
#include <stdlib.h>

struct Refusal {
    Client *client;
    Timer patience; /* not running: it is told at once */
    MI_Result result;
    char why[];
};

static void on_patience(Timer *timer)
{
    refusal_tell(container_of(timer, Refusal, patience)->client, (Span){0});
}

int refusal_new(Client *client, MI_Result result, const char *why)
{
    size_t size = strlen(why) + 1;
    Refusal *refusal = calloc(1, sizeof(*refusal) + size);

    if (refusal == NULL)
        return -ENOMEM;
    refusal->client = client;
    refusal->result = result;
    memcpy(refusal->why, why, size);
    timer_init(&refusal->patience, &client->server->timers, on_patience);
    client->refusal = refusal;
    client->state = CLIENT_REFUSED;
    /* Those who wait take places: a user has a few of them. */
    if (client->user->told++ < REFUSAL_MAX_WAITING)
        timer_start(&refusal->patience, REFUSAL_PATIENCE);
    else
        refusal_tell(client, (Span){0});
    return 0;
}

Refusal *refusal_free(Refusal *refusal)
{
    if (refusal == NULL)
        return NULL;
    refusal->client->user->told--;
    timer_stop(&refusal->patience);
    free(refusal);
    return NULL;
}

void refusal_tell(Client *client, Span text)
{
    Refusal *refusal = client->refusal;
    RpcMessage message = {0};
    RpcFault fault;
    bool has_id = text.data != NULL && rpc_parse(text, &message, &fault) == 0;

    client->refusal = NULL;
    client_leave(client, has_id ? message.id : (Span){0}, refusal->result, refusal->why);
    refusal_free(refusal);
}
