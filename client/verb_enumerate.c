/*
 * mihostctl enumerate: the instances of a class, printed while they come.
 */
#include "client/listing_job.h"
#include "client/verb.h"
#include "protocol/json.h"

static ExitStatus enumerate_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer params = BUFFER_INIT;
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = path_parse_class(&path, words[0], "enumerate", &why);

    (void)count;
    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    job_put_params(ctl, &path, &params);
    buffer_put_char(&params, ',');
    json_put_key(&params, "class");
    json_put_string(&params, path.class_name);
    listing_job_put_options(ctl, &params);
    return listing_job_run(ctl, "mi/enumerateInstances", path.class_name, &params);
}

const Verb verb_enumerate = {
    .name = "enumerate",
    .summary = "list the instances of a class",
    .usage = "enumerate [--keys-only] [--shallow | --base-properties] CLASS",
    .help = "Lists the instances of a class and of the classes derived from it, as they come.\n\n"
            "  --keys-only        only the keys of each instance\n"
            "  --shallow          not those of derived classes\n"
            "  --base-properties  of those of derived classes, only its keys and\n"
            "                     what the class itself has\n\n"
            "A table has the columns that --properties names, or else the properties of the first\n"
            "instances; on a terminal, what is too long is cut.\n",
    .examples = "mihostctl enumerate Linux_Process\n"
                "mihostctl enumerate --properties Handle,Name Linux_Process\n"
                "mihostctl enumerate --base-properties CIM_LogicalElement\n"
                "mihostctl enumerate --json Linux_Process | jq -r .properties.Name\n"
                "mihostctl enumerate --timeout 3s Demo_Ticker\n",
    .options = OPTIONS_OPERATION | OPTION_PROPERTIES | OPTION_KEYS_ONLY | OPTION_SHALLOW |
               OPTION_BASE_PROPERTIES,
    .minimum = 1,
    .maximum = 1,
    .run = enumerate_run,
};
