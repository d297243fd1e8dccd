#include "client/peer.h"

#include "client/answer.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

void peer_init(Peer *peer)
{
    *peer = (Peer){.kind = PEER_UNKNOWN};
}

void peer_deinit(Peer *peer)
{
    buffer_deinit(&peer->version);
    buffer_deinit(&peer->why);
}

static void take_info(Peer *peer, Span info)
{
    Span value;

    if (view_member(info, "version", &value) && view_is_string(value))
        view_put_text(&peer->version, value);
    if (!view_member(info, "protocol", &value) || json_get_integer(value, &peer->protocol) < 0)
        return;
    if (peer->protocol != PEER_PROTOCOL)
        peer->kind = PEER_FOREIGN;
    else
        peer->kind =
            span_equals(buffer_span(&peer->version), MIHOST_VERSION) ? PEER_SAME : PEER_OTHER;
}

static int on_due(void *data)
{
    (void)data;
    return -ETIMEDOUT;
}

ExchangeOutcome peer_ask(Peer *peer, Ctl *ctl, unsigned patience)
{
    CLEANUP(buffer_deinit) Buffer request = BUFFER_INIT;
    CLEANUP(exchange_deinit)
    Exchange exchange = {
        .connection = &ctl->connection,
        .interrupt = &ctl->interrupt,
        .on_due = on_due,
    };
    ExchangeOutcome outcome;

    rpc_put_request_head(&request, SPAN(EXCHANGE_ID), "host/info");
    buffer_put_string(&request, "{}}");
    if (buffer_failed(&request))
        return EXCHANGE_FAILED;
    if (patience > 0)
        exchange_set_due(&exchange, patience);
    outcome = exchange_run(&exchange, buffer_span(&request));
    if (outcome == EXCHANGE_ANSWERED && exchange.answer.result.data != NULL)
        take_info(peer, exchange.answer.result);
    else if (outcome == EXCHANGE_ANSWERED)
        (void)answer_put_error(&peer->why, buffer_span(&ctl->address.name), exchange.answer.error,
                               ANSWER_NOT_CANCELED_HERE);
    if (outcome == EXCHANGE_FAILED && exchange.error == -ETIMEDOUT)
        outcome = EXCHANGE_STOPPED;
    buffer_put_span(&peer->why, buffer_span(&exchange.why));
    return outcome;
}

void peer_put_difference(const Peer *peer, Buffer *to)
{
    if (peer->kind != PEER_OTHER && peer->kind != PEER_FOREIGN)
        return;
    buffer_put_string(to, "the server is mihostd ");
    buffer_put_span(to, buffer_span(&peer->version));
    if (peer->kind == PEER_FOREIGN)
        buffer_printf(to,
                      " and speaks protocol %lld, this is mihostctl " MIHOST_VERSION
                      " and speaks protocol %d: use the mihostctl that came with the server",
                      (long long)peer->protocol, PEER_PROTOCOL);
    else
        buffer_put_string(to,
                          ", this is mihostctl " MIHOST_VERSION ": the older one is to be updated");
}
