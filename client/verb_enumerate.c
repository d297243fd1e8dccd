/*
 * mihostctl enumerate: the instances of a class, printed while they come.
 */
#include "client/job.h"
#include "client/listing.h"
#include "client/verb.h"
#include "client/view.h"
#include "protocol/json.h"

#include <errno.h>

static int enumerate_print(Ctl *ctl, void *data, Span batch, Buffer *why)
{
    Listing *listing = data;

    return listing_put(listing, batch, &ctl->output.text, why);
}

static int enumerate_print_last(Ctl *ctl, void *data, Span result, Buffer *why)
{
    Span batch;

    if (!view_member(result, "instances", &batch)) {
        buffer_put_string(why, "a result without instances");
        return -EBADMSG;
    }
    return enumerate_print(ctl, data, batch, why);
}

static void put_params(const Ctl *ctl, const Path *path, Buffer *params)
{
    job_put_params(ctl, path, params);
    buffer_put_char(params, ',');
    json_put_key(params, "class");
    json_put_string(params, path->class_name);
    if (ctl->options.given & OPTION_KEYS_ONLY)
        buffer_put_string(params, ",\"keysOnly\":true");
    if (ctl->options.given & OPTION_SHALLOW)
        buffer_put_string(params, ",\"depth\":\"shallow\"");
}

static ExitStatus enumerate_class(Ctl *ctl, const Path *path)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;
    CLEANUP(listing_deinit) Listing listing;
    ExitStatus status;

    listing_init(&listing, ctl->format, ctl->options.properties, ctl->output.columns);
    put_params(ctl, path, &params);
    if (buffer_failed(&params))
        return ctl_error_status(ctl, -ENOMEM);
    status = job_run(ctl, &(Job){
                              .method = "mi/enumerateInstances",
                              .subject = path->class_name,
                              .params = buffer_span(&params),
                              .on_partial = enumerate_print,
                              .on_result = enumerate_print_last,
                              .data = &listing,
                          });
    if (listing_hidden(&listing) > 0)
        console_say(&ctl->console,
                    "%zu more properties find no room here: choose with --properties, or see all "
                    "with --json",
                    listing_hidden(&listing));
    return status;
}

static ExitStatus enumerate_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = path_parse(&path, words[0], &why);

    (void)count;
    if (r == 0 && path.kind != PATH_CLASS) {
        buffer_printf(&why, "'%s' names an instance, and enumerate wants a class", words[0]);
        r = -EINVAL;
    }
    if (r < 0)
        return r == -EINVAL ? ctl_usage_error(ctl, &why) : ctl_error_status(ctl, r);
    return enumerate_class(ctl, &path);
}

const Verb verb_enumerate = {
    .name = "enumerate",
    .summary = "list the instances of a class",
    .usage = "enumerate [--keys-only] [--shallow] CLASS",
    .help = "Lists the instances of a class and of the classes derived from it, as they come.\n\n"
            "  --keys-only  only the keys of each instance\n"
            "  --shallow    not those of derived classes\n\n"
            "A table has the columns that --properties names, or else the properties of the first\n"
            "instances; on a terminal, what is too long is cut.\n",
    .examples = "mihostctl enumerate Linux_Process\n"
                "mihostctl enumerate --properties Handle,Name Linux_Process\n"
                "mihostctl enumerate --json Linux_Process | jq -r .properties.Name\n"
                "mihostctl enumerate --timeout 3s Demo_Ticker\n",
    .options = OPTIONS_OPERATION | OPTION_PROPERTIES | OPTION_KEYS_ONLY | OPTION_SHALLOW,
    .minimum = 1,
    .maximum = 1,
    .run = enumerate_run,
};
