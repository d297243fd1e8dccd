/*
 * What thousands of operations leave behind: nothing, neither memory nor descriptors, in the server
 * and in the agent.
 *
 * Each kind of operation runs MIHOST_LEAK_COUNT times (2,000 if the environment doesn't say;
 * 100,000 in CI) on one agent, after enough of all kinds that what is kept for use again has been
 * filled. Under sanitizers, whose own memory grows, only descriptors are counted here:
 * LeakSanitizer looks at the memory at the end.
 */
#include "tests/support/fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IN_FLIGHT 20
#define WARM_UP   400
/* What an allocator may keep in the end, with an arena for each of a dozen threads, however many
 * there were. For 100,000 it is less than the smallest piece of memory for each. */
#define BOUND_KIB  2048
#define NAME_SPACE "\"namespace\":\"root/cimv2\""
#define ROOM(name) "\"instance\":{\"class\":\"Test_Room\",\"properties\":{\"Name\":\"" name "\"}}"
#define KITCHEN    ROOM("kitchen")

typedef struct Kind {
    const char *method;
    const char *params; /* without namespace; # is another letter in each request of a batch */
    enum {
        SUCCEEDS,
        FAILS,
        IS_CANCELED, /* or has ended before: either answer is right */
    } how;
    const char *undo; /* the method that takes each batch back, with the same params; NULL: none */
} Kind;

static const Kind kinds[] = {
    {"mi/getInstance", KITCHEN, SUCCEEDS, NULL},
    {"mi/enumerateInstances", "\"class\":\"Test_Place\"", SUCCEEDS, NULL},
    {"mi/modifyInstance", KITCHEN, SUCCEEDS, NULL},
    {"mi/createInstance", ROOM("#"), SUCCEEDS, .undo = "mi/deleteInstance"},
    {"mi/createInstance", KITCHEN, FAILS, NULL},
    {"mi/deleteInstance", ROOM("none"), FAILS, NULL},
    {"mi/invoke", KITCHEN ",\"method\":\"Describe\"", SUCCEEDS, NULL},
    {"mi/associatorInstances", KITCHEN ",\"associationClass\":\"Test_Door\"", SUCCEEDS, NULL},
    {"mi/referenceInstances", KITCHEN ",\"resultClass\":\"Test_Door\"", SUCCEEDS, NULL},
    {"mi/getClass", "\"class\":\"Test_Hall\"", SUCCEEDS, NULL},
    {"mi/enumerateClasses", "\"class\":\"Test_Room\"", SUCCEEDS, NULL},
    {"mi/enumerateInstances", "\"class\":\"Test_Room\",\"partialResultToken\":1", SUCCEEDS, NULL},
    {"mi/getInstance", "\"instance\":{\"class\":\"Test_Room\",\"properties\":{\"Nme\":1}}", FAILS,
     NULL},
    {"mi/getInstance", "\"options\":{\"Speed\":{\"type\":\"uint32\",\"value\":1}}," KITCHEN,
     SUCCEEDS, NULL},
    {"mi/enumerateInstances", "\"class\":\"Test_Room\"", IS_CANCELED, NULL},
};

typedef struct Use {
    size_t server_kib, agent_kib, server_files, agent_files;
} Use;

static size_t count_files(pid_t pid)
{
    char path[64];
    size_t count = 0;
    DIR *folder;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    folder = opendir(path);
    if (folder == NULL)
        test_failed("process %d isn't there", (int)pid);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static Use measure(Fixture *f, pid_t agent)
{
    return (Use){process_resident_kib(f->daemon.pid), process_resident_kib(agent),
                 count_files(f->daemon.pid), count_files(agent)};
}

static void put_request(Buffer *to, const Kind *kind, const char *method, unsigned index,
                        unsigned long id)
{
    size_t begin = to->size;
    char *place;

    buffer_printf(
        to, "{\"jsonrpc\":\"2.0\",\"id\":%lu,\"method\":\"%s\",\"params\":{" NAME_SPACE ",%s}}\n",
        id, method, kind->params);
    place = memchr(to->data + begin, '#', to->size - begin);
    if (place != NULL)
        *place = (char)('a' + index);
    if (kind->how == IS_CANCELED)
        buffer_printf(to,
                      "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":%lu}}"
                      "\n",
                      id);
}

/* Reads @count lines, none of which is kept: there may be millions. */
static void take_answers(Client *client, const Kind *kind, unsigned count)
{
    int64_t deadline = wait_deadline();
    Buffer lines = BUFFER_INIT;

    while (count > 0) {
        char *end = lines.size == 0 ? NULL : memchr(lines.data, '\n', lines.size);
        char *place;
        ssize_t size;

        if (end != NULL) {
            *end = '\0';
            bool is_answer = strstr(lines.data, "\"method\":\"$/progress\"") == NULL;
            if (kind->how != IS_CANCELED &&
                (strstr(lines.data, "\"error\":{\"code\"") != NULL) != (kind->how == FAILS))
                test_failed("%s was answered with %s", kind->method, lines.data);
            lines.size -= (size_t)(end + 1 - lines.data);
            memmove(lines.data, end + 1, lines.size);
            count -= is_answer ? 1 : 0;
            continue;
        }
        if (!wait_readable(client->fd, deadline))
            test_failed("waited in vain for an answer to %s", kind->method);
        place = buffer_reserve(&lines, 65536);
        size = read(client->fd, place, 65536);
        if (size <= 0)
            test_failed("the daemon hung up");
        lines.size += (size_t)size;
    }
    buffer_deinit(&lines);
}

static void run_batch(Client *client, const Kind *kind, const char *method, unsigned size)
{
    static unsigned long id;
    Buffer requests = BUFFER_INIT;

    for (unsigned i = 0; i < size; i++)
        put_request(&requests, kind, method, i, ++id);
    client_send(client, requests.data, requests.size);
    buffer_deinit(&requests);
    take_answers(client, kind, size);
}

static void run(Client *client, const Kind *kind, unsigned long count)
{
    while (count > 0) {
        unsigned batch = count < IN_FLIGHT ? (unsigned)count : IN_FLIGHT;

        run_batch(client, kind, kind->method, batch);
        if (kind->undo != NULL)
            run_batch(client, kind, kind->undo, batch);
        count -= batch;
    }
}

static void expect_no_more(const Kind *kind, const char *who, size_t before, size_t after,
                           size_t bound, const char *unit)
{
    if (after > before + bound)
        test_failed("%s {%s}: the %s had %zu %s, and has %zu", kind->method, kind->params, who,
                    before, unit, after);
}

static void thousands_of_operations_leave_nothing_behind(Fixture *f)
{
    const char *given = getenv("MIHOST_LEAK_COUNT");
    unsigned long count = given == NULL ? 2000 : strtoul(given, NULL, 10);
    pid_t agent;

    registration_write(f, "house",
                       "LIBRARY=house\nHOSTING=@requestor@\nCLASS=Test_Room:Test_Place\n"
                       "CLASS=Test_Hall:Test_Room:Test_Place\n"
                       "CLASS=Test_Door{Test_Room,Test_Room}\nCALLS=parallel\n");
    daemon_start(f, "logLevel=info", NULL);
    Client *client = client_connect(f, CLIENT_LINES);
    Client *observer = client_connect(f, CLIENT_LINES);
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        run(client, &kinds[i], WARM_UP);
    agent = agent_pid_of(observer, "house");
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        const Kind *kind = &kinds[i];
        Use before = measure(f, agent), after;

        run(client, kind, count);
        expect_operations(observer, 0);
        after = measure(f, agent);
        expect_no_more(kind, "server", before.server_files, after.server_files, 0, "descriptors");
        expect_no_more(kind, "agent", before.agent_files, after.agent_files, 0, "descriptors");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        expect_no_more(kind, "server", before.server_kib, after.server_kib, BOUND_KIB, "KiB");
        expect_no_more(kind, "agent", before.agent_kib, after.agent_kib, BOUND_KIB, "KiB");
#endif
    }
    assert_int_equal(agent_pid_of(observer, "house"), agent);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(thousands_of_operations_leave_nothing_behind),
    };

    return RUN_TESTS("leaks", tests);
}
