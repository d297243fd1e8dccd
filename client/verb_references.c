/*
 * mihostctl references: the associations that refer to an instance.
 */
#include "client/listing_job.h"
#include "client/verb.h"

static ExitStatus references_run(Ctl *ctl, int count, char **words)
{
    return listing_job_run_about(ctl, "mi/referenceInstances", count, words);
}

const Verb verb_references = {
    .name = "references",
    .summary = "list the associations that refer to an instance",
    .usage =
        "references [--result-class C] [--role R] [--keys-only] OBJECTPATH | CLASS KEY=VALUE...",
    .help = "Lists the instances of associations that refer to one, as they come.\n\n"
            "  --result-class CLASS  only associations of this class\n"
            "  --role NAME           the one that is named has this role there: the name of the\n"
            "                        association's property that refers to it\n"
            "  --keys-only           only the keys of each instance\n",
    .examples = "mihostctl references Linux_Process Handle=1\n"
                "mihostctl references 'Linux_Process.Handle=\"1\"'\n"
                "mihostctl references --role Antecedent 'CIM_ComputerSystem=@'\n",
    .options = OPTIONS_OPERATION | OPTION_PROPERTIES | OPTION_KEYS_ONLY | OPTION_RESULT_CLASS |
               OPTION_ROLE,
    .minimum = 1,
    .maximum = -1,
    .run = references_run,
};
