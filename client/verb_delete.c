/*
 * mihostctl delete: an instance is deleted.
 */
#include "client/change.h"
#include "client/verb.h"

static ExitStatus delete_run(Ctl *ctl, int count, char **words)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(path_deinit) Path path;
    int r = path_parse_instance(&path, words[0], "delete", &why);

    (void)count;
    if (r < 0)
        return ctl_words_error(ctl, r, &why);
    return change_run(ctl, "mi/deleteInstance", &path);
}

const Verb verb_delete = {
    .name = "delete",
    .summary = "delete an instance",
    .usage = "delete OBJECTPATH",
    .help = "Deletes the instance that the object path names. The only instance of a class has to\n"
            "be named as CLASS=@: a class alone is no instance.\n",
    .examples = "mihostctl delete 'CIM_Note.Id=\"shopping\"'\n",
    .options = OPTIONS_OPERATION,
    .minimum = 1,
    .maximum = 1,
    .run = delete_run,
};
