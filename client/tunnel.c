#include "client/tunnel.h"

#include "client/scratch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SAID  (64U << 10) /* bytes of what ssh says */
#define MAX_WORDS 64          /* of its command line */
#define PATIENCE  2000        /* ms for ssh to end, once its connection is over */
#define NOT_RUN   126         /* the status, as a shell has it, when ssh could not be run */
#define NOT_THERE 127         /* when the login has no mihostctl */
#define SIGNALED  128

/*
 * What a session of a person has and this one is without, whatever ssh_config says: a terminal,
 * forwarded ports, agents and displays, a command of the configuration, being the one that others
 * share. A host that is silent is given up, at the login and later.
 */
static const char *const ssh_options[] = {
    "-T",
    "-x",
    "-a",
    "-oClearAllForwardings=yes",
    "-oRemoteCommand=none",
    "-oControlMaster=no",
    "-oConnectTimeout=30",
    "-oServerAliveInterval=15",
};

void tunnel_init(Tunnel *tunnel)
{
    *tunnel = (Tunnel){.err = -1};
}

/* Waits @timeout ms for the end of @pid, at most; the user may leave. 0 when it has ended, else
 * -ETIMEDOUT or -ECANCELED. */
static int await_end(pid_t pid, int timeout, Interrupt *interrupt)
{
    int fd = pidfd_open(pid, 0), r = 0;
    struct pollfd ended = {.fd = fd, .events = POLLIN};

    if (fd < 0)
        return 0; /* waitpid will tell */
    if (interrupt != NULL)
        r = interrupt_wait(interrupt, fd, POLLIN, timeout);
    else
        (void)poll(&ended, 1, timeout);
    if (r == 0 && poll(&ended, 1, 0) != 1)
        r = -ETIMEDOUT;
    close(fd);
    return r;
}

/* Ends ssh, which has no reason to go on. Its status, as waitpid has it. */
static int end(Tunnel *tunnel)
{
    int status = 0;

    if (tunnel->pid == 0)
        return 0;
    (void)kill(tunnel->pid, SIGTERM);
    if (await_end(tunnel->pid, PATIENCE, NULL) < 0)
        (void)kill(tunnel->pid, SIGKILL);
    while (waitpid(tunnel->pid, &status, 0) < 0 && errno == EINTR)
        ;
    tunnel->pid = 0;
    return status;
}

void tunnel_deinit(Tunnel *tunnel)
{
    (void)end(tunnel);
    if (tunnel->err >= 0)
        close(tunnel->err);
    tunnel_init(tunnel);
}

/* The words of ssh's command line. They point into `command` and `socket`, and to the address. */
typedef struct Words {
    Buffer command; /* $MIHOST_SSH, cut into words */
    Buffer socket;  /* as the shell there is to read it */
    const char *argv[MAX_WORDS + 1];
    size_t count;
} Words;

static void words_deinit(Words *words)
{
    buffer_deinit(&words->command);
    buffer_deinit(&words->socket);
}

static void words_add(Words *words, const char *word)
{
    if (words->count < MAX_WORDS)
        words->argv[words->count] = word;
    words->count++;
}

/* The command that $MIHOST_SSH says: words between blanks, and no shell. */
static int words_add_command(Words *words)
{
    const char *command = getenv("MIHOST_SSH");
    char *rest, *word;

    buffer_put_string(&words->command, command == NULL || command[0] == '\0' ? "ssh" : command);
    if (buffer_string(&words->command) == NULL)
        return -ENOMEM;
    rest = words->command.data;
    while ((word = strsep(&rest, " \t")) != NULL) {
        if (word[0] != '\0')
            words_add(words, word);
    }
    return words->count > 0 ? 0 : -ENOENT;
}

/* The path for the shell of the login, which reads ssh's command: in single quotes. */
static int words_add_socket(Words *words, const char *path)
{
    Buffer *to = &words->socket;

    buffer_put_char(to, '\'');
    for (; *path != '\0'; path++) {
        if (*path == '\'')
            buffer_put_string(to, "'\\''");
        else
            buffer_put_char(to, *path);
    }
    buffer_put_char(to, '\'');
    if (buffer_string(to) == NULL)
        return -ENOMEM;
    words_add(words, "--socket");
    words_add(words, to->data);
    return 0;
}

static void words_add_pair(Words *words, const char *option, const Buffer *value)
{
    if (value->size == 0)
        return;
    words_add(words, option);
    words_add(words, value->data);
}

static int words_make(Words *words, const Address *address)
{
    int r = words_add_command(words);

    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(ssh_options); i++)
        words_add(words, ssh_options[i]);
    words_add_pair(words, "-p", &address->port);
    words_add_pair(words, "-l", &address->user);
    words_add_pair(words, "--", &address->host);
    words_add(words, "mihostctl");
    words_add(words, "bridge");
    if (r == 0 && address->socket != NULL)
        r = words_add_socket(words, address->socket);
    if (r == 0 && words->count > MAX_WORDS)
        r = -E2BIG;
    return r;
}

/* The child: becomes ssh. */
static void become_ssh(const Words *words, int streams, int err, pid_t parent)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, usual = {.sa_handler = SIG_DFL};
    sigset_t none;

    sigemptyset(&none);
    (void)sigaction(SIGINT, &ignore, NULL);
    (void)sigaction(SIGPIPE, &usual, NULL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent && dup2(streams, STDIN_FILENO) >= 0 &&
        dup2(streams, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0) {
        execvp(words->argv[0], (char *const *)(uintptr_t)words->argv);
        (void)dprintf(STDERR_FILENO, "cannot run '%s': %s\n", words->argv[0], strerror(errno));
    }
    _exit(NOT_RUN);
}

int tunnel_open(Tunnel *tunnel, const Address *address, int *fd)
{
    CLEANUP(words_deinit) Words words = {.count = 0};
    pid_t parent = getpid();
    int ends[2], r = words_make(&words, address);

    if (r < 0)
        return r;
    tunnel->err = scratch_open("ssh", MAX_SAID);
    if (tunnel->err < 0)
        return tunnel->err;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    tunnel->pid = fork();
    if (tunnel->pid == 0)
        become_ssh(&words, ends[1], tunnel->err, parent);
    r = tunnel->pid < 0 ? -errno : 0;
    close(ends[1]);
    if (r < 0) {
        tunnel->pid = 0;
        close(ends[0]);
        return r;
    }
    *fd = ends[0];
    return 0;
}

int tunnel_read(const Tunnel *tunnel, Buffer *to)
{
    return tunnel->err < 0 ? 0 : scratch_read(tunnel->err, MAX_SAID, to);
}

int tunnel_finish(Tunnel *tunnel, Interrupt *interrupt)
{
    int status;

    if (tunnel->pid == 0)
        return 0;
    if (await_end(tunnel->pid, PATIENCE, interrupt) == -ECANCELED)
        return -ECANCELED;
    status = end(tunnel);
    return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALED + WTERMSIG(status);
}

void tunnel_put_last_line(const Tunnel *tunnel, const char *otherwise, Buffer *to)
{
    CLEANUP(buffer_deinit) Buffer said = BUFFER_INIT;
    Span rest, line = {NULL, 0};

    (void)tunnel_read(tunnel, &said);
    rest = buffer_span(&said);
    while (rest.size > 0) {
        const char *end_of_line = memchr(rest.data, '\n', rest.size);
        Span next = {rest.data,
                     end_of_line == NULL ? rest.size : (size_t)(end_of_line - rest.data)};

        span_skip(&rest, next.size + (end_of_line == NULL ? 0 : 1));
        while (next.size > 0 && next.data[next.size - 1] == '\r')
            next.size--;
        if (next.size > 0)
            line = next;
    }
    if (line.size > 0)
        buffer_put_span(to, line);
    else
        buffer_put_string(to, otherwise);
}

/* The command that shows what is wrong. */
static void put_advice(const Address *address, Buffer *to)
{
    if (to->size > 0 && to->data[to->size - 1] == '.')
        to->size--;
    buffer_put_string(to, "; see what `ssh ");
    if (address->port.size > 0)
        buffer_printf(to, "-p %s ", address->port.data);
    if (address->user.size > 0)
        buffer_printf(to, "%s@", address->user.data);
    buffer_put_span(to, buffer_span(&address->host));
    buffer_put_string(to, " mihostctl info` says");
}

void tunnel_explain(const Tunnel *tunnel, const Address *address, int status, Buffer *to)
{
    static const char *const bridge = "mihostctl: "; /* how the one over there begins */
    size_t before;

    buffer_put_string(to, "cannot reach '");
    buffer_put_span(to, buffer_span(&address->name));
    buffer_put_string(to, "': ");
    before = to->size;
    tunnel_put_last_line(tunnel, "the login ended without a word", to);
    if (buffer_failed(to))
        return;
    /* What the other mihostctl says has the way out in it. */
    if (to->size - before > strlen(bridge) &&
        memcmp(to->data + before, bridge, strlen(bridge)) == 0) {
        memmove(to->data + before, to->data + before + strlen(bridge),
                to->size - before - strlen(bridge));
        to->size -= strlen(bridge);
    } else if (status == NOT_RUN) {
        buffer_put_string(to, "; install OpenSSH's client, or name it in MIHOST_SSH");
    } else if (status == NOT_THERE) {
        buffer_put_string(to, "; mihost must be installed there");
    } else {
        put_advice(address, to);
    }
}
