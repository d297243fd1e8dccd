/*
 * mihost-agent: hosts one provider library for one identity; started by mihostd, with a socket as
 * descriptor 3.
 *
 * Its arguments are for people who look at a list of processes. What it does comes over the socket.
 */
#include "agent/host.h"
#include "agent/identity.h"
#include "agent/schema.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOCKET 3

enum {
    EXIT_STOPPED = 0,
    EXIT_GONE = 1, /* the server is gone, or sent what it must not */
    EXIT_UNREADABLE =
        1,          /* --schema: the library can't be loaded, or its declarations have a mistake */
    EXIT_USAGE = 2, /* not started by mihostd */
    EXIT_REFUSED = 3, /* the configuration could not be taken: most likely the identity */
};

static const char help[] =
    "Usage: mihost-agent PROVIDER...\n"
    "       mihost-agent --schema LIBRARY.so\n"
    "\n"
    "Hosts one provider library for mihostd, which starts it with a socket as "
    "descriptor 3.\n"
    "It has no use of its own then, and its arguments are only for people.\n"
    "\n"
    "  --schema   load a library and print the classes that it declares, as JSON\n"
    "  --help     show this\n"
    "  --version  show the version\n";

static int configure(const ConfigFrame *config)
{
    log_set_level((LogLevel)config->log_level);
    return identity_assume(config);
}

static void do_nothing(int signal)
{
    (void)signal;
}

/* A provider that writes to a pipe nobody reads gets EPIPE, not its end. What it starts must not
 * inherit that: programs that don't look at what write() returns would never end. */
static void survive_broken_pipes(void)
{
    struct sigaction action = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};

    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGPIPE, &action, NULL);
}

static bool is_socket(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

int main(int argc, char **argv)
{
    Host *host;
    int r;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return EXIT_STOPPED;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("mihost-agent " MIHOST_VERSION);
        return EXIT_STOPPED;
    }
    if (argc == 3 && strcmp(argv[1], "--schema") == 0) {
        log_init("mihost-agent", LOG_LEVEL_WARNING);
        _exit(schema_print(argv[2]) < 0 ? EXIT_UNREADABLE : EXIT_STOPPED);
    }
    if (!is_socket(SOCKET)) {
        fputs("mihost-agent: descriptor 3 is no socket: this program is started by mihostd, and "
              "does nothing by itself\n",
              stderr);
        return EXIT_USAGE;
    }
    log_init("mihost-agent", LOG_LEVEL_WARNING);
    log_with_priority(); /* the server reads it, and has a name for this process */
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* what a provider prints is to be seen */
    /* First of all: nothing that is ever executed from here inherits the way to the server, nor
     * anything the server forgot. */
    if (fcntl(SOCKET, F_SETFD, FD_CLOEXEC) < 0 || close_range(SOCKET + 1, ~0U, 0) < 0)
        log_warning("cannot close what was inherited: %s", strerror(errno));
    survive_broken_pipes();
    r = host_new(&(HostSettings){.fd = SOCKET, .configure = configure}, &host);
    if (r < 0) {
        log_error("cannot begin: %s", strerror(-r));
        _exit(EXIT_REFUSED);
    }
    switch (host_run(host)) {
    case HOST_END_STOPPED:
        exit(EXIT_STOPPED); /* The library's destructors run. */
    case HOST_END_REFUSED:
        _exit(EXIT_REFUSED);
    case HOST_END_GONE:
    case HOST_END_VIOLATED:
    case HOST_END_NOT_YET:
        break;
    }
    _exit(EXIT_GONE);
}
