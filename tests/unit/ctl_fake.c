/*
 * The server is on its own in its process, where no test can fail: a step that doesn't come true
 * ends it with a status, after it has said on standard error what came instead.
 */
#include "tests/unit/ctl_fake.h"

#include "client/connection.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

int terminal = -1, terminal_of_ctl = -1;

/* ---- The child ---- */

static void demand(bool true_)
{
    if (!true_)
        _exit(1);
}

static void expect_line(FILE *stream, const char *text)
{
    char line[4096];

    demand(fgets(line, sizeof(line), stream) != NULL);
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, text) != 0) {
        (void)fprintf(stderr, "expected %s\n     got %s\n", text, line);
        _exit(1);
    }
}

static void flood(FILE *stream)
{
    static const char block[65536] = "";
    size_t sent = 0;

    /* mihostctl leaves when it has had enough: the failure to write is what ends this. */
    while (sent <= CONNECTION_MAX_MESSAGE + sizeof(block)) {
        if (fwrite(block, 1, sizeof(block), stream) < sizeof(block))
            return;
        sent += sizeof(block);
    }
    (void)fflush(stream);
}

static void expect_shown(const char *text)
{
    char shown[1024];
    size_t size = 0, wanted = strlen(text);

    demand(wanted < sizeof(shown));
    while (size < wanted) {
        ssize_t got = read(terminal, shown + size, wanted - size);

        demand(got > 0);
        size += (size_t)got;
    }
    shown[size] = '\0';
    if (strcmp(shown, text) != 0) {
        (void)fprintf(stderr, "expected to be shown %s\n                 but it was %s\n", text,
                      shown);
        _exit(1);
    }
}

static void type(const char *text)
{
    demand(write(terminal, text, strlen(text)) == (ssize_t)strlen(text));
}

static void wait_for_arrival(void)
{
    struct pollfd arrived = {.fd = terminal_of_ctl, .events = POLLIN};

    demand(poll(&arrived, 1, MAX_SECONDS * 1000) == 1);
}

static void take_step(const Step *step, FILE *stream)
{
    switch (step->kind) {
    case STEP_END:
        break;
    case STEP_EXPECT:
        expect_line(stream, step->text);
        break;
    case STEP_SEND:
        demand(fprintf(stream, "%s\n", step->text) > 0 && fflush(stream) == 0);
        break;
    case STEP_PART:
        demand(fputs(step->text, stream) >= 0 && fflush(stream) == 0);
        break;
    case STEP_FLOOD:
        flood(stream);
        break;
    case STEP_SIGNAL:
        demand(kill(getppid(), step->signal) == 0);
        break;
    case STEP_SHOWN:
        expect_shown(step->text);
        break;
    case STEP_TYPE:
        type(step->text);
        break;
    case STEP_AHEAD:
        type(step->text);
        wait_for_arrival();
        break;
    case STEP_WAIT:
        while (fgetc(stream) != EOF)
            ;
        break;
    }
}

static void serve(int listener, const Step *script)
{
    int fd;
    FILE *stream;

    (void)alarm(MAX_SECONDS);
    (void)signal(SIGPIPE, SIG_IGN);
    fd = accept(listener, NULL, NULL);
    demand(fd >= 0);
    stream = fdopen(fd, "r+");
    demand(stream != NULL);
    for (; script->kind != STEP_END; script++)
        take_step(script, stream);
    (void)fclose(stream);
    _exit(0);
}

/* ---- The test ---- */

int make_fixture(void **state)
{
    Fixture *fixture = calloc(1, sizeof(*fixture));
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (fixture == NULL)
        return -1;
    /* Whatever the environment of the tests is. */
    (void)setenv("TERM", "xterm", 1);
    (void)setenv("NO_COLOR", "1", 1);
    (void)unsetenv("MIHOST_HOST");
    (void)snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/mihost-ctl-XXXXXX");
    if (mkdtemp(fixture->folder) == NULL)
        return -1;
    (void)snprintf(fixture->socket, sizeof(fixture->socket), "%s/socket", fixture->folder);
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", fixture->socket);
    fixture->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fixture->in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    fixture->out = memfd_create("out", MFD_CLOEXEC);
    fixture->err = memfd_create("err", MFD_CLOEXEC);
    *state = fixture;
    return bind(fixture->listener, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
                   listen(fixture->listener, 1) < 0
               ? -1
               : 0;
}

int end_fixture(void **state)
{
    Fixture *fixture = *state;

    (void)close(fixture->listener);
    (void)close(fixture->in);
    (void)close(fixture->out);
    (void)close(fixture->err);
    (void)unlink(fixture->socket);
    (void)rmdir(fixture->folder);
    free(fixture);
    return 0;
}

void start_server(Fixture *fixture, const Step *script)
{
    fixture->server = fork();
    assert_true(fixture->server >= 0);
    if (fixture->server == 0)
        serve(fixture->listener, script);
}

void expect_server_content(Fixture *fixture)
{
    int status;

    assert_int_equal(waitpid(fixture->server, &status, 0), fixture->server);
    assert_int_equal(status, 0);
}

ExitStatus run(Fixture *fixture, const char *words)
{
    char text[512], *rest = text, *argv[32] = {NULL};
    int argc = 0;

    assert_true(snprintf(text, sizeof(text), "mihostctl|--socket|%s|%s", fixture->socket, words) <
                (int)sizeof(text));
    while (rest != NULL && argc < 31)
        argv[argc++] = strsep(&rest, "|");
    return ctl_main(argc, argv, fixture->in, fixture->out, fixture->err);
}

const char *read_back(Fixture *fixture, int fd)
{
    ssize_t size = pread(fd, fixture->text, sizeof(fixture->text) - 1, 0);

    assert_true(size >= 0);
    fixture->text[size] = '\0';
    return fixture->text;
}

void expect_run(Fixture *fixture, const char *words, const Step *script, ExitStatus status,
                const char *out, const char *err)
{
    start_server(fixture, script);
    assert_int_equal(run(fixture, words), status);
    expect_server_content(fixture);
    expect_out(fixture, out);
    expect_err(fixture, err);
}
