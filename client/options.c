#include "client/options.h"

#include "base/keyvalue.h"
#include "base/nearest.h"
#include "client/text.h"
#include "client/words.h"

#include <errno.h>
#include <getopt.h>

#define DEFAULT_NAMESPACE "root/cimv2"
#define DEFAULT_DIALECT   "WQL"
#define DEFAULT_INTERVAL  1000          /* milliseconds */
#define MAX_TIMEOUT       31536000000UL /* a year, in milliseconds: what the server takes */
#define MAX_INTERVAL      86400000UL    /* a day, in milliseconds */
#define MAX_COUNT         1000000000UL

typedef struct Rule Rule;

/* Takes the value of an option. 0, or -EINVAL with a sentence appended to @why. */
typedef int (*RuleTaker)(Options *options, const Rule *rule, const char *text, Buffer *why);

struct Rule {
    const char *name; /* with its dashes */
    int bit;
    RuleTaker take; /* NULL: the option has no value */
    size_t member;  /* of Options: the string that takes the value */
};

static int take_text(Options *options, const Rule *rule, const char *text, Buffer *why)
{
    (void)why;
    *(const char **)(void *)((char *)options + rule->member) = text;
    return 0;
}

static int take_name(Options *options, const Rule *rule, const char *text, Buffer *why)
{
    if (words_is_name(span_of(text)))
        return take_text(options, rule, text, why);
    buffer_printf(why, "%s %s: not a name", rule->name, text);
    return -EINVAL;
}

static int take_properties(Options *options, const Rule *rule, const char *text, Buffer *why)
{
    Span rest = span_of(text), item;

    while (options_next_item(&rest, &item)) {
        if (words_is_name(item))
            continue;
        buffer_printf(why,
                      "--properties %s: '%.*s' is not a property's name; separate names by "
                      "commas",
                      text, (int)item.size, item.data);
        return -EINVAL;
    }
    return take_text(options, rule, text, why);
}

static int take_messages(Options *options, const Rule *rule, const char *text, Buffer *why)
{
    Span rest = span_of(text), item;

    while (options_next_item(&rest, &item)) {
        if (span_equals(item, "warning") || span_equals(item, "verbose") ||
            span_equals(item, "debug"))
            continue;
        buffer_printf(why,
                      "--messages %s: '%.*s' is not a channel; those are warning, verbose and "
                      "debug, separated by commas",
                      text, (int)item.size, item.data);
        return -EINVAL;
    }
    return take_text(options, rule, text, why);
}

static int take_reason(Options *options, const Rule *rule, const char *text, Buffer *why)
{
    static const char *const reasons[] = {"none", "timeout", "shutdown", "serviceStop"};

    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
        if (strcasecmp(text, reasons[i]) == 0)
            return take_text(options, rule, reasons[i], why);
    }
    buffer_printf(why, "--reason %s: a reason is none, timeout, shutdown or serviceStop", text);
    return -EINVAL;
}

static int take_time(Options *options, const Rule *rule, const char *text, Buffer *why)
{
    (void)rule;
    if (keyvalue_parse_time(text, 1, MAX_TIMEOUT, &options->timeout) == 0)
        return 0;
    buffer_printf(why, "--timeout %s: not a time from 1ms to a year, such as 500ms, 5s or 2min",
                  text);
    return -EINVAL;
}

static int take_interval(Options *options, const Rule *rule, const char *text, Buffer *why)
{
    (void)rule;
    if (keyvalue_parse_time(text, 1, MAX_INTERVAL, &options->interval) == 0)
        return 0;
    buffer_printf(why, "--interval %s: not a time from 1ms to a day, such as 500ms or 2s", text);
    return -EINVAL;
}

static int take_count(Options *options, const Rule *rule, const char *text, Buffer *why)
{
    (void)rule;
    if (keyvalue_parse_count(text, 1, MAX_COUNT, &options->times) == 0)
        return 0;
    buffer_printf(why, "--count %s: not a number from 1 to %lu", text, MAX_COUNT);
    return -EINVAL;
}

static const Rule rules[] = {
    {"--socket", OPTION_SOCKET, take_text, offsetof(Options, socket)},
    {"--host", OPTION_HOST, take_text, offsetof(Options, host)},
    {"--json", OPTION_JSON, NULL, 0},
    {"--table", OPTION_TABLE, NULL, 0},
    {"--quiet", OPTION_QUIET, NULL, 0},
    {"--namespace", OPTION_NAMESPACE, take_text, offsetof(Options, name_space)},
    {"--timeout", OPTION_TIMEOUT, take_time, 0},
    {"--properties", OPTION_PROPERTIES, take_properties, offsetof(Options, properties)},
    {"--keys-only", OPTION_KEYS_ONLY, NULL, 0},
    {"--shallow", OPTION_SHALLOW, NULL, 0},
    {"--base-properties", OPTION_BASE_PROPERTIES, NULL, 0},
    {"--reason", OPTION_REASON, take_reason, offsetof(Options, reason)},
    {"--deep", OPTION_DEEP, NULL, 0},
    {"--names", OPTION_NAMES, NULL, 0},
    {"--association-class", OPTION_ASSOCIATION_CLASS, take_name,
     offsetof(Options, association_class)},
    {"--result-class", OPTION_RESULT_CLASS, take_name, offsetof(Options, result_class)},
    {"--role", OPTION_ROLE, take_name, offsetof(Options, role)},
    {"--result-role", OPTION_RESULT_ROLE, take_name, offsetof(Options, result_role)},
    {"--messages", OPTION_MESSAGES, take_messages, offsetof(Options, messages)},
    {"--prompt", OPTION_PROMPT, NULL, 0},
    {"--hosting", OPTION_HOSTING, take_text, offsetof(Options, hosting)},
    {"--output", OPTION_OUTPUT, take_text, offsetof(Options, output)},
    {"--force", OPTION_FORCE, NULL, 0},
    {"--agent", OPTION_AGENT, take_text, offsetof(Options, agent)},
    {"--watch", OPTION_WATCH, NULL, 0},
    {"--count", OPTION_COUNT, take_count, 0},
    {"--interval", OPTION_INTERVAL, take_interval, 0},
    {"--dialect", OPTION_DIALECT, take_text, offsetof(Options, dialect)},
    {"--help", OPTION_HELP, NULL, 0},
    {"--version", OPTION_VERSION, NULL, 0},
};

/* Options that are typed often have a letter, too: those that other programs have for the same. */
static const struct {
    char letter;
    int bit;
} letters[] = {
    {'h', OPTION_HELP},  {'q', OPTION_QUIET},    {'H', OPTION_HOST},
    {'c', OPTION_COUNT}, {'i', OPTION_INTERVAL},
};
#define LETTERS ":hqH:c:i:" /* as getopt wants them */

/* The option that getopt returned, as a bit: for a letter it returned that. */
static int option_bit(int option)
{
    for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
        if (option == letters[i].letter)
            return letters[i].bit;
    }
    return option;
}

static const Rule *find_rule(unsigned bits)
{
    size_t i = 0;

    while (i + 1 < ARRAY_SIZE(rules) && ((unsigned)rules[i].bit & bits) == 0)
        i++;
    return &rules[i];
}

const char *options_name(unsigned bits)
{
    return find_rule(bits)->name;
}

bool options_next_item(Span *rest, Span *item)
{
    const char *comma;

    if (rest->data == NULL)
        return false;
    comma = memchr(rest->data, ',', rest->size);
    *item = (Span){rest->data, comma == NULL ? rest->size : (size_t)(comma - rest->data)};
    if (comma == NULL)
        *rest = (Span){NULL, 0};
    else
        span_skip(rest, item->size + 1);
    return true;
}

/* The rules as getopt wants them; @table has room for one more, its end. */
static void put_table(struct option *table)
{
    for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
        table[i] = (struct option){
            .name = rules[i].name + 2,
            .has_arg = rules[i].take != NULL ? required_argument : no_argument,
            .val = rules[i].bit,
        };
    table[ARRAY_SIZE(rules)] = (struct option){.name = NULL};
}

/* Words go into JSON, which is UTF-8; a file name in another encoding would arrive as another one.
 */
static int check_words(int argc, char **argv, Buffer *why)
{
    for (int i = 1; i < argc; i++) {
        if (text_is_utf8(span_of(argv[i])))
            continue;
        buffer_printf(why, "'%s' is not UTF-8, and the protocol has nothing else", argv[i]);
        return -EINVAL;
    }
    return 0;
}

/* Two options that say the contrary. */
static int check_pairs(const Options *options, Buffer *why)
{
    static const int pairs[][2] = {{OPTION_JSON, OPTION_TABLE},
                                   {OPTION_SHALLOW, OPTION_BASE_PROPERTIES}};

    for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
        unsigned first = (unsigned)pairs[i][0], second = (unsigned)pairs[i][1];

        if (!(options->given & first) || !(options->given & second))
            continue;
        buffer_printf(why, "%s and %s exclude each other", options_name(first),
                      options_name(second));
        return -EINVAL;
    }
    return 0;
}

static int take_option(Options *options, int bit, const char *value, Buffer *why)
{
    const Rule *rule = find_rule((unsigned)bit);

    options->given |= (unsigned)bit;
    return rule->take == NULL ? 0 : rule->take(options, rule, value, why);
}

static int unknown_option(const char *word, Buffer *why)
{
    const char *names[ARRAY_SIZE(rules)], *nearest;

    for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
        names[i] = rules[i].name;
    nearest = nearest_of(word, names, ARRAY_SIZE(names));
    buffer_printf(why, "'%s' is not an option, or not one with a value", word);
    if (nearest != NULL)
        buffer_printf(why, "; did you mean '%s'?", nearest);
    return -EINVAL;
}

int options_parse(Options *options, int argc, char **argv, Buffer *why)
{
    struct option table[ARRAY_SIZE(rules) + 1];
    int option, r = check_words(argc, argv, why);

    *options = (Options){
        .name_space = DEFAULT_NAMESPACE,
        .dialect = DEFAULT_DIALECT,
        .interval = DEFAULT_INTERVAL,
    };
    put_table(table);
    optind = 0; /* glibc: begin anew */
    opterr = 0;
    while (r == 0 && (option = getopt_long(argc, argv, LETTERS, table, NULL)) != -1) {
        if (option == ':') {
            buffer_printf(why, "%s wants a value", argv[optind - 1]);
            r = -EINVAL;
        } else if (option == '?') {
            r = unknown_option(argv[optind - 1], why);
        } else {
            r = take_option(options, option_bit(option), optarg, why);
        }
    }
    if (r == 0)
        r = check_pairs(options, why);
    if (options->given & OPTION_JSON)
        options->format = FORMAT_JSON;
    else if (options->given & OPTION_TABLE)
        options->format = FORMAT_TABLE;
    options->count = argc - optind;
    options->words = argv + optind;
    return r;
}
