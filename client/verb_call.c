/*
 * mihostctl call: any method of the server, with params as they are.
 */
#include "client/job.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <ctype.h>
#include <errno.h>
#include <unistd.h>

#define READ_SIZE 65536

static int call_print(Ctl *ctl, void *data, Span value, Buffer *why)
{
    (void)data;
    (void)why;
    view_put_json(&ctl->output.text, value);
    buffer_put_char(&ctl->output.text, '\n');
    return 0;
}

/* Reads @fd to its end. 0; -EFBIG: more than a message can have; -ENOMEM; -errno. */
static int read_all(int fd, Buffer *to)
{
    for (;;) {
        char *place = buffer_reserve(to, READ_SIZE);
        ssize_t got;

        if (place == NULL)
            return -ENOMEM;
        got = read(fd, place, READ_SIZE);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : 0;
        to->size += (size_t)got;
        if (to->size > CONNECTION_MAX_MESSAGE)
            return -EFBIG;
    }
}

static bool is_method(const char *word)
{
    for (const char *c = word; *c != '\0'; c++) {
        if (!isalnum((unsigned char)*c) && strchr("_/$.-", *c) == NULL)
            return false;
    }
    return word[0] != '\0';
}

/* Puts the members of the object @text into @params, on one line. */
static int take_params(Span text, Buffer *params, Buffer *why)
{
    JsonFault fault;

    if (!json_check(text, JSON_MAX_DEPTH, &fault)) {
        buffer_printf(why, "the params are not JSON, at byte %zu: %s", fault.offset, fault.what);
        return -EINVAL;
    }
    text = json_trim(text);
    if (json_type(text) != JSON_OBJECT) {
        buffer_put_string(why, "the params are JSON, but no object: {\"NAME\": VALUE, ...}");
        return -EINVAL;
    }
    view_put_json(params, json_inside(text));
    return buffer_failed(params) ? -ENOMEM : 0;
}

/* The params that the words of the command line say, or those on standard input. */
static int get_params(const Ctl *ctl, int count, char **words, Buffer *params, Buffer *why)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    int r;

    if (!is_method(words[0])) {
        buffer_printf(why, "'%s' is not a method's name, such as host/status", words[0]);
        return -EINVAL;
    }
    if (count < 2)
        return 0;
    if (strcmp(words[1], "-") != 0)
        return take_params(span_of(words[1]), params, why);
    r = read_all(ctl->in, &text);
    return r < 0 ? r : take_params(buffer_span(&text), params, why);
}

static ExitStatus call_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    int r = get_params(ctl, count, words, &params, &why);

    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    return job_run(ctl, &(Job){
                            .method = words[0],
                            .subject = span_of(words[0]),
                            .params = buffer_span(&params),
                            .params_kind = JOB_PARAMS_AS_GIVEN,
                            .on_notice = call_print,
                            .on_result = call_print,
                        });
}

const Verb verb_call = {
    .name = "call",
    .summary = "call any method of the protocol, and print its result",
    .usage = "call METHOD [PARAMS | -]",
    .help =
        "Sends a request with these params, a JSON object, or with those on standard input\n"
        "(-), and prints the result as JSON. Without params they are {}.\n\n"
        "What the server sends before it, such as partial results that the params ask for, is\n"
        "printed as {\"method\": ..., \"params\": ...}, a message a line. mihost-protocol(7) has\n"
        "the methods.\n",
    .examples =
        "mihostctl call host/info\n"
        "mihostctl call mi/getClass '{\"namespace\":\"root/cimv2\",\"class\":\"Linux_Process\"}'\n"
        "jq -n '{namespace: \"root/cimv2\", class: \"Linux_Process\", keysOnly: true}' |\n"
        "    mihostctl call mi/enumerateInstances - | jq '.instances | length'\n",
    .options = OPTION_HOST,
    .minimum = 1,
    .maximum = 2,
    .run = call_run,
};
