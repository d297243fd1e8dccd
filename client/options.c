#include "client/options.h"

#include "base/keyvalue.h"
#include "client/text.h"
#include "client/words.h"

#include <errno.h>
#include <getopt.h>

#define DEFAULT_NAMESPACE "root/cimv2"
#define MAX_TIMEOUT       31536000000UL /* a year, in milliseconds: what the server takes */

static const struct option table[] = {
    {"socket", required_argument, NULL, OPTION_SOCKET},
    {"json", no_argument, NULL, OPTION_JSON},
    {"table", no_argument, NULL, OPTION_TABLE},
    {"namespace", required_argument, NULL, OPTION_NAMESPACE},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"properties", required_argument, NULL, OPTION_PROPERTIES},
    {"keys-only", no_argument, NULL, OPTION_KEYS_ONLY},
    {"shallow", no_argument, NULL, OPTION_SHALLOW},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

const char *options_name(unsigned bits)
{
    static const char *const names[] = {"--socket",  "--json",       "--table",     "--namespace",
                                        "--timeout", "--properties", "--keys-only", "--shallow",
                                        "--help",    "--version"};
    return names[__builtin_ctz(bits)];
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

static int parse_properties(Options *options, const char *text, Buffer *why)
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
    options->properties = text;
    return 0;
}

static int parse_timeout(Options *options, const char *text, Buffer *why)
{
    if (keyvalue_parse_time(text, 1, MAX_TIMEOUT, &options->timeout) == 0)
        return 0;
    buffer_printf(why, "--timeout %s: not a time from 1ms to a year, such as 500ms, 5s or 2min",
                  text);
    return -EINVAL;
}

static int parse_format(Options *options, Format format, Buffer *why)
{
    if (options->format != FORMAT_AUTOMATIC && options->format != format) {
        buffer_put_string(why, "--json and --table exclude each other");
        return -EINVAL;
    }
    options->format = format;
    return 0;
}

static int parse_option(Options *options, int option, const char *value, Buffer *why)
{
    options->given |= (unsigned)option;
    switch (option) {
    case OPTION_SOCKET:
        options->socket = value;
        return 0;
    case OPTION_JSON:
        return parse_format(options, FORMAT_JSON, why);
    case OPTION_TABLE:
        return parse_format(options, FORMAT_TABLE, why);
    case OPTION_NAMESPACE:
        options->name_space = value;
        return 0;
    case OPTION_TIMEOUT:
        return parse_timeout(options, value, why);
    case OPTION_PROPERTIES:
        return parse_properties(options, value, why);
    default:
        return 0; /* has no value: its bit says it all */
    }
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

int options_parse(Options *options, int argc, char **argv, Buffer *why)
{
    int option, r = check_words(argc, argv, why);

    *options = (Options){.name_space = DEFAULT_NAMESPACE};
    optind = 0; /* glibc: begin anew */
    opterr = 0;
    while (r == 0 && (option = getopt_long(argc, argv, ":h", table, NULL)) != -1) {
        if (option == 'h')
            option = OPTION_HELP;
        if (option == ':') {
            buffer_printf(why, "%s wants a value", argv[optind - 1]);
            r = -EINVAL;
        } else if (option == '?') {
            buffer_printf(why, "'%s' is not an option, or not one with a value", argv[optind - 1]);
            r = -EINVAL;
        } else {
            r = parse_option(options, option, optarg, why);
        }
    }
    options->count = argc - optind;
    options->words = argv + optind;
    return r;
}
