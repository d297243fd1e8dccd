/*
 * mihostctl invoke: a method of a class or of an instance, with the progress that it reports.
 */
#include "client/job.h"
#include "client/record.h"
#include "client/text.h"
#include "client/verb.h"
#include "client/view.h"
#include "client/words.h"
#include "protocol/json.h"

#include <errno.h>

static int invoke_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Buffer *to = &ctl->output.text;
    Span value, parameters;

    (void)data;
    if (!view_member(result, "returnValue", &value) ||
        !view_member(result, "parameters", &parameters) || !view_is_object(parameters)) {
        buffer_put_string(why, "a result without returnValue or parameters");
        return -EBADMSG;
    }
    if (ctl->format == FORMAT_JSON) {
        view_put_json(to, result);
        buffer_put_char(to, '\n');
        return 0;
    }
    view_put_text(&text, value);
    buffer_put_string(to, "ReturnValue: ");
    text_put_clean(to, buffer_span(&text));
    buffer_put_char(to, '\n');
    record_put_members(to, parameters, 2);
    return buffer_failed(&text) ? -ENOMEM : 0;
}

/* Some values of an out parameter that is streamed: {"parameter", "values"}. */
static int invoke_print_values(Ctl *ctl, void *data, Span piece, Buffer *why)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;
    Buffer *to = &ctl->output.text;
    Span name, values, value;

    (void)data;
    if (!view_member(piece, "parameter", &name) || !view_member(piece, "values", &values) ||
        !view_is_array(values)) {
        buffer_put_string(why, "values of a parameter without its name or without values");
        return -EBADMSG;
    }
    if (ctl->format == FORMAT_JSON) {
        view_put_json(to, piece);
        buffer_put_char(to, '\n');
        return 0;
    }
    while (json_next_element(&values, &value)) {
        buffer_clear(&text);
        view_put_text(&text, name);
        buffer_put_string(&text, ": ");
        view_put_text(&text, value);
        text_put_clean(to, buffer_span(&text));
        buffer_put_char(to, '\n');
    }
    return buffer_failed(&text) ? -ENOMEM : 0;
}

static void put_params(const Ctl *ctl, const Path *path, const char *method,
                       const Buffer *parameters, Buffer *params)
{
    job_put_params(ctl, path, params);
    buffer_put_char(params, ',');
    if (path->kind == PATH_INSTANCE) {
        json_put_key(params, "instance");
        path_put_json(path, params);
    } else {
        json_put_key(params, "class");
        json_put_string(params, path->class_name);
    }
    buffer_put_char(params, ',');
    json_put_key(params, "method");
    json_put_string(params, span_of(method));
    buffer_put_char(params, ',');
    json_put_key(params, "parameters");
    buffer_put_char(params, '{');
    buffer_put_span(params, buffer_span(parameters));
    buffer_put_char(params, '}');
}

static int parse_words(Path *path, Buffer *parameters, int count, char **words, Buffer *why)
{
    int r = path_parse(path, words[0], why);

    if (r == 0 && !words_is_name(span_of(words[1]))) {
        buffer_printf(why, "'%s' is not a method's name", words[1]);
        r = -EINVAL;
    }
    for (int i = 2; r == 0 && i < count; i++)
        r = words_put_member(parameters, words[i], why);
    return r;
}

static ExitStatus invoke_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer parameters = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = parse_words(&path, &parameters, count, words, &why);

    if (r == -EINVAL)
        return ctl_usage_error(ctl, &why);
    put_params(ctl, &path, words[1], &parameters, &params);
    if (r < 0 || buffer_failed(&parameters) || buffer_failed(&params))
        return ctl_error_status(ctl, -ENOMEM);
    return job_run(ctl, &(Job){
                            .method = "mi/invoke",
                            .subject = path.class_name,
                            .params = buffer_span(&params),
                            .progress = JOB_WITH_PROGRESS,
                            .on_partial = invoke_print_values,
                            .on_result = invoke_print,
                        });
}

const Verb verb_invoke = {
    .name = "invoke",
    .summary = "call a method of a class or of an instance",
    .usage = "invoke CLASS | OBJECTPATH METHOD [NAME=VALUE...]",
    .help = "Calls a method and shows its return value and its out parameters. A long one that\n"
            "reports progress has it shown on a terminal; values that it streams are shown as\n"
            "they come, each on a line of its own.\n\n"
            "NAME=VALUE gives a parameter as a string, NAME:=JSON as the JSON value itself: a\n"
            "number, true, null, an array, an object.\n",
    .examples = "mihostctl invoke Linux_DirectoryUsage Measure Path=/var\n"
                "mihostctl invoke --timeout 10s Linux_DirectoryUsage Measure Path=/\n"
                "mihostctl invoke 'CIM_Fan.DeviceID=\"fan0\"' SetSpeed DesiredSpeed:=1200\n",
    .options = OPTIONS_OPERATION,
    .minimum = 2,
    .maximum = -1,
    .run = invoke_run,
};
