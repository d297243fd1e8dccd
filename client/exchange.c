#include "client/exchange.h"

#include "client/clock.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>
#include <limits.h>

void exchange_deinit(Exchange *exchange)
{
    buffer_deinit(&exchange->why);
}

void exchange_set_due(Exchange *exchange, unsigned long milliseconds)
{
    if (exchange->due == 0)
        exchange->due = clock_ms() + milliseconds;
}

static void exchange_cancel(void *data)
{
    Exchange *exchange = data;
    CLEANUP(buffer_deinit) Buffer cancel = BUFFER_INIT;

    rpc_put_notification_head(&cancel, "$/cancelRequest");
    buffer_put_string(&cancel, "{\"id\":" EXCHANGE_ID ",\"reason\":\"none\"}}");
    exchange->state = EXCHANGE_CANCELING;
    /* The user may leave before the answer comes. */
    if (exchange->due != 0)
        exchange->due = clock_ms();
    if (!buffer_failed(&cancel) && connection_send(exchange->connection, buffer_span(&cancel)) == 0)
        exchange->on_cancel(exchange->data);
}

/* Hands a request to the listener. One that it doesn't take is refused, so that the server doesn't
 * wait. */
static int exchange_take_request(Exchange *exchange, const RpcMessage *request)
{
    CLEANUP(buffer_deinit) Buffer response = BUFFER_INIT;
    int r = exchange->on_request == NULL ? 1 : exchange->on_request(exchange->data, request);

    if (r <= 0)
        return r;
    rpc_put_error(&response, request->id, RPC_METHOD_NOT_FOUND,
                  SPAN("mihostctl was not asked to answer this"), (Span){NULL, 0});
    if (buffer_failed(&response))
        return -ENOMEM;
    return connection_send(exchange->connection, buffer_span(&response));
}

static ExchangeOutcome exchange_stop(Exchange *exchange, int error)
{
    exchange->error = error;
    return EXCHANGE_STOPPED;
}

static ExchangeOutcome exchange_fail(Exchange *exchange, int error)
{
    exchange->error = error;
    return error == -ECANCELED ? EXCHANGE_LEFT : EXCHANGE_FAILED;
}

/* True for what MI refused, not for a request that could not be read. */
static bool is_refusal(Span error)
{
    Span value;
    int64_t code;

    return view_member(error, "code", &value) && json_get_integer(value, &code) == 0 &&
           code == RPC_REQUEST_FAILED;
}

/* Only the response to our request will do; another one leaves nothing to wait for. */
static ExchangeOutcome exchange_take_response(Exchange *exchange, const RpcMessage *response)
{
    /* Without an id: the server's word to whom it doesn't want to serve at all. */
    if (span_equals(response->id, EXCHANGE_ID) ||
        (response->id.data == NULL && is_refusal(response->error)))
        return EXCHANGE_ANSWERED;
    if (response->id.data == NULL) {
        buffer_put_string(&exchange->why, "it could not read the request: ");
        view_put_json(&exchange->why, response->error);
    } else {
        buffer_put_string(&exchange->why, "a response to a request that was not sent, id ");
        buffer_put_span(&exchange->why, response->id);
    }
    return EXCHANGE_NONSENSE;
}

/* Takes one message. EXCHANGE_OWED: it was not the response, go on. */
static ExchangeOutcome exchange_take(Exchange *exchange, Span text)
{
    RpcMessage *message = &exchange->answer;
    RpcFault fault;
    int r = rpc_parse(text, message, &fault);

    if (r == -EINVAL) {
        buffer_put_string(&exchange->why, fault.message);
        return EXCHANGE_NONSENSE;
    }
    if (r < 0)
        return exchange_fail(exchange, r);
    switch (message->kind) {
    case RPC_RESPONSE:
        return exchange_take_response(exchange, message);
    case RPC_REQUEST:
        r = exchange_take_request(exchange, message);
        return r < 0 ? exchange_stop(exchange, r) : EXCHANGE_OWED;
    case RPC_NOTIFICATION:
        if (exchange->on_notification != NULL)
            r = exchange->on_notification(exchange->data, message);
        return r < 0 ? exchange_stop(exchange, r) : EXCHANGE_OWED;
    }
    return EXCHANGE_OWED;
}

/* Waits for the server, or until something is due, which is done. 0 or a negative number. */
static int exchange_wait(Exchange *exchange)
{
    int timeout = INTERRUPT_NO_TIMEOUT;

    if (exchange->due != 0) {
        uint64_t now = clock_ms();

        if (now >= exchange->due)
            return exchange->on_due(exchange->data);
        timeout = exchange->due - now < INT_MAX ? (int)(exchange->due - now) : INT_MAX;
    }
    return interrupt_wait(exchange->interrupt, exchange->connection->fd,
                          connection_events(exchange->connection), timeout);
}

static ExchangeOutcome exchange_receive(Exchange *exchange)
{
    for (;;) {
        ExchangeOutcome outcome;
        Span text;
        int r = connection_receive(exchange->connection, &text);

        switch (r) {
        case CONNECTION_MESSAGE:
            outcome = exchange_take(exchange, text);
            if (outcome != EXCHANGE_OWED)
                return outcome;
            break;
        case CONNECTION_MORE:
            r = exchange_wait(exchange);
            if (r < 0)
                return exchange_fail(exchange, r);
            connection_flush(exchange->connection);
            break;
        case CONNECTION_CLOSED:
            return EXCHANGE_LOST;
        case CONNECTION_TOO_LARGE:
            buffer_printf(&exchange->why, "a message of more than %u bytes",
                          CONNECTION_MAX_MESSAGE);
            return EXCHANGE_NONSENSE;
        default:
            return exchange_fail(exchange, r);
        }
    }
}

ExchangeOutcome exchange_run(Exchange *exchange, Span request)
{
    ExchangeOutcome outcome;
    int r = connection_send(exchange->connection, request);

    if (r < 0)
        return exchange_fail(exchange, r);
    if (exchange->on_cancel != NULL)
        interrupt_set(exchange->interrupt, exchange_cancel, exchange);
    outcome = exchange_receive(exchange);
    /* Nothing is left to be canceled: a Ctrl-C while the result is printed means to leave. */
    interrupt_set(exchange->interrupt, NULL, NULL);
    return outcome;
}
