#include "tests/support/puppet.h"

#include "tests/support/wait.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct Gate {
    int fd;
    List puppets; /* of Puppet.link, in the order of their arrival */
    Buffer unclaimed;
    char allowed[256]; /* an introduction; "" for none */
    enum {
        GATE_HOLDING,   /* puppets wait for what the test tells them */
        GATE_RELEASING, /* those that come are let go */
    } state;
};

Gate *gate_open(const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    Gate *gate = calloc(1, sizeof(*gate));

    if (gate == NULL)
        test_failed("out of memory");
    list_init(&gate->puppets);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/gate", folder);
    gate->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (gate->fd < 0 || bind(gate->fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        chmod(address.sun_path, 0666) < 0 || listen(gate->fd, 1024) < 0)
        test_failed("cannot open the gate '%s': %s", address.sun_path, strerror(errno));
    return gate;
}

int gate_fd(const Gate *gate)
{
    return gate->fd;
}

static void puppet_free(Puppet *puppet)
{
    list_unlink(&puppet->link);
    buffer_deinit(&puppet->input);
    if (puppet->fd >= 0)
        close(puppet->fd);
    free(puppet);
}

Gate *gate_free(Gate *gate)
{
    if (gate == NULL)
        return NULL;
    list_for_each_safe (element, &gate->puppets)
        puppet_free(list_entry(element, Puppet, link));
    buffer_deinit(&gate->unclaimed);
    close(gate->fd);
    free(gate);
    return NULL;
}

typedef enum PuppetLine {
    LINE_READ, /* puppet->line holds it */
    LINE_LATE, /* none came in time */
    LINE_END,  /* the puppet has gone */
} PuppetLine;

static PuppetLine puppet_read(Puppet *puppet, int64_t deadline)
{
    for (;;) {
        Buffer *input = &puppet->input;
        char *end = input->size == 0 ? NULL : memchr(input->data, '\n', input->size);
        char *room;
        ssize_t size;

        if (end != NULL) {
            size_t length = (size_t)(end - input->data);
            snprintf(puppet->line, sizeof(puppet->line), "%.*s", (int)length, input->data);
            buffer_consume(input, length + 1);
            return LINE_READ;
        }
        if (!wait_readable(puppet->fd, deadline))
            return LINE_LATE;
        room = buffer_reserve(input, 4096);
        size = room == NULL ? -1 : read(puppet->fd, room, 4096);
        if (size <= 0)
            return LINE_END;
        input->size += (size_t)size;
    }
}

static void gate_release(Puppet *puppet)
{
    /* Not closed, so that it can still be asked for its introduction. */
    shutdown(puppet->fd, SHUT_WR);
}

void gate_take(Gate *gate)
{
    for (;;) {
        Puppet *puppet;
        int fd = accept4(gate->fd, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0)
            return;
        puppet = calloc(1, sizeof(*puppet));
        if (puppet == NULL)
            test_failed("out of memory");
        puppet->fd = fd;
        list_append(&gate->puppets, &puppet->link);
        if (puppet_read(puppet, wait_deadline()) != LINE_READ)
            snprintf(puppet->line, sizeof(puppet->line), "(a puppet that said nothing)");
        snprintf(puppet->introduction, sizeof(puppet->introduction), "%.255s", puppet->line);
        if (strcmp(puppet->introduction, gate->allowed) == 0) {
            puppet->state = PUPPET_CLAIMED;
            gate_release(puppet);
        } else if (gate->state == GATE_RELEASING) {
            gate_release(puppet);
        }
    }
}

void gate_allow(Gate *gate, const char *introduction)
{
    snprintf(gate->allowed, sizeof(gate->allowed), "%s", introduction);
}

void gate_release_all(Gate *gate)
{
    gate_take(gate);
    gate->state = GATE_RELEASING;
    list_for_each (element, &gate->puppets) {
        Puppet *puppet = list_entry(element, Puppet, link);
        if (puppet->fd >= 0)
            gate_release(puppet);
    }
}

const char *gate_unclaimed(Gate *gate)
{
    buffer_clear(&gate->unclaimed);
    list_for_each (element, &gate->puppets) {
        const Puppet *puppet = list_entry(element, Puppet, link);
        if (puppet->state == PUPPET_UNCLAIMED)
            buffer_printf(&gate->unclaimed, "%s'%s'", gate->unclaimed.size > 0 ? ", " : "",
                          puppet->introduction);
    }
    return gate->unclaimed.size == 0 ? "" : buffer_string(&gate->unclaimed);
}

Puppet *gate_await(Gate *gate, const char *introduction)
{
    int64_t deadline = wait_deadline();

    do {
        gate_take(gate);
        list_for_each (element, &gate->puppets) {
            Puppet *puppet = list_entry(element, Puppet, link);
            if (puppet->state == PUPPET_UNCLAIMED &&
                strcmp(puppet->introduction, introduction) == 0) {
                puppet->state = PUPPET_CLAIMED;
                return puppet;
            }
        }
    } while (wait_readable(gate->fd, deadline));
    test_failed("waited in vain for the puppet '%s'; unclaimed are: %s", introduction,
                gate_unclaimed(gate));
}

static void tell(Puppet *puppet, const char *format, va_list arguments)
{
    char line[1024];
    int length = vsnprintf(line, sizeof(line) - 1, format, arguments);

    line[length++] = '\n';
    if (send(puppet->fd, line, (size_t)length, MSG_NOSIGNAL) != length)
        test_failed("puppet '%s' has gone and can't be told: %.*s", puppet->introduction,
                    length - 1, line);
}

void puppet_tell(Puppet *puppet, const char *command, ...)
{
    va_list arguments;

    va_start(arguments, command);
    tell(puppet, command, arguments);
    va_end(arguments);
}

static const char *next_line(Puppet *puppet, const char *awaited)
{
    switch (puppet_read(puppet, wait_deadline())) {
    case LINE_READ:
        return puppet->line;
    case LINE_LATE:
        test_failed("waited in vain for puppet '%s' to say '%s'", puppet->introduction, awaited);
    case LINE_END:
        test_failed("puppet '%s' has gone, and was to say '%s'", puppet->introduction, awaited);
    }
    return NULL;
}

void puppet_expect(Puppet *puppet, const char *line)
{
    const char *said = next_line(puppet, line);

    if (strcmp(said, line) != 0)
        test_failed("puppet '%s' said '%s', not '%s'", puppet->introduction, said, line);
}

const char *puppet_answer(Puppet *puppet, const char *command)
{
    const char *said = next_line(puppet, command);
    size_t length = strlen(command);

    if (strncmp(said, command, length) != 0 || strncmp(said + length, " -> ", 4) != 0)
        test_failed("puppet '%s' said '%s', which is no answer to '%s'", puppet->introduction, said,
                    command);
    return said + length + 4;
}

const char *puppet_ask(Puppet *puppet, const char *command, ...)
{
    char line[1024];
    va_list arguments;

    va_start(arguments, command);
    vsnprintf(line, sizeof(line), command, arguments);
    va_end(arguments);
    puppet_tell(puppet, "%s", line);
    return puppet_answer(puppet, line);
}

void puppet_do(Puppet *puppet, const char *command, const char *answer)
{
    const char *said = puppet_ask(puppet, "%s", command);

    if (strcmp(said, answer) != 0)
        test_failed("puppet '%s' answered '%s' with '%s', not '%s'", puppet->introduction, command,
                    said, answer);
}

void puppet_await_canceled(Puppet *puppet)
{
    WAIT_UNTIL(*puppet_ask(puppet, "canceled") == '1', "puppet '%s' to be canceled",
               puppet->introduction);
}

bool puppet_said(Puppet *puppet)
{
    return puppet->input.size > 0 || wait_readable(puppet->fd, 0);
}

void puppet_expect_gone(Puppet *puppet)
{
    switch (puppet_read(puppet, wait_deadline())) {
    case LINE_READ:
        test_failed("puppet '%s' said '%s', and was to go", puppet->introduction, puppet->line);
    case LINE_LATE:
        test_failed("waited in vain for puppet '%s' to go", puppet->introduction);
    case LINE_END:
        close(puppet->fd);
        puppet->fd = -1;
    }
}

void puppet_return(Puppet *puppet)
{
    puppet_tell(puppet, "return");
    puppet_expect_gone(puppet);
}

void puppet_finish(Puppet *puppet, const char *result)
{
    puppet_do(puppet, result, "0");
    puppet_return(puppet);
}
