#include "tests/support/client.h"

#include "tests/support/fixture.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define READ_SIZE 65536

/* A message that came. */
typedef struct Message {
    List link; /* Client.unclaimed or Client.claimed */
    cJSON *tree;
} Message;

int client_open(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

Client *client_new(Fixture *fixture, int fd, ClientFraming framing)
{
    Client *client = calloc(1, sizeof(*client));

    if (fd < 0)
        test_failed("cannot connect to '%s': %s", fixture->socket, strerror(errno));
    if (client == NULL)
        test_failed("out of memory");
    client->fd = fd;
    client->framing = framing;
    list_init(&client->unclaimed);
    list_init(&client->claimed);
    list_append(&fixture->clients, &client->link);
    return client;
}

Client *client_connect(Fixture *fixture, ClientFraming framing)
{
    return client_new(fixture, client_open(fixture->socket), framing);
}

void client_send(Client *client, const void *data, size_t size)
{
    const char *bytes = data;
    int64_t deadline = wait_deadline();

    while (size > 0) {
        ssize_t sent = send(client->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN)
            test_failed("cannot send to the daemon: %s", strerror(errno));
        if (sent < 0 && !wait_moment(deadline))
            test_failed("waited in vain for the daemon to read");
        if (sent < 0)
            continue;
        bytes += sent;
        size -= (size_t)sent;
    }
}

void client_send_text(Client *client, const char *text)
{
    client_send(client, text, strlen(text));
}

void client_put_message(const Client *client, Buffer *to, const char *json)
{
    if (client->framing == CLIENT_HEADERS)
        buffer_printf(to, "Content-Length: %zu\r\n\r\n", strlen(json));
    buffer_put_string(to, json);
    if (client->framing == CLIENT_LINES)
        buffer_put_char(to, '\n');
}

void client_send_message(Client *client, const char *json)
{
    Buffer text = BUFFER_INIT;

    client_put_message(client, &text, json);
    client_send(client, text.data, text.size);
    buffer_deinit(&text);
}

static char *make_request(Client *client, long *id, const char *method, const char *params,
                          va_list arguments)
{
    char *values = NULL, *text = NULL;

    *id = ++client->last_id;
    if (vasprintf(&values, params, arguments) < 0 ||
        asprintf(&text, "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"%s\",\"params\":%s}", *id,
                 method, values) < 0)
        test_failed("out of memory");
    free(values);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    return text;
}

char *client_make_request(Client *client, long *id, const char *method, const char *params, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, params);
    text = make_request(client, id, method, params, arguments);
    va_end(arguments);
    return text;
}

long client_request(Client *client, const char *method, const char *params, ...)
{
    va_list arguments;
    char *text;
    long id;

    va_start(arguments, params);
    text = make_request(client, &id, method, params, arguments);
    va_end(arguments);
    client_send_message(client, text);
    free(text);
    return id;
}

void client_cancel(Client *client, long id, const char *reason)
{
    char text[256];

    if (reason == NULL)
        snprintf(text, sizeof(text),
                 "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":%ld}}",
                 id);
    else
        snprintf(text, sizeof(text),
                 "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":%ld,"
                 "\"reason\":\"%s\"}}",
                 id, reason);
    client_send_message(client, text);
}

static bool is_answer_to(const cJSON *message, const cJSON *id)
{
    return !cJSON_HasObjectItem(message, "method") && !cJSON_IsNull(id) &&
           cJSON_Compare(cJSON_GetObjectItemCaseSensitive(message, "id"), id, true);
}

static bool is_answered(const List *messages, const cJSON *id)
{
    list_for_each (element, messages)
        if (is_answer_to(list_entry(element, Message, link)->tree, id))
            return true;
    return false;
}

/* Checks the envelope of a message: exactly one of request, notification, result and error. */
static void check_envelope(Client *client, const cJSON *tree, const char *text, int size)
{
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(tree, "jsonrpc");
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(tree, "id");
    bool method = cJSON_GetObjectItemCaseSensitive(tree, "method") != NULL;
    bool result = cJSON_GetObjectItemCaseSensitive(tree, "result") != NULL;
    bool error = cJSON_GetObjectItemCaseSensitive(tree, "error") != NULL;

    if (!cJSON_IsString(version) || strcmp(version->valuestring, "2.0") != 0)
        test_failed("a message without \"jsonrpc\":\"2.0\": %.*s", size, text);
    if (method + result + error != 1 || (!method && id == NULL))
        test_failed("neither request nor response: %.*s", size, text);
    if (!method && (is_answered(&client->claimed, id) || is_answered(&client->unclaimed, id)))
        test_failed("a second response to one request: %.*s", size, text);
}

static void take_message(Client *client, const char *text, size_t size)
{
    Message *message = calloc(1, sizeof(*message));
    const char *end = NULL;
    int shown = size > 500 ? 500 : (int)size; /* of it, when something is wrong */

    if (message == NULL)
        test_failed("out of memory");
    message->tree = cJSON_ParseWithLengthOpts(text, size, &end, false);
    if (message->tree == NULL || end != text + size) {
        cJSON_Delete(message->tree);
        free(message);
        test_failed("the daemon sent what is no JSON: %.*s", shown, text);
    }
    check_envelope(client, message->tree, text, shown);
    list_append(&client->unclaimed, &message->link);
}

/* The length that a header block of @size bytes says. */
static size_t read_header(const char *data, size_t size)
{
    char text[128], expected[128];
    size_t length = 0;

    snprintf(text, sizeof(text), "%.*s", (int)size, data);
    (void)sscanf(text, "Content-Length: %zu", &length);
    snprintf(expected, sizeof(expected), "Content-Length: %zu\r\n\r\n", length);
    if (strcmp(text, expected) != 0)
        test_failed("the daemon sent a header block that is none: %s", text);
    return length;
}

/* Takes one message off the bytes that came. False if none is whole. */
static bool split_message(Client *client)
{
    Buffer *input = &client->input;
    size_t head = 0, body = 0, tail = 0;

    if (input->size == 0)
        return false;
    if (client->framing == CLIENT_LINES) {
        const char *end = memchr(input->data, '\n', input->size);
        if (end == NULL)
            return false;
        body = (size_t)(end - input->data);
        tail = 1;
    } else {
        const char *end = memmem(input->data, input->size, "\r\n\r\n", 4);
        if (end == NULL)
            return false;
        head = (size_t)(end - input->data) + 4;
        body = read_header(input->data, head);
        if (input->size < head + body)
            return false;
    }
    take_message(client, input->data + head, body);
    buffer_consume(input, head + body + tail);
    return true;
}

typedef enum ClientRead {
    READ_SOMETHING,
    READ_END,
    READ_LATE,
} ClientRead;

static ClientRead read_bytes(Client *client, int64_t deadline)
{
    char *room;
    ssize_t size;

    if (client->ended || client->fd < 0)
        return READ_END;
    if (!wait_readable(client->fd, deadline))
        return READ_LATE;
    room = buffer_reserve(&client->input, READ_SIZE);
    if (room == NULL)
        test_failed("out of memory");
    size = recv(client->fd, room, READ_SIZE, 0);
    if (size <= 0) {
        client->ended = true;
        return READ_END;
    }
    client->input.size += (size_t)size;
    return READ_SOMETHING;
}

static const cJSON *claim(Client *client, Message *message)
{
    list_unlink(&message->link);
    list_append(&client->claimed, &message->link);
    return message->tree;
}

static Message *search(Client *client, ClientMatch matches, const void *data)
{
    list_for_each (element, &client->unclaimed) {
        Message *message = list_entry(element, Message, link);
        if (matches(message->tree, data))
            return message;
    }
    return NULL;
}

const cJSON *client_peek(Client *client, ClientMatch matches, const void *data)
{
    Message *message = search(client, matches, data);

    return message == NULL ? NULL : message->tree;
}

/* Lists what came and nobody claimed, for the message of a failure. */
static void list_unclaimed(Client *client, char *text, size_t size)
{
    size_t used = 0;

    *text = '\0';
    list_for_each (element, &client->unclaimed) {
        char *json = cJSON_PrintUnformatted(list_entry(element, Message, link)->tree);
        if (json != NULL && used < size)
            used += (size_t)snprintf(text + used, size - used, "\n  %.400s", json);
        free(json);
    }
}

const cJSON *client_find(Client *client, ClientMatch matches, const void *data, const char *what)
{
    int64_t deadline = wait_deadline();
    char others[2048];

    for (;;) {
        Message *message = search(client, matches, data);
        if (message != NULL)
            return claim(client, message);
        if (split_message(client))
            continue;
        switch (read_bytes(client, deadline)) {
        case READ_SOMETHING:
            break;
        case READ_END:
            list_unclaimed(client, others, sizeof(others));
            test_failed("the daemon closed the connection before %s; it sent:%s", what, others);
        case READ_LATE:
            list_unclaimed(client, others, sizeof(others));
            test_failed("waited in vain for %s; there came:%s", what, others);
        }
    }
}

static bool matches_all(const cJSON *message, const void *data)
{
    (void)message;
    (void)data;
    return true;
}

const cJSON *client_next(Client *client)
{
    return client_find(client, matches_all, NULL, "the next message");
}

void client_skip_bytes(Client *client, size_t size)
{
    int64_t deadline = wait_deadline();

    while (client->input.size < size) {
        size -= client->input.size;
        buffer_clear(&client->input);
        if (read_bytes(client, deadline) != READ_SOMETHING)
            test_failed("waited in vain for %zu more bytes", size);
    }
    buffer_consume(&client->input, size);
}

size_t client_drain(Client *client)
{
    size_t before = client->input.size;

    while (read_bytes(client, 0) == READ_SOMETHING)
        ;
    return client->input.size - before;
}

void client_half_close(Client *client)
{
    if (shutdown(client->fd, SHUT_WR) < 0)
        test_failed("shutdown: %s", strerror(errno));
}

void client_hang_up(Client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
}

/* Reads until the daemon closes; what came last must be whole. */
static void read_to_end(Client *client)
{
    int64_t deadline = wait_deadline();

    for (;;) {
        while (split_message(client))
            ;
        switch (read_bytes(client, deadline)) {
        case READ_SOMETHING:
            break;
        case READ_END:
            if (client->input.size > 0)
                test_failed("the daemon's last message was cut short: %.*s",
                            (int)(client->input.size > 500 ? 500 : client->input.size),
                            client->input.data);
            return;
        case READ_LATE:
            test_failed("waited in vain for the daemon to close the connection");
        }
    }
}

void client_expect_end(Client *client)
{
    char others[2048];

    read_to_end(client);
    list_unclaimed(client, others, sizeof(others));
    if (!list_is_empty(&client->unclaimed))
        test_failed("the daemon sent more than was expected before it closed:%s", others);
}

static void free_messages(List *messages)
{
    list_for_each_safe (element, messages) {
        Message *message = list_entry(element, Message, link);
        list_unlink(element);
        cJSON_Delete(message->tree);
        free(message);
    }
}

void client_free(Client *client)
{
    if (client == NULL)
        return;
    client_hang_up(client);
    list_unlink(&client->link);
    free_messages(&client->unclaimed);
    free_messages(&client->claimed);
    buffer_deinit(&client->input);
    free(client);
}

void client_finish(Client *client)
{
    if (client->fd >= 0)
        read_to_end(client);
}
