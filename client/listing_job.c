#include "client/listing_job.h"

#include "client/listing.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static int print_batch(Ctl *ctl, void *data, Span batch, Buffer *why)
{
    int r = listing_put(data, batch, &ctl->output.text, why);

    return r == LISTING_HOLDS ? JOB_HOLDS : r;
}

static int print_held(Ctl *ctl, void *data, Span nothing, Buffer *why)
{
    (void)nothing;
    (void)why;
    return listing_settle(data, &ctl->output.text);
}

static int print_last(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Span batch;
    int r;

    if (!view_member(result, "instances", &batch)) {
        buffer_put_string(why, "a result without instances");
        return -EBADMSG;
    }
    r = print_batch(ctl, data, batch, why);
    return r < 0 ? r : print_held(ctl, data, batch, why);
}

/* Appends `,"key":"text"`; NULL: nothing. */
static void put_text(Buffer *params, const char *key, const char *text)
{
    if (text == NULL)
        return;
    buffer_put_char(params, ',');
    json_put_key(params, key);
    json_put_string(params, span_of(text));
}

void listing_job_put_options(const Ctl *ctl, Buffer *params)
{
    const Options *options = &ctl->options;

    if (options->given & OPTION_KEYS_ONLY)
        buffer_put_string(params, ",\"keysOnly\":true");
    if (options->given & OPTION_SHALLOW)
        put_text(params, "depth", "shallow");
    if (options->given & OPTION_BASE_PROPERTIES)
        put_text(params, "depth", "deepBaseProperties");
    put_text(params, "associationClass", options->association_class);
    put_text(params, "resultClass", options->result_class);
    put_text(params, "role", options->role);
    put_text(params, "resultRole", options->result_role);
}

ExitStatus listing_job_run(Ctl *ctl, const char *method, Span subject, const Buffer *params)
{
    CLEANUP(listing_deinit) Listing listing;
    ExitStatus status;

    listing_init(&listing, ctl->format, ctl->options.properties, ctl->output.columns);
    if (buffer_failed(params))
        return ctl_error_status(ctl, -ENOMEM);
    if (ctl->output.colour == OUTPUT_COLOURED)
        listing.table.colours = TABLE_WITH_COLOURS;
    status = job_run(ctl, &(Job){
                              .method = method,
                              .subject = subject,
                              .params = buffer_span(params),
                              .on_partial = print_batch,
                              .on_result = print_last,
                              .on_rest = print_held,
                              .data = &listing,
                          });
    if (listing_hidden(&listing) > 0)
        console_hint(&ctl->console,
                     "%zu more properties find no room here: choose with --properties, or see all "
                     "with --json",
                     listing_hidden(&listing));
    return status;
}

ExitStatus listing_job_run_about(Ctl *ctl, const char *method, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = path_parse_instance(&path, count, words, ctl->verb->name, &why);

    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    job_put_params(ctl, &path, &params);
    buffer_put_char(&params, ',');
    json_put_key(&params, "instance");
    path_put_json(&path, &params);
    listing_job_put_options(ctl, &params);
    return listing_job_run(ctl, method, path.class_name, &params);
}
