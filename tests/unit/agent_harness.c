/*
 * The server's end of the socketpair: frames are read when somebody expects one, and never in the
 * background, so that a test says where the server stands still.
 */
#include "tests/unit/agent_harness.h"

#include "base/log.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void *run_host(void *data)
{
    Server *server = data;

    server->end = host_run(server->host);
    return NULL;
}

void server_write(Server *server, Buffer *frames)
{
    size_t sent = 0;

    assert_false(buffer_failed(frames));
    while (sent < frames->size) {
        ssize_t r = send(server->fd, frames->data + sent, frames->size - sent, MSG_NOSIGNAL);

        assert_true(r > 0);
        sent += (size_t)r;
    }
    buffer_deinit(frames);
}

static void server_greet(Server *server, const ServerOptions *options)
{
    Buffer frames = BUFFER_INIT;
    ConfigFrame config = {
        .parallel = !options->serial,
        .operations = options->operations == 0 ? 64 : options->operations,
        .window = options->window == 0 ? 256 << 10 : options->window,
        .parent = (uint32_t)getppid(),
        .log_level = LOG_LEVEL_ERROR,
        .collected = options->collected == 0 ? 1 << 20 : options->collected,
        .provider = SPAN("test"),
        .library = span_of(options->library == NULL ? "libtest.so" : options->library),
    };

    payload_put_hello(&frames, &(HelloFrame){.version = FRAME_VERSION});
    payload_put_config(&frames, &config, NULL);
    server_write(server, &frames);
}

Server *server_start_silent(const ServerOptions *options)
{
    Server *server = calloc(1, sizeof(*server));
    HostSettings settings = {.main = options->main != NULL      ? options->main
                                     : options->library == NULL ? thing_main
                                                                : NULL};
    int sockets[2];

    assert_non_null(server);
    log_set_level(LOG_LEVEL_ERROR);
    if (getenv("AGENT_TEST_TRACE") != NULL)
        log_set_level(LOG_LEVEL_TRACE);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    server->fd = sockets[0];
    settings.fd = sockets[1];
    list_init(&server->heard);
    frame_reader_init(&server->reader, FRAME_FROM_AGENT);
    assert_int_equal(host_new(&settings, &server->host), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, run_host, server), 0);
    return server;
}

static Heard *server_read(Server *server)
{
    for (;;) {
        struct pollfd wait = {.fd = server->fd, .events = POLLIN};
        Frame frame;
        Heard *heard;
        ssize_t size;
        int r = frame_next(&server->reader, &server->input, &frame);

        if (r == FRAME_COMPLETE) {
            heard = malloc(sizeof(*heard) + frame.payload.size + 1);
            assert_non_null(heard);
            list_init(&heard->link);
            heard->type = frame.type;
            heard->operation = frame.operation;
            heard->size = frame.payload.size;
            memcpy(heard->payload, frame.payload.data, frame.payload.size);
            if (frame.type == FRAME_RELEASED)
                server->operations--;
            return heard;
        }
        assert_int_equal(r, FRAME_MORE);
        assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
        size = recv(server->fd, server->received, sizeof(server->received), 0);
        if (size <= 0)
            return NULL;
        server->input = (Span){server->received, (size_t)size};
    }
}

Heard *hear(Server *server, uint64_t operation)
{
    Heard *heard;

    list_for_each (link, &server->heard) {
        heard = list_entry(link, Heard, link);
        if (heard->operation == operation)
            return heard;
    }
    do {
        heard = server_read(server);
        assert_non_null(heard);
        list_append(&server->heard, &heard->link);
    } while (heard->operation != operation);
    return heard;
}

Span expect(Server *server, FrameType type, uint64_t operation)
{
    Heard *heard = hear(server, operation);

    assert_string_equal(frame_name(heard->type), frame_name(type));
    list_unlink(&heard->link);
    free(server->last);
    server->last = heard;
    return (Span){heard->payload, heard->size};
}

ResultFrame expect_answer(Server *server, uint64_t operation)
{
    ResultFrame frame;

    assert_int_equal(payload_get_result(expect(server, FRAME_RESULT, operation), &frame), 0);
    return frame;
}

void expect_alive(Server *server)
{
    Buffer frames = BUFFER_INIT;

    payload_put_empty(&frames, FRAME_PING, 0);
    server_write(server, &frames);
    expect(server, FRAME_PONG, 0);
}

void expect_whole(Server *server, uint64_t operation, MI_Result result)
{
    expect(server, FRAME_STARTED, operation);
    assert_int_equal(expect_answer(server, operation).result, result);
    expect(server, FRAME_RELEASED, operation);
}

void expect_failure(Server *server, uint64_t operation, MI_Result result, unsigned flags,
                    const char *word)
{
    ResultFrame frame;

    expect(server, FRAME_STARTED, operation);
    frame = expect_answer(server, operation);
    assert_int_equal(frame.result, result);
    assert_int_equal(frame.flags, flags);
    assert_span_contains(frame.message, word);
    expect(server, FRAME_RELEASED, operation);
}

void assert_span_equal(Span span, const char *expected)
{
    char *text = strndup(span.data == NULL ? "" : span.data, span.size);

    assert_string_equal(text, expected);
    free(text);
}

void assert_span_contains(Span span, const char *expected)
{
    char *text = strndup(span.data == NULL ? "" : span.data, span.size);

    if (strstr(text, expected) == NULL)
        fail_msg("'%s' says nothing of '%s'", text, expected);
    free(text);
}

Server *server_start(const ServerOptions *options)
{
    Server *server = server_start_silent(options);

    server_greet(server, options);
    expect(server, FRAME_HELLO, 0);
    return server;
}

HostEnd server_wait(Server *server)
{
    pthread_join(server->thread, NULL);
    return server->end;
}

void server_free(Server *server)
{
    host_free(server->host);
    close(server->fd);
    frame_reader_deinit(&server->reader);
    list_for_each_safe (link, &server->heard) {
        list_unlink(link);
        free(list_entry(link, Heard, link));
    }
    free(server->last);
    free(server);
}

HostEnd server_join(Server *server)
{
    HostEnd end = server_wait(server);

    server_free(server);
    return end;
}

void server_vanish(Server *server)
{
    shutdown(server->fd, SHUT_RDWR);
    assert_int_equal(server_join(server), HOST_END_GONE);
}

void server_stop(Server *server)
{
    Buffer frames = BUFFER_INIT;

    while (server->operations > 0) {
        Heard *heard = server_read(server);

        assert_non_null(heard);
        list_append(&server->heard, &heard->link);
    }
    payload_put_empty(&frames, FRAME_STOP, 0);
    server_write(server, &frames);
    assert_int_equal(server_join(server), HOST_END_STOPPED);
}

void server_send(Server *server, uint64_t operation, OperationKind kind, uint32_t flags,
                 const char *class_name, const char *method, const char *params)
{
    Buffer frames = BUFFER_INIT;
    OperationFrame frame = {.kind = kind,
                            .flags = flags,
                            .name_space = SPAN("root/test"),
                            .class_name = span_of(class_name),
                            .method = span_of(method),
                            .params = span_of(params)};

    payload_put_operation(&frames, operation, &frame);
    server_write(server, &frames);
    server->operations++;
}

void server_get(Server *server, uint64_t operation, const char *id)
{
    char params[256];

    snprintf(params, sizeof(params),
             "{\"namespace\":\"root/test\",\"instance\":{\"class\":\"Test_Thing\",\"properties\":"
             "{\"Id\":\"%s\"}}}",
             id);
    server_send(server, operation, OPERATION_GET_INSTANCE, 0, "Test_Thing", NULL, params);
}

void server_enumerate(Server *server, uint64_t operation, uint32_t flags)
{
    server_send(server, operation, OPERATION_ENUMERATE_INSTANCES, flags, "Test_Thing", NULL,
                "{\"namespace\":\"root/test\",\"class\":\"Test_Thing\"}");
}

void server_invoke(Server *server, uint64_t operation, uint32_t flags, const char *parameters)
{
    char params[512];

    snprintf(params, sizeof(params),
             "{\"namespace\":\"root/test\",\"class\":\"Test_Thing\",\"method\":\"Run\","
             "\"parameters\":%s}",
             parameters);
    server_send(server, operation, OPERATION_INVOKE, flags, "Test_Thing", "Run", params);
}

void server_cancel(Server *server, uint64_t operation, MI_CancellationReason reason)
{
    Buffer frames = BUFFER_INIT;

    payload_put_cancel(&frames, operation, &(CancelFrame){.reason = (uint32_t)reason});
    server_write(server, &frames);
}

void server_credit(Server *server, uint64_t operation, size_t bytes)
{
    Buffer frames = BUFFER_INIT;

    payload_put_credit(&frames, operation, &(CreditFrame){.bytes = (uint32_t)bytes});
    server_write(server, &frames);
}
