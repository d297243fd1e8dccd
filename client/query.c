#include "client/query.h"

#include "client/listing_job.h"
#include "client/verb.h"
#include "protocol/json.h"

ExitStatus query_run_method(Ctl *ctl, const char *method, const char *text)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;
    const Path everywhere = {.kind = PATH_CLASS};

    job_put_params(ctl, &everywhere, &params);
    buffer_put_char(&params, ',');
    json_put_key(&params, "dialect");
    json_put_string(&params, span_of(ctl->options.dialect));
    buffer_put_char(&params, ',');
    json_put_key(&params, "query");
    json_put_string(&params, span_of(text));
    return listing_job_run(ctl, method, span_of(ctl->verb->name), &params);
}
