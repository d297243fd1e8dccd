/*
 * mihostctl subscribe: indications, printed as they come.
 */
#include "client/query.h"
#include "client/verb.h"

static ExitStatus subscribe_run(Ctl *ctl, int count, char **words)
{
    (void)count;
    return query_run_method(ctl, "mi/subscribe", words[0]);
}

const Verb verb_subscribe = {
    .name = "subscribe",
    .summary = "print the indications that a query selects, as they come",
    .usage = "subscribe [--dialect DIALECT] QUERY",
    .help = "Prints the indications that a query selects, as they come, until Ctrl-C or the\n"
            "timeout ends the subscription. The query is one word to the shell: put it into\n"
            "quotes.\n\n"
            "  --dialect WQL  the language of the query (the default), or CQL, or another that\n"
            "                 the server knows\n\n"
            "The server may not support subscriptions, or not this dialect; it says so.\n",
    .examples = "mihostctl subscribe 'SELECT * FROM CIM_AlertIndication'\n"
                "mihostctl subscribe --json --timeout 1h 'SELECT * FROM CIM_InstCreation'\n",
    .options = OPTIONS_OPERATION | OPTION_PROPERTIES | OPTION_DIALECT,
    .minimum = 1,
    .maximum = 1,
    .run = subscribe_run,
};
