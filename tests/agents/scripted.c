/*
 * scripted: in place of mihost-agent, an agent that sends what a test wrote down.
 *
 * Started for a provider whose name begins with "scripted", it reads the file that its registration
 * calls its library, and does what stands there; for any other provider it becomes mihost-agent. So
 * one daemon has good agents and bad ones. What it sends is put together here, byte by byte:
 * nothing that would refuse to write a wrong frame stands between.
 *
 * A script is a list of commands with ';' between:
 *
 *     greet VERSION             a HELLO as each version of the protocol has it
 *     operation                 waits for the next OPERATION; its id is `op` from here on
 *     cancel, ping              waits for that frame
 *     frame TYPE ID FIELD...    a frame; ID is a number, op, or op+1
 *     half TYPE ID FIELD...     its beginning: the last byte is missing
 *     header LENGTH TYPE FLAGS ID    a header alone
 *     bytes FIELD...            no frame at all
 *     repeat COUNT COMMAND
 *     close                     closes the connection, and stays
 *     exit STATUS
 *
 * A FIELD is u8:N, u32:N, s:TEXT (a string with its length), t:TEXT (as it is), x:HEX, or
 * many:COUNT:TEXT. ' stands for ". At its end it waits for STOP, or for what ends it.
 */
#include "base/buffer.h"
#include "protocol/payload.h"

#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SOCKET     3
#define MAX_SCRIPT 4096

/* How it ends if the test, or the server, is not what it takes them for. */
enum {
    EXIT_ALONE = 90,
    EXIT_SCRIPT,
    EXIT_SERVER
};

static struct {
    FrameReader reader;
    char input[65536];
    Span unread;
    Buffer out;
    uint64_t operation;
} agent;

/* The next frame of the server. */
static void receive(Frame *frame)
{
    int r;

    while ((r = frame_next(&agent.reader, &agent.unread, frame)) == FRAME_MORE) {
        ssize_t size = read(SOCKET, agent.input, sizeof(agent.input));
        if (size <= 0)
            _exit(EXIT_ALONE);
        agent.unread = (Span){agent.input, (size_t)size};
    }
    if (r != FRAME_COMPLETE)
        _exit(EXIT_SERVER);
}

static void await(FrameType type)
{
    Frame frame;

    do {
        receive(&frame);
        if (frame.type == FRAME_STOP)
            _exit(0);
    } while (frame.type != type);
    if (type == FRAME_OPERATION)
        agent.operation = frame.operation;
}

/* Sends what was put. The server may have ended the connection meanwhile: no harm. */
static void flush(void)
{
    size_t sent = 0;

    while (sent < agent.out.size) {
        ssize_t size = write(SOCKET, agent.out.data + sent, agent.out.size - sent);
        if (size <= 0)
            break;
        sent += (size_t)size;
    }
    buffer_clear(&agent.out);
}

static void put_u32(uint32_t value)
{
    value = htole32(value);
    buffer_put(&agent.out, &value, sizeof(value));
}

static void put_header(uint32_t length, unsigned type, unsigned flags, uint64_t id)
{
    uint16_t numbers[] = {htole16((uint16_t)type), htole16((uint16_t)flags)};

    put_u32(length);
    buffer_put(&agent.out, numbers, sizeof(numbers));
    id = htole64(id);
    buffer_put(&agent.out, &id, sizeof(id));
}

/* The next word of @text. */
static const char *word(char **text)
{
    const char *found = strsep(text, " ");

    if (found == NULL || *found == '\0')
        _exit(EXIT_SCRIPT);
    return found;
}

static uint64_t number(char **text)
{
    return strtoull(word(text), NULL, 0);
}

static uint64_t id(char **text)
{
    const char *found = word(text);

    if (strcmp(found, "op") == 0)
        return agent.operation;
    return strcmp(found, "op+1") == 0 ? agent.operation + 1 : strtoull(found, NULL, 0);
}

static void put_hex(const char *digits)
{
    unsigned byte;

    for (; sscanf(digits, "%2x", &byte) == 1; digits += 2)
        buffer_put_char(&agent.out, (char)byte);
}

static void put_field(char *field)
{
    const char *kind = strsep(&field, ":");

    if (field == NULL)
        _exit(EXIT_SCRIPT);
    if (strcmp(kind, "u8") == 0)
        buffer_put_char(&agent.out, (char)strtoul(field, NULL, 0));
    else if (strcmp(kind, "u32") == 0)
        put_u32((uint32_t)strtoul(field, NULL, 0));
    else if (strcmp(kind, "s") == 0)
        put_u32((uint32_t)strlen(field));
    else if (strcmp(kind, "x") == 0)
        put_hex(field);
    if (strcmp(kind, "s") == 0 || strcmp(kind, "t") == 0)
        buffer_put_string(&agent.out, field);
    if (strcmp(kind, "many") == 0)
        for (unsigned long count = strtoul(strsep(&field, ":"), NULL, 0); count > 0; count--)
            buffer_put_string(&agent.out, field == NULL ? "" : field);
}

static void put_fields(char *text)
{
    while (text != NULL)
        put_field(strsep(&text, " "));
}

static void put_frame(char *text, size_t missing)
{
    static const char *const names[] = {
#define NAME(name, number, from, operation) [number] = #name,
        FRAME_TYPES(NAME)
#undef NAME
    };
    const char *name = word(&text);
    unsigned type = (unsigned)strtoul(name, NULL, 0);
    uint64_t operation = id(&text);
    size_t begin = agent.out.size;
    uint32_t length;

    for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
        if (names[i] != NULL && strcmp(names[i], name) == 0)
            type = i;
    put_header(0, type, 0, operation);
    put_fields(text);
    length = htole32((uint32_t)(agent.out.size - begin - FRAME_HEADER_SIZE));
    memcpy(agent.out.data + begin, &length, sizeof(length));
    agent.out.size -= missing;
}

static void obey(char *command);

static void repeat(char *text)
{
    char copy[MAX_SCRIPT];

    for (uint64_t count = number(&text); count > 0; count--) {
        snprintf(copy, sizeof(copy), "%s", text);
        obey(copy);
        flush();
    }
}

static void obey(char *command)
{
    const char *verb = word(&command);

    if (strcmp(verb, "greet") == 0) {
        put_header(4, 1, 0, 0);
        put_u32((uint32_t)number(&command));
    } else if (strcmp(verb, "operation") == 0) {
        await(FRAME_OPERATION);
    } else if (strcmp(verb, "cancel") == 0) {
        await(FRAME_CANCEL);
    } else if (strcmp(verb, "ping") == 0) {
        await(FRAME_PING);
    } else if (strcmp(verb, "frame") == 0) {
        put_frame(command, 0);
    } else if (strcmp(verb, "half") == 0) {
        put_frame(command, 1);
    } else if (strcmp(verb, "header") == 0) {
        uint32_t length = (uint32_t)number(&command);
        unsigned type = (unsigned)number(&command), flags = (unsigned)number(&command);
        put_header(length, type, flags, id(&command));
    } else if (strcmp(verb, "bytes") == 0) {
        put_fields(command);
    } else if (strcmp(verb, "repeat") == 0) {
        repeat(command);
    } else if (strcmp(verb, "close") == 0) {
        flush();
        close(SOCKET);
        pause();
    } else if (strcmp(verb, "exit") == 0) {
        flush();
        _exit((int)number(&command));
    } else {
        _exit(EXIT_SCRIPT);
    }
}

/* The script that CONFIG names, in @text. */
static void read_script(Span path, char text[MAX_SCRIPT])
{
    char name[PAYLOAD_MAX_PATH + 1];
    ssize_t size;
    int fd;

    snprintf(name, sizeof(name), "%.*s", (int)path.size, path.data);
    fd = open(name, O_RDONLY | O_CLOEXEC);
    size = fd < 0 ? -1 : read(fd, text, MAX_SCRIPT - 1);
    if (size < 0)
        _exit(EXIT_SCRIPT);
    close(fd);
    text[size] = '\0';
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
}

int main(int argc, char **argv)
{
    char script[MAX_SCRIPT], *rest = script, *command;
    ConfigFrame config;
    Frame frame;

    if (argc < 2 || strncmp(argv[1], "scripted", strlen("scripted")) != 0) {
        execv(MIHOST_AGENT_PROGRAM, argv);
        _exit(EXIT_SCRIPT);
    }
    frame_reader_init(&agent.reader, FRAME_FROM_SERVER);
    do
        receive(&frame);
    while (frame.type != FRAME_CONFIG);
    if (payload_get_config(frame.payload, &config) < 0)
        _exit(EXIT_SERVER);
    read_script(config.library, script);
    while ((command = strsep(&rest, ";")) != NULL) {
        obey(command + strspn(command, " "));
        flush();
    }
    await(FRAME_STOP);
    return 0;
}
