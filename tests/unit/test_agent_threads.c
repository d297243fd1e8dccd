/*
 * The agent when its threads are not what it takes them for: there can be no more of them, the
 * provider ends them, or forks.
 */
#include "base/log.h"
#include "tests/unit/agent_harness.h"
#include "tests/unit/no_threads.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

static Latch entered = LATCH_INIT, called = LATCH_INIT;

static int begin(void **state)
{
    latch_close(&entered);
    latch_close(&called);
    no_threads = false;
    return script_clear(state);
}

/* ---- The agent without threads ---- */

static void enter_and_wait(MI_Context *context)
{
    latch_open(&entered);
    latch_wait(&called);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void an_operation_without_a_thread_is_answered_and_released(void **state)
{
    Server *server = server_start(&(ServerOptions){0});

    (void)state;
    log_set_level((LogLevel)-1);
    script.enumerate = enter_and_wait;
    server_enumerate(server, 1, 0);
    expect_open(&entered);
    no_threads = true;
    server_enumerate(server, 2, 0);
    expect_whole(server, 2, MI_RESULT_SERVER_LIMITS_EXCEEDED);
    no_threads = false;
    latch_open(&called);
    expect_whole(server, 1, MI_RESULT_OK);
    server_stop(server);
}

static Latch unblocked = LATCH_INIT;

static void block(MI_CancellationReason reason, void *data)
{
    (void)reason, (void)data;
    latch_wait(&unblocked);
}

static void open_gate(MI_CancellationReason reason, void *data)
{
    (void)reason;
    latch_open(data);
}

static void register_and_wait(MI_Context *context)
{
    MI_Context_RegisterCancel(context, open_gate, &called);
    latch_open(&entered);
    latch_wait(&called);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void register_one_that_blocks(MI_Context *context)
{
    MI_Context_RegisterCancel(context, block, NULL);
    latch_open(&entered);
    latch_wait(&unblocked);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void start(Server *server, uint64_t id, void (*enumerate)(MI_Context *context))
{
    latch_close(&entered);
    script.enumerate = enumerate;
    server_enumerate(server, id, 0);
    expect(server, FRAME_STARTED, id);
    expect_open(&entered);
}

static void a_cancel_that_finds_no_thread_is_not_lost(void **state)
{
    Server *server = server_start(&(ServerOptions){0});

    (void)state;
    log_set_level((LogLevel)-1);
    start(server, 1, register_one_that_blocks);
    start(server, 2, register_and_wait);
    no_threads = true;
    server_cancel(server, 1, MI_REASON_NONE);
    server_cancel(server, 2, MI_REASON_NONE);
    expect_alive(server);
    no_threads = false;
    expect_alive(server);
    assert_int_equal(expect_answer(server, 2).flags & RESULT_DELIVERED, RESULT_DELIVERED);
    latch_open(&unblocked);
    assert_int_equal(expect_answer(server, 1).flags & RESULT_DELIVERED, RESULT_DELIVERED);
    server_stop(server);
}

static void post_and_end_thread(MI_Context *context)
{
    MI_Context_PostResult(context, MI_RESULT_OK);
    pthread_exit(NULL);
}

static void a_function_that_ends_its_thread_is_released(void **state)
{
    Server *server = server_start(&(ServerOptions){.serial = true});

    (void)state;
    script.enumerate = post_and_end_thread;
    for (uint64_t id = 1; id <= 20; id++) {
        server_enumerate(server, id, 0);
        expect_whole(server, id, MI_RESULT_OK);
    }
    server_stop(server);
}

static void open_and_end_thread(MI_CancellationReason reason, void *data)
{
    (void)reason;
    latch_open(data);
    pthread_exit(NULL);
}

static void register_one_that_ends_its_thread(MI_Context *context)
{
    MI_Context_RegisterCancel(context, open_and_end_thread, &called);
    latch_open(&entered);
    latch_wait(&called);
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_callback_that_ends_its_thread_holds_up_no_final_post(void **state)
{
    Server *server = server_start(&(ServerOptions){0});

    (void)state;
    start(server, 1, register_one_that_ends_its_thread);
    server_cancel(server, 1, MI_REASON_NONE);
    assert_int_equal(expect_answer(server, 1).flags & RESULT_DELIVERED, RESULT_DELIVERED);
    expect(server, FRAME_RELEASED, 1);
    server_stop(server);
}

/* ---- Children ---- */

static atomic_int child;
static Channel *parents;

static void fork_a_child(MI_Context *context)
{
    const int fds[] = {parents->fd, parents->epoll, parents->kicks};
    pid_t pid = fork();

    if (pid == 0) {
        for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
            if (fcntl(fds[i], F_GETFD) >= 0)
                _exit(1);
        _exit(0);
    }
    child = pid;
    MI_Context_PostResult(context, MI_RESULT_OK);
}

static void a_child_that_a_provider_forks_has_no_way_to_the_server(void **state)
{
    Server *server = server_start(&(ServerOptions){0});
    int status = -1;

    (void)state;
    parents = &server->host->channel;
    script.enumerate = fork_a_child;
    server_enumerate(server, 1, 0);
    expect_whole(server, 1, MI_RESULT_OK);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    expect_alive(server);
    server_stop(server);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_operation_without_a_thread_is_answered_and_released),
        TEST(a_cancel_that_finds_no_thread_is_not_lost),
        TEST(a_function_that_ends_its_thread_is_released),
        TEST(a_callback_that_ends_its_thread_holds_up_no_final_post),
        TEST(a_child_that_a_provider_forks_has_no_way_to_the_server),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
