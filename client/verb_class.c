/*
 * mihostctl class: how a class is declared.
 */
#include "client/job.h"
#include "client/mof.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static int class_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Buffer *to = &ctl->output.text;
    Span class;

    (void)data;
    if (!view_member(result, "class", &class)) {
        buffer_put_string(why, "a result without class");
        return -EBADMSG;
    }
    if (!mof_is_class(class, why))
        return -EBADMSG;
    if (ctl->format == FORMAT_TABLE) {
        mof_put_class(to, class);
        return 0;
    }
    view_put_json(to, class);
    buffer_put_char(to, '\n');
    return 0;
}

static ExitStatus class_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = path_parse_class(&path, words[0], "class", &why);

    (void)count;
    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    job_put_params(ctl, &path, &params);
    buffer_put_char(&params, ',');
    json_put_key(&params, "class");
    json_put_string(&params, path.class_name);
    if (buffer_failed(&params))
        return ctl_error_status(ctl, -ENOMEM);
    return job_run(ctl, &(Job){
                            .method = "mi/getClass",
                            .subject = path.class_name,
                            .params = buffer_span(&params),
                            .on_result = class_print,
                        });
}

const Verb verb_class = {
    .name = "class",
    .summary = "show how a class is declared",
    .usage = "class CLASS",
    .help =
        "Shows a class as its provider declares it: base class, qualifiers, properties, methods\n"
        "and their parameters. On a terminal it reads like MOF.\n",
    .examples = "mihostctl class Linux_Process\n"
                "mihostctl class --json Linux_Process | jq '.properties | keys'\n",
    .options = OPTIONS_SCHEMA,
    .minimum = 1,
    .maximum = 1,
    .run = class_run,
};
