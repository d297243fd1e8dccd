/*
 * mihostctl get: one instance, by its keys.
 */
#include "client/job.h"
#include "client/record.h"
#include "client/verb.h"
#include "client/view.h"
#include "client/words.h"
#include "protocol/json.h"

#include <errno.h>

static int get_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Span instance;

    (void)data;
    if (!view_member(result, "instance", &instance)) {
        buffer_put_string(why, "a result without instance");
        return -EBADMSG;
    }
    if (!record_is_valid(instance, why))
        return -EBADMSG;
    record_put(&ctl->output.text, ctl->format, instance);
    return 0;
}

static ExitStatus get_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = path_parse(&path, words[0], &why);

    for (int i = 1; r == 0 && i < count; i++)
        r = words_put_member(&path.keys, words[i], &why);
    if (r == -EINVAL)
        return ctl_usage_error(ctl, &why);
    job_put_params(ctl, &path, &params);
    buffer_put_char(&params, ',');
    json_put_key(&params, "instance");
    path_put_json(&path, &params);
    if (r < 0 || buffer_failed(&path.keys) || buffer_failed(&params))
        return ctl_error_status(ctl, -ENOMEM);
    return job_run(ctl, &(Job){
                            .method = "mi/getInstance",
                            .subject = path.class_name,
                            .params = buffer_span(&params),
                            .on_result = get_print,
                        });
}

const Verb verb_get = {
    .name = "get",
    .summary = "show one instance, named by its keys",
    .usage = "get OBJECTPATH | CLASS [KEY=VALUE...]",
    .help =
        "Shows the instance of a class that has the given keys.\n\n"
        "An object path is written as in MOF: CLASS.KEY=VALUE,KEY=VALUE. There a value in\n"
        "double quotes is a string, and a bare one an integer, TRUE or FALSE. As words of their\n"
        "own, KEY=VALUE is always a string and KEY:=JSON is the JSON value itself.\n",
    .examples = "mihostctl get 'Linux_Process.Handle=\"42\"'\n"
                "mihostctl get Linux_Process Handle=42\n"
                "mihostctl get --properties Name,Priority Linux_Process Handle=1\n"
                "mihostctl get CIM_Slot Index:=3\n",
    .options = OPTIONS_OPERATION | OPTION_PROPERTIES,
    .minimum = 1,
    .maximum = -1,
    .run = get_run,
};
