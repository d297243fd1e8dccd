/*
 * mihostctl query: the instances that a query in a query language finds.
 */
#include "client/query.h"
#include "client/verb.h"

static ExitStatus query_run(Ctl *ctl, int count, char **words)
{
    (void)count;
    return query_run_method(ctl, "mi/queryInstances", words[0]);
}

const Verb verb_query = {
    .name = "query",
    .summary = "list the instances that a query finds",
    .usage = "query [--dialect DIALECT] QUERY",
    .help = "Lists the instances that a query finds, as they come. The query is one word to the\n"
            "shell: put it into quotes.\n\n"
            "  --dialect WQL  the language of the query (the default), or CQL, or another that\n"
            "                 the server knows\n\n"
            "The server may not support queries, or not this dialect; it says so.\n",
    .examples = "mihostctl query \"SELECT * FROM Linux_Process WHERE Name = 'sshd'\"\n"
                "mihostctl query --dialect CQL 'SELECT Handle FROM Linux_Process'\n",
    .options = OPTIONS_OPERATION | OPTION_PROPERTIES | OPTION_DIALECT,
    .minimum = 1,
    .maximum = 1,
    .run = query_run,
};
