#include "tests/support/fake_host.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void answer(int fd, const char *text)
{
    char line[4096];
    size_t size = strlen(text);

    if (size == 0 || size > sizeof(line))
        return;
    for (size_t i = 0; i < size; i++)
        line[i] = text[i] == '\'' ? '"' : text[i];
    (void)send(fd, line, size, MSG_NOSIGNAL);
}

static void *run_fake(void *data)
{
    FakeHost *fake = data;
    const char *const *next = fake->script;
    size_t size = 0;
    ssize_t got;

    fake->fd = accept(fake->listener, NULL, NULL);
    if (*next == NULL)
        sem_post(&fake->has_said_all);
    while (size < sizeof(fake->heard) - 1) {
        got = read(fake->fd, fake->heard + size, sizeof(fake->heard) - 1 - size);
        if (got <= 0)
            break;
        for (ssize_t i = 0; i < got; i++) {
            if (fake->heard[size + (size_t)i] != '\n' || *next == NULL)
                continue;
            answer(fake->fd, *next++);
            if (*next == NULL)
                sem_post(&fake->has_said_all);
        }
        size += (size_t)got;
        if (*next == NULL && fake->leaves)
            break;
    }
    fake->heard[size] = '\0';
    (void)shutdown(fake->fd, SHUT_RDWR);
    return NULL;
}

void fake_start(FakeHost *fake, const Fixture *f, const char *const *script, bool leaves)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    *fake = (FakeHost){.script = script, .leaves = leaves, .fd = -1};
    assert_int_equal(sem_init(&fake->has_said_all, 0, 0), 0);
    snprintf(fake->path, sizeof(fake->path), "%s/fake", f->folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/fake", f->folder);
    fake->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fake->listener >= 0);
    assert_int_equal(bind(fake->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fake->listener, 1), 0);
    assert_int_equal(pthread_create(&fake->thread, NULL, run_fake, fake), 0);
}

void fake_say(FakeHost *fake, const char *text)
{
    sem_wait(&fake->has_said_all);
    answer(fake->fd, text);
    sem_post(&fake->has_said_all);
}

void fake_leave(FakeHost *fake)
{
    sem_wait(&fake->has_said_all);
    (void)shutdown(fake->fd, SHUT_RDWR);
    sem_post(&fake->has_said_all);
}

void fake_stop(FakeHost *fake)
{
    assert_int_equal(pthread_join(fake->thread, NULL), 0);
    close(fake->fd);
    close(fake->listener);
    unlink(fake->path);
    sem_destroy(&fake->has_said_all);
}
