/*
 * mihostctl modify: properties of an instance are changed.
 */
#include "client/change.h"
#include "client/verb.h"

static ExitStatus modify_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = path_parse_instance(&path, count, words, "modify", &why);

    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    return change_run(ctl, "mi/modifyInstance", &path);
}

const Verb verb_modify = {
    .name = "modify",
    .summary = "change properties of an instance",
    .usage = "modify OBJECTPATH | CLASS KEY=VALUE... NAME=VALUE...",
    .help = "Changes the given properties of the instance that the object path, or the keys among\n"
            "the words, name; the others stay as they are.\n\n"
            "NAME=VALUE gives a property as a string, NAME:=JSON as the JSON value itself: a\n"
            "number, true, null, an array, an object.\n",
    .examples = "mihostctl modify CIM_Note Id=shopping Text='milk, bread, salt'\n"
                "mihostctl modify 'CIM_Note.Id=\"shopping\"' Text='milk, bread, salt'\n"
                "mihostctl modify 'CIM_Timer.Name=\"tea\"' Seconds:=240 Loud:=null\n",
    .options = OPTIONS_OPERATION,
    .minimum = 2,
    .maximum = -1,
    .run = modify_run,
};
