/*
 * What all villains have in common: they read frames, do what their behaviour says with each, and
 * what an agent should where it says nothing.
 *
 * One that doesn't understand the server ends with a status from 90 on, and a test sees it in the
 * error of its request: then it is the server that is wrong.
 */
#include "tests/unit/villain_behaviour.h"

#include "base/macros.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void villain_flush(Villain *villain)
{
    size_t done = 0;

    while (done < villain->out.size) {
        ssize_t size = write(VILLAIN_SOCKET, villain->out.data + done, villain->out.size - done);
        if (size < 0)
            _exit(0); /* the server is gone, or has cut us off */
        done += (size_t)size;
    }
    buffer_clear(&villain->out);
}

void villain_put_hello(Villain *villain, uint32_t version)
{
    payload_put_hello(&villain->out, &(HelloFrame){.version = version});
}

void villain_put_started(Villain *villain, uint64_t id)
{
    payload_put_empty(&villain->out, FRAME_STARTED, id);
}

void villain_put_released(Villain *villain, uint64_t id)
{
    payload_put_empty(&villain->out, FRAME_RELEASED, id);
}

void villain_put_body(Villain *villain, uint64_t id, const char *body)
{
    payload_put_result(&villain->out, id,
                       &(ResultFrame){.flags = RESULT_POSTED, .body = span_of(body)});
}

void villain_put_result(Villain *villain, uint64_t id)
{
    switch ((unsigned)villain->kind) {
    case OPERATION_ENUMERATE_INSTANCES:
        villain_put_body(villain, id, "[]");
        break;
    case OPERATION_INVOKE:
        villain_put_body(villain, id, "{\"returnValue\":0,\"parameters\":{}}");
        break;
    default:
        villain_put_body(villain, id, "{\"instance\":{\"class\":\"X\",\"properties\":{}}}");
        break;
    }
}

void villain_put_canceled(Villain *villain, uint64_t id)
{
    payload_put_result(&villain->out, id,
                       &(ResultFrame){
                           .flags = RESULT_CANCELED | RESULT_DELIVERED | RESULT_POSTED,
                           .result = 1,
                           .message = SPAN("stopped"),
                       });
    villain_put_released(villain, id);
}

void villain_put_batch(Villain *villain, uint64_t id, uint32_t count, const char *json)
{
    payload_put_instances(&villain->out, id,
                          &(InstancesFrame){.count = count, .json = span_of(json)});
}

void villain_put_header(Villain *villain, uint32_t length, uint16_t type, uint64_t id)
{
    size_t begin = frame_begin(&villain->out, FRAME_HELLO, id);

    memcpy(villain->out.data + begin, &length, sizeof(length));
    memcpy(villain->out.data + begin + 4, &type, sizeof(type));
}

void villain_rest(void)
{
    for (;;)
        pause();
}

void villain_put_parameter(Villain *villain, uint64_t id, const char *values)
{
    payload_put_parameter(&villain->out, id,
                          &(ParameterFrame){.name = SPAN("Out\""), .values = span_of(values)});
}

void villain_put_question(Villain *villain, uint64_t id, uint32_t number)
{
    payload_put_prompt(
        &villain->out, id,
        &(PromptFrame){.prompt = number, .kind = PROMPT_SHOULD_CONTINUE, .first = SPAN("go on?")});
}

void villain_answer(Villain *villain, uint64_t id)
{
    villain_put_started(villain, id);
    villain_put_result(villain, id);
    villain_put_released(villain, id);
}

static const Behaviour *behaviour_at(size_t index)
{
    for (const Behaviour *row = villain_lawful; row->name != NULL; row++)
        if (index-- == 0)
            return row;
    for (const Behaviour *row = villain_lawless; row->name != NULL; row++)
        if (index-- == 0)
            return row;
    return NULL;
}

static const Behaviour *behaviour_named(const char *name)
{
    const Behaviour *row;

    for (size_t i = 0; (row = behaviour_at(i)) != NULL; i++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static void villain_take(Villain *villain, const Frame *frame)
{
    const Behaviour *behaviour = villain->behaviour;
    OperationFrame operation;
    ConfigFrame config;
    CreditFrame credit;

    switch ((unsigned)frame->type) {
    case FRAME_CONFIG:
        if (payload_get_config(frame->payload, &config) < 0)
            _exit(90);
        memcpy(villain->library, config.library.data, config.library.size);
        villain->credit = config.window;
        break;
    case FRAME_OPERATION:
        if (payload_get_operation(frame->payload, &operation) < 0 ||
            frame->operation <= villain->last)
            _exit(91);
        villain->last = frame->operation;
        villain->kind = operation.kind;
        (behaviour->operation == NULL ? villain_answer : behaviour->operation)(villain,
                                                                               frame->operation);
        break;
    case FRAME_CANCEL:
        (behaviour->cancel == NULL ? villain_put_canceled : behaviour->cancel)(villain,
                                                                               frame->operation);
        break;
    case FRAME_CREDIT:
        if (payload_get_credit(frame->payload, &credit) < 0)
            _exit(92);
        if (frame->operation == villain->stream)
            villain->credit += credit.bytes;
        if (behaviour->credit != NULL)
            behaviour->credit(villain);
        break;
    case FRAME_PING:
        if (behaviour->ping != NULL)
            behaviour->ping(villain);
        else
            payload_put_empty(&villain->out, FRAME_PONG, 0);
        break;
    case FRAME_STOP:
        if (behaviour->stop == NULL)
            _exit(0);
        behaviour->stop(villain);
        break;
    default:
        break;
    }
}

const char *villain_name(size_t index)
{
    const Behaviour *behaviour = behaviour_at(index);

    return behaviour == NULL ? NULL : behaviour->name;
}

void villain_run(const char *name)
{
    static Villain villain;
    struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
    villain.behaviour = behaviour_named(name);
    if (villain.behaviour == NULL)
        _exit(93);
    frame_reader_init(&villain.reader, FRAME_FROM_SERVER);
    if (villain.behaviour->begin != NULL)
        villain.behaviour->begin(&villain);
    else
        villain_put_hello(&villain, FRAME_VERSION);
    villain_flush(&villain);
    for (;;) {
        ssize_t size = read(VILLAIN_SOCKET, villain.input, sizeof(villain.input));
        Frame frame;

        if (size <= 0)
            _exit(94);
        villain.unread = (Span){villain.input, (size_t)size};
        while (frame_next(&villain.reader, &villain.unread, &frame) == FRAME_COMPLETE) {
            villain_take(&villain, &frame);
            villain_flush(&villain);
        }
    }
}
