/*
 * mihostctl create: a new instance.
 */
#include "client/change.h"
#include "client/verb.h"
#include "client/words.h"

static ExitStatus create_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = path_parse_class(&path, words[0], "create", &why);

    for (int i = 1; r == 0 && i < count; i++)
        r = words_put_member(&path.keys, words[i], &why);
    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    return change_run(ctl, "mi/createInstance", &path);
}

const Verb verb_create = {
    .name = "create",
    .summary = "make a new instance of a class",
    .usage = "create CLASS [NAME=VALUE...]",
    .help = "Makes an instance with the given properties, and shows it as its provider made it,\n"
            "if that tells.\n\n"
            "NAME=VALUE gives a property as a string, NAME:=JSON as the JSON value itself: a\n"
            "number, true, null, an array, an object.\n",
    .examples = "mihostctl create CIM_Note Id=shopping Text='milk, bread'\n"
                "mihostctl create CIM_Timer Name=tea Seconds:=180 Loud:=true\n",
    .options = OPTIONS_OPERATION,
    .minimum = 1,
    .maximum = -1,
    .run = create_run,
};
