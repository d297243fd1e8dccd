/*
 * mihostd: the server. mihostd(8) is its page.
 */
#include "base/journal.h"
#include "base/log.h"
#include "server/options.h"
#include "server/server.h"

#include <errno.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What the process starts with is not all of our own: descriptors that were inherited would reach
 * every agent, libuv counts on SIGPIPE being ignored, and each client needs a descriptor. */
static void prepare_process(void)
{
    struct rlimit limit;

    (void)close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    (void)signal(SIGPIPE, SIG_IGN);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* --check: the configuration was read; are the agent's program and the registrations well? */
static int check(const Config *config)
{
    char text[KEYVALUE_ERROR_SIZE];
    KeyValueError error;
    Registry registry;
    int status = SERVER_EXIT_STOPPED;

    if (config_try_agent(config, &error) < 0) {
        fprintf(stderr, "mihostd: %s\n", keyvalue_describe(&error, text));
        status = SERVER_EXIT_USAGE;
    }

    registry_init(&registry);
    if (registry_load(&registry, config, NULL, NULL) < 0)
        status = SERVER_EXIT_FAILED;
    for (size_t i = 0; i < registry.error_count; i++) {
        fprintf(stderr, "mihostd: %s\n", keyvalue_describe(&registry.errors[i], text));
        status = SERVER_EXIT_USAGE;
    }
    for (size_t i = 0; i < registry.provider_count; i++)
        if (provider_check_library(registry.providers[i], config, text, sizeof(text)) ==
            PROVIDER_LIBRARY_LOST) {
            fprintf(stderr, "mihostd: %s: %s\n", registry.providers[i]->file, text);
            status = SERVER_EXIT_USAGE;
        }
    printf("%zu providers, %zu errors\n", registry.provider_count, registry.error_count);
    registry_deinit(&registry);
    return status;
}

static void open_log(const Config *config)
{
    const char *journal = secure_getenv("MIHOST_JOURNAL");

    log_init("mihostd", config->log_level);
    log_to_journal(journal == NULL ? JOURNAL_SOCKET : journal);
}

static int serve(const Options *options, Config *config)
{
    int status = SERVER_EXIT_STOPPED, r;
    uv_loop_t loop;
    Server server;

    open_log(config);
    prepare_process();
    r = uv_loop_init(&loop);
    if (r == 0) {
        r = server_init(&server, &loop, config);
        if (r < 0) {
            uv_run(&loop, UV_RUN_DEFAULT); /* it has closed what it had begun */
            (void)uv_loop_close(&loop);
        }
    }
    if (r < 0) {
        log_error("cannot start: %s", strerror(-r));
        return SERVER_EXIT_FAILED;
    }
    server.options = options;
    r = server_start(&server);
    if (r < 0) {
        status = r == -ENOMEM   ? SERVER_EXIT_FAILED
                 : r == -ENODEV ? SERVER_EXIT_USAGE /* the cgroup that was named */
                                : SERVER_EXIT_SOCKET;
        server_stop(&server, MI_REASON_SERVICESTOP);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    server_deinit(&server);
    if (uv_loop_close(&loop) != 0) {
        log_error("something was left open");
        status = SERVER_EXIT_FAILED;
    }
    return status;
}

int main(int argc, char **argv)
{
    int status = SERVER_EXIT_USAGE;
    Options options;
    Config config;

    if (config_init(&config) < 0) {
        fprintf(stderr, "mihostd: out of memory\n");
        config_deinit(&config);
        return SERVER_EXIT_FAILED;
    }
    switch (options_read(argc, argv, &options, &config)) {
    case OPTIONS_SERVE:
        status = serve(&options, &config);
        break;
    case OPTIONS_CHECK:
        status = check(&config);
        break;
    case OPTIONS_DONE:
        status = SERVER_EXIT_STOPPED;
        break;
    case OPTIONS_WRONG:
        status = SERVER_EXIT_USAGE;
        break;
    }
    config_deinit(&config);
    return status;
}
