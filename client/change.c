#include "client/change.h"

#include "client/record.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

/* null, {}, and an instance that is null all say that there is nothing to show. */
static int change_print(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Span instance;

    (void)data;
    if (!view_member(result, "instance", &instance) || span_equals(instance, "null"))
        return 0;
    if (!record_is_valid(instance, why))
        return -EBADMSG;
    record_put(&ctl->output.text, ctl->format, instance);
    return 0;
}

ExitStatus change_run(Ctl *ctl, const char *method, const Path *path)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;

    job_put_params(ctl, path, &params);
    buffer_put_char(&params, ',');
    json_put_key(&params, "instance");
    path_put_json(path, &params);
    if (buffer_failed(&path->keys) || buffer_failed(&params))
        return ctl_error_status(ctl, -ENOMEM);
    return job_run(ctl, &(Job){
                            .method = method,
                            .subject = path->class_name,
                            .params = buffer_span(&params),
                            .on_result = change_print,
                        });
}
