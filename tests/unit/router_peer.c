/*
 * What a peer does with the bytes that come: it sorts them into lines, and these into responses, as
 * they come. A test may get megabytes: no line is looked at twice while it waits.
 */
#include "tests/unit/router_peer.h"

#include "protocol/json.h"
#include "tests/support/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The id that @line is a response to; 0: it is none, or that of no number. */
static unsigned long response_id(Span line)
{
    static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":";
    char *end;
    unsigned long id;

    if (line.size <= sizeof(head) || memcmp(line.data, head, sizeof(head) - 1) != 0)
        return 0;
    id = strtoul(line.data + sizeof(head) - 1, &end, 10);
    return strncmp(end, ",\"result\":", 10) == 0 || strncmp(end, ",\"error\":", 9) == 0 ? id : 0;
}

/* Writes down the responses among the lines that are new. */
static void sort_lines(Peer *peer)
{
    Span rest = buffer_span(&peer->got);
    const char *end;

    span_skip(&rest, peer->sorted);
    while (rest.size > 0 && (end = memchr(rest.data, '\n', rest.size)) != NULL) {
        Response response = {.begin = peer->sorted, .size = (size_t)(end - rest.data)};

        response.id = response_id((Span){rest.data, response.size});
        if (response.id != 0) {
            buffer_put(&peer->responses, &response, sizeof(response));
            assert_false(buffer_failed(&peer->responses));
        }
        peer->sorted += response.size + 1;
        span_skip(&rest, response.size + 1);
    }
}

void peer_read(Peer *peer)
{
    ssize_t size;

    if (peer->fd < 0 || peer->ended || peer->deaf)
        return;
    do {
        char *place = buffer_reserve(&peer->got, 1 << 16);
        assert_non_null(place);
        size = recv(peer->fd, place, 1 << 16, MSG_DONTWAIT);
        if (size > 0)
            peer->got.size += (size_t)size;
    } while (size > 0);
    if (size == 0 || (errno != EAGAIN && errno != EINTR))
        peer->ended = true;
    sort_lines(peer);
}

void peer_forget(Peer *peer)
{
    buffer_deinit(&peer->got);
    buffer_deinit(&peer->responses);
    peer->sorted = 0;
}

void peer_close(Peer *peer)
{
    if (peer->fd >= 0)
        close(peer->fd);
    peer->fd = -1;
}

size_t response_count(const Peer *peer)
{
    return peer->responses.size / sizeof(Response);
}

Response response_at(const Peer *peer, size_t index)
{
    Response response = {0};

    if ((index + 1) * sizeof(response) <= peer->responses.size)
        memcpy(&response, peer->responses.data + index * sizeof(response), sizeof(response));
    return response;
}

unsigned find_responses(const Peer *peer, unsigned id, char *text, size_t size)
{
    unsigned count = 0;

    for (size_t i = 0; i < response_count(peer); i++) {
        Response response = response_at(peer, i);

        if (response.id != id)
            continue;
        count++;
        if (text != NULL)
            snprintf(text, size, "%.*s", (int)(response.size < size ? response.size : size - 1),
                     peer->got.data + response.begin);
    }
    return count;
}

const char *all_of(Peer *peer)
{
    const char *text = buffer_string(&peer->got);

    assert_non_null(text);
    return text;
}

size_t count_parts(const Peer *peer, const char *part)
{
    Span rest = buffer_span(&peer->got);
    size_t count = 0;
    const char *at;

    while (rest.size > 0 && (at = memmem(rest.data, rest.size, part, strlen(part))) != NULL) {
        span_skip(&rest, (size_t)(at - rest.data) + 1);
        count++;
    }
    return count;
}

/* Every line is JSON, and each request has one response; if @peer could read them. */
static void check_lines(const Peer *peer)
{
    Span rest = buffer_span(&peer->got);

    while (rest.size > 0) {
        const char *end = memchr(rest.data, '\n', rest.size);
        size_t length = end == NULL ? rest.size : (size_t)(end - rest.data);
        Span line = {rest.data, length};
        if (end == NULL || !json_check(line, JSON_MAX_DEPTH + 8, NULL))
            fail_msg("no line of JSON: %.*s", (int)(length < 400 ? length : 400), line.data);
        span_skip(&rest, length + 1);
    }
}

static void check_responses(const Peer *peer)
{
    unsigned *counts = calloc(peer->asked + 1, sizeof(*counts));

    assert_non_null(counts);
    for (size_t i = 0; i < response_count(peer); i++) {
        unsigned long id = response_at(peer, i).id;
        if (id <= peer->asked)
            counts[id]++;
    }
    for (unsigned id = 1; id <= peer->asked; id++)
        if (counts[id] != 1)
            fail_msg("request %u has %u responses", id, counts[id]);
    free(counts);
}

void peer_check(const Peer *peer)
{
    check_lines(peer);
    if (peer->fd >= 0)
        check_responses(peer);
}
