/*
 * mihostctl while the n-th call fails: for each command line, and for each call of each kind that
 * it makes (faults.h), that call alone, and of those for memory all from it on. It runs in the test
 * itself, through its entry, beside a real server.
 *
 * What has to hold, whatever fails:
 * - its exit status is that of any day, or one that stands for a failure here (a local one, or the
 *   server is unreachable, or broken), and then standard error says why;
 * - with the status of any day, it has printed what it prints on any day;
 * - no block, no descriptor, no child and no file is left.
 */
#include "client/ctl.h"
#include "tests/support/fixture.h"
#include "tests/torture/trial.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID 65536

/* What a command prints on any day. */
typedef enum Print {
    PRINTS_THE_SAME,
    PRINTS_WHAT_CHANGES, /* times, numbers of processes */
} Print;

typedef struct Command {
    const char *words; /* '|' separates them, '$' is the folder */
    Print print;
    ExitStatus status;
    const char *input; /* standard input; NULL: none */
    const char *after; /* what undoes it; NULL: nothing */
} Command;

#define SCHEMA "{\"classes\":[{\"name\":\"A\"},{\"name\":\"B\",\"superClass\":\"A\"}]}"
#define PARAMS "{\"namespace\":\"root/cimv2\",\"class\":\"Test_Sample\"}"

/* More than a buffer begins with. */
#define LONG                                                                                       \
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"  \
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"

static const Command commands[] = {
    {.words = "help|get"},
    {.words = "no-such-verb", .status = EXIT_STATUS_USAGE},
    {.words = "get|Test_Sample.Id=\"1\"|--properties", .status = EXIT_STATUS_USAGE},
    {.words = "enumerate|Test_Sample"},
    {.words = "enumerate|--table|Test_Types"},
    {.words = "enumerate|--keys-only|--timeout|1min|--properties|Id,Name|Test_Sample"},
    {.words = "get|--table|Test_Sample.Id=1"},
    {.words = "get|Test_Sample|Id:=99", .status = EXIT_STATUS_FAILED},
    {.words = "invoke|--table|Test_Types|Echo|String=x|Uint8A:=[1,2]"},
    {.words = "class|--table|Test_Types"},
    {.words = "classes|--table", .print = PRINTS_WHAT_CHANGES}, /* the order, of several agents */
    {.words = "create|Test_Room|Name=attic|Floor:=3", .after = "delete|Test_Room|Name=attic"},
    {.words = "modify|Test_Room|Name=kitchen|Area:=9"},
    {.words = "associators|--table|Test_Room|Name=kitchen"},
    {.words = "enumerate|--table|--properties|Name,Tags|Test_Sample"},
    {.words = "get|--properties|Name,Tags|Test_Sample.Id=1"},
    {.words = "references|Test_Room.Name=\"kitchen\"|--role|From"},
    {.words = "invoke|Test_Types|Echo|String=" LONG "|Sint64A:=[1,2,3]"},
    {.words = "class|--json|Test_Door"},
    {.words = "call|host/no-such-method|{\"a\":\"" LONG "\"}", .status = EXIT_STATUS_FAILED},
    {.words = "query|SELECT * FROM Test_Place", .status = EXIT_STATUS_FAILED},
    {.words = "stop|no-such-provider", .status = EXIT_STATUS_FAILED},
    {.words = "metrics", .print = PRINTS_WHAT_CHANGES},
    {.words = "metrics|--json", .print = PRINTS_WHAT_CHANGES},
    {.words = "status|--table", .print = PRINTS_WHAT_CHANGES},
    {.words = "status|--watch|-c|2|-i|1ms", .print = PRINTS_WHAT_CHANGES},
    {.words = "providers|--table", .print = PRINTS_WHAT_CHANGES},
    {.words = "operations", .print = PRINTS_WHAT_CHANGES},
    {.words = "ping|-c|2|-i|1ms", .print = PRINTS_WHAT_CHANGES},
    {.words = "info|--table", .print = PRINTS_WHAT_CHANGES},
    {.words = "metrics|--output|$/made", .print = PRINTS_WHAT_CHANGES},
    {.words = "cancel|999999", .status = EXIT_STATUS_FAILED},
    {.words = "reload|--table"},
    {.words = "call|mi/enumerateInstances|-", .input = PARAMS},
    {.words = "bridge",
     .print = PRINTS_WHAT_CHANGES,
     .input = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host/info\",\"params\":{}}\n"},
    {.words = "register|--agent|$/agent|--output|$/made|$/puppet.so"},
    {.words = "-H|ssh://elsewhere|enumerate|Test_Sample"},
};

/* What the test has, and what the last run came to. */
typedef struct World {
    const char *folder, *socket;
    int in, out, err;
    ExitStatus status;
    char printed[SAID], said[SAID];
} World;

static void read_back(int fd, char text[SAID])
{
    ssize_t size;

    assert_true(lseek(fd, 0, SEEK_SET) == 0);
    size = read(fd, text, SAID - 1);
    assert_true(size >= 0);
    text[size] = '\0';
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_true(lseek(fd, 0, SEEK_SET) == 0);
}

static void set_input(int fd, const char *text)
{
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_true(lseek(fd, 0, SEEK_SET) == 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_true(lseek(fd, 0, SEEK_SET) == 0);
}

/* Runs mihostctl with @words. */
static void run(World *world, const char *words)
{
    char text[1024] = "", *rest = text, *argv[32] = {NULL};
    size_t size = 0;
    int argc = 3;

    for (; *words != '\0'; words++) {
        bool is_folder = *words == '$';

        size += (size_t)snprintf(text + size, sizeof(text) - size, "%.*s",
                                 is_folder ? (int)strlen(world->folder) : 1,
                                 is_folder ? world->folder : words);
        assert_true(size < sizeof(text));
    }
    argv[0] = (char *)(uintptr_t) "mihostctl";
    argv[1] = (char *)(uintptr_t) "--socket";
    argv[2] = (char *)(uintptr_t)world->socket;
    if (strncmp(text, "-H", 2) == 0)
        argc = 1;
    while (rest != NULL && argc < 31)
        argv[argc++] = strsep(&rest, "|");
    argv[argc] = NULL;
    world->status = ctl_main(argc, argv, world->in, world->out, world->err);
}

/* Whether there is a child but for the server. */
static bool has_children(pid_t server)
{
    char path[64], text[256] = "";
    FILE *file;

    snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    (void)!fgets(text, sizeof(text), file);
    (void)fclose(file);
    return strtol(text, NULL, 10) != server || strchr(text, ' ')[1] != '\0';
}

/* What there is in the folder. */
static unsigned count_files(const World *world)
{
    DIR *folder = opendir(world->folder);
    unsigned count = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* The one file that a command may leave: it says where. */
static void remove_made(const World *world)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/made", world->folder);
    (void)unlink(path);
}

/* Runs @command while the @nth call of @kind fails. True if one did. */
static bool play(World *world, Fixture *f, const Command *command, FaultKind kind, unsigned nth,
                 FaultExtent extent)
{
    static char ignored[SAID];
    size_t descriptors = process_descriptors();
    unsigned files = count_files(world);
    bool has_failed;
    long blocks;

    trial_begin("mihostctl", command->words, kind, nth, extent);
    set_input(world->in, command->input == NULL ? "" : command->input);
    blocks = faults_blocks();
    faults_arm(kind, nth, extent);
    run(world, command->words);
    faults_disarm();
    if (faults_blocks() != blocks)
        trial_complain("%ld blocks were left", faults_blocks() - blocks);
    alarm(0);
    has_failed = faults_failed() > 0;
    read_back(world->out, world->printed);
    read_back(world->err, world->said);
    remove_made(world);
    if (command->after != NULL) {
        ExitStatus status = world->status;

        run(world, command->after);
        world->status = status;
        read_back(world->out, ignored);
        read_back(world->err, ignored);
    }
    if (process_descriptors() != descriptors)
        trial_complain("%zd descriptors were left", (ssize_t)(process_descriptors() - descriptors));
    if (has_children(f->daemon.pid))
        trial_complain("a child was left");
    if (count_files(world) != files)
        trial_complain("a file was left");
    return has_failed;
}

static bool is_shortage(ExitStatus status)
{
    return status == EXIT_STATUS_LOCAL || status == EXIT_STATUS_UNREACHABLE ||
           status == EXIT_STATUS_BROKEN;
}

/* What came of it, compared with what comes of it on any day. */
static void judge(const World *world, const Command *command, const char *calm)
{
    bool is_as_ever = world->status == command->status;

    if (!is_as_ever && !is_shortage(world->status))
        trial_complain("the status was %d: %s", (int)world->status, world->said);
    if (world->status != EXIT_STATUS_DONE && strncmp(world->said, "mihostctl: ", 11) != 0)
        trial_complain("the status was %d, and it says: %s", (int)world->status, world->said);
    if (is_as_ever && command->print == PRINTS_THE_SAME && strcmp(world->printed, calm) != 0)
        trial_complain("all was said to be well, but it printed\n%s\ninstead of\n%s",
                       world->printed, calm);
}

static unsigned totals[FAULT_KIND_COUNT];

static void torture(World *world, Fixture *f, const Command *command, FaultKind kind,
                    FaultExtent extent, const char *calm)
{
    for (unsigned n = 1; play(world, f, command, kind, n, extent); n++) {
        totals[kind]++;
        judge(world, command, calm);
    }
}

static void torture_command(World *world, Fixture *f, const Command *command)
{
    static char calm[SAID];
    unsigned calls[FAULT_KIND_COUNT];

    (void)play(world, f, command, FAULT_memory, 0, FAULT_ONCE);
    if (world->status != command->status)
        trial_complain("nothing failed, and the status was %d: %s", (int)world->status,
                       world->said);
    memcpy(calm, world->printed, SAID);
    for (FaultKind kind = 0; kind < FAULT_KIND_COUNT; kind++)
        calls[kind] = faults_calls(kind);
    for (FaultKind kind = 0; kind < FAULT_KIND_COUNT; kind++)
        if (calls[kind] > 0)
            torture(world, f, command, kind, FAULT_ONCE, calm);
    torture(world, f, command, FAULT_memory, FAULT_SINCE, calm);
}

static void mihostctl_survives_whatever_fails(Fixture *f)
{
    cJSON_Hooks hooks = {.malloc_fn = malloc, .free_fn = free}; /* or the library's own are used */
    static World world;
    char ssh[128];

    world = (World){.folder = f->folder, .socket = f->socket};
    world.in = memfd_create("in", MFD_CLOEXEC);
    world.out = memfd_create("out", MFD_CLOEXEC);
    world.err = memfd_create("err", MFD_CLOEXEC);
    assert_true(world.in >= 0 && world.out >= 0 && world.err >= 0);
    faults_spare_descriptor(world.err);
    snprintf(ssh, sizeof(ssh), "%s/ssh", f->folder);
    /* To look for leaks it would start a process, which would be left when ssh is ended. */
    (void)fixture_write(f, "ssh",
                        "#!/bin/sh\nexec env ASAN_OPTIONS=detect_leaks=0 %s --socket %s bridge\n",
                        MIHOSTCTL, f->socket);
    assert_int_equal(chmod(ssh, 0755), 0);
    assert_int_equal(setenv("MIHOST_SSH", ssh, 1), 0);
    assert_int_equal(chmod(fixture_write(f, "agent", "#!/bin/sh\necho '%s'\n", SCHEMA), 0755), 0);
    registration_write(f, "house",
                       "LIBRARY=house\nHOSTING=@requestor@\nCLASS=Test_Place\n"
                       "CLASS=Test_Room:Test_Place\nCLASS=Test_Hall:Test_Room:Test_Place\n"
                       "CLASS=Test_Door{Test_Room,Test_Room}\n");
    daemon_start(f, NULL);
    cJSON_InitHooks(&hooks);
    trials_begin();
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        torture_command(&world, f, &commands[i]);
    cJSON_InitHooks(NULL);
    close(world.in);
    close(world.out);
    close(world.err);
    for (FaultKind kind = 0; kind < FAULT_KIND_COUNT; kind++)
        if (totals[kind] > 0)
            print_message("%u failures of %s\n", totals[kind], fault_name(kind));
    assert_int_equal(trials_wrong(), 0);
    /* Or nothing was tried. */
    for (FaultKind kind = 0; kind < FAULT_KIND_COUNT; kind++)
        assert_true(totals[kind] > 0 || kind == FAULT_thread);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(mihostctl_survives_whatever_fails),
    };

    return RUN_TESTS("torture_mihostctl", tests);
}
