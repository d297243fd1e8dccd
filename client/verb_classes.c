/*
 * mihostctl classes: the classes of a namespace, or those derived from one.
 */
#include "client/job.h"
#include "client/mof.h"
#include "client/text.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static int put_name(Buffer *to, Span name)
{
    CLEANUP(buffer_deinit) Buffer text = BUFFER_INIT;

    view_put_text(&text, name);
    text_put_clean(to, buffer_span(&text));
    buffer_put_char(to, '\n');
    return buffer_failed(&text) ? -ENOMEM : 0;
}

/* With --names each one is a string, else a class as `mihostctl class` has it. */
static int put_class(Ctl *ctl, Span class, Buffer *why)
{
    Buffer *to = &ctl->output.text;

    if (!view_is_string(class) && !mof_is_class(class, why))
        return -EBADMSG;
    if (ctl->format == FORMAT_TABLE && view_is_string(class))
        return put_name(to, class);
    if (ctl->format == FORMAT_TABLE) {
        if (to->size > 0)
            buffer_put_char(to, '\n');
        mof_put_class(to, class);
        return 0;
    }
    view_put_json(to, class);
    buffer_put_char(to, '\n');
    return 0;
}

static int classes_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Span classes, class;
    int r = 0;

    (void)data;
    if (!view_member(result, "classes", &classes) || !view_is_array(classes)) {
        buffer_put_string(why, "a result without classes");
        return -EBADMSG;
    }
    while (r == 0 && json_next_element(&classes, &class))
        r = put_class(ctl, class, why);
    return r;
}

static void put_params(const Ctl *ctl, const Path *path, Buffer *params)
{
    job_put_params(ctl, path, params);
    if (path->class_name.data != NULL) {
        buffer_put_char(params, ',');
        json_put_key(params, "class");
        json_put_string(params, path->class_name);
    }
    if (ctl->options.given & OPTION_DEEP)
        buffer_put_string(params, ",\"deep\":true");
    if (ctl->options.given & OPTION_NAMES)
        buffer_put_string(params, ",\"namesOnly\":true");
}

static ExitStatus classes_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path = {.kind = PATH_CLASS};
    int r = count > 0 ? path_parse_class(&path, words[0], "classes", &why) : 0;

    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    put_params(ctl, &path, &params);
    if (buffer_failed(&params))
        return ctl_error_status(ctl, -ENOMEM);
    return job_run(ctl, &(Job){
                            .method = "mi/enumerateClasses",
                            .subject = count > 0 ? path.class_name : SPAN("classes"),
                            .params = buffer_span(&params),
                            .on_result = classes_print,
                        });
}

const Verb verb_classes = {
    .name = "classes",
    .summary = "list the classes of a namespace",
    .usage = "classes [--deep] [--names] [CLASS]",
    .help = "Lists the classes that have no base class, or those that are derived from CLASS.\n\n"
            "  --deep   those that are derived from them, too\n"
            "  --names  only their names\n\n"
            "Without --names each is shown as `mihostctl class` shows it.\n",
    .examples = "mihostctl classes --names --deep\n"
                "mihostctl classes --deep CIM_LogicalElement\n",
    .options = OPTIONS_SCHEMA | OPTION_DEEP | OPTION_NAMES,
    .maximum = 1,
    .run = classes_run,
};
