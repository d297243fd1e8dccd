/*
 * mihostctl associators: the instances that are associated with one.
 */
#include "client/listing_job.h"
#include "client/verb.h"

static ExitStatus associators_run(Ctl *ctl, int count, char **words)
{
    return listing_job_run_about(ctl, "mi/associatorInstances", count, words);
}

const Verb verb_associators = {
    .name = "associators",
    .summary = "list the instances that are associated with one",
    .usage = "associators [--association-class C] [--result-class C] [--role R] "
             "[--result-role R] [--keys-only] OBJECTPATH | CLASS KEY=VALUE...",
    .help = "Lists the instances at the other end of the associations of one, as they come.\n\n"
            "  --association-class CLASS  only through associations of this class\n"
            "  --result-class CLASS       only instances of this class\n"
            "  --role NAME                the one that is named has this role there\n"
            "  --result-role NAME         those that are found have this role there\n"
            "  --keys-only                only the keys of each instance\n\n"
            "A role is the name of the association's property that refers to the instance.\n",
    .examples = "mihostctl associators Linux_Process Handle=1\n"
                "mihostctl associators 'Linux_Process.Handle=\"1\"'\n"
                "mihostctl associators --association-class CIM_RunningOS \\\n"
                "    --result-class CIM_OperatingSystem 'CIM_ComputerSystem=@'\n",
    .options = OPTIONS_OPERATION | OPTION_PROPERTIES | OPTION_KEYS_ONLY | OPTION_ASSOCIATION_CLASS |
               OPTION_RESULT_CLASS | OPTION_ROLE | OPTION_RESULT_ROLE,
    .minimum = 1,
    .maximum = -1,
    .run = associators_run,
};
