/*
 * mihostctl delete: an instance is deleted.
 */
#include "client/change.h"
#include "client/verb.h"

static ExitStatus delete_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = path_parse_instance(&path, count, words, "delete", &why);

    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    return change_run(ctl, "mi/deleteInstance", &path);
}

const Verb verb_delete = {
    .name = "delete",
    .summary = "delete an instance",
    .usage = "delete OBJECTPATH | CLASS KEY=VALUE...",
    .help = "Deletes the instance that the object path, or the keys, name. The only instance of a\n"
            "class has to be named as CLASS=@: a class alone is no instance.\n",
    .examples = "mihostctl delete 'CIM_Note.Id=\"shopping\"'\n"
                "mihostctl delete CIM_Note Id=shopping\n",
    .options = OPTIONS_OPERATION,
    .minimum = 1,
    .maximum = -1,
    .run = delete_run,
};
