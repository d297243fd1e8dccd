#include "server/options.h"

#include "base/macros.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

static const char usage[] =
    "usage: mihostd [OPTION]...\n"
    "Hosts management providers, each in an agent process of its own.\n"
    "\n"
    "  --config FILE          read FILE instead of %s\n"
    "  --socket PATH          listen on PATH\n"
    "  --registrations DIR    read registrations below DIR; may be repeated\n"
    "  --providers DIR        look for LIBRARY=x as DIR/libx.so\n"
    "  --agent PATH           the program mihost-agent\n"
    "  --log-level LEVEL      error, warning, info, debug or trace\n"
    "  --set KEY=VALUE        set any key of mihostd.conf(5)\n"
    "  --check                read configuration and registrations, say what is wrong, and end\n"
    "  --version, --help\n"
    "\n"
    "SIGTERM and SIGINT stop it in order, SIGHUP reads the registrations again. See mihostd(8).\n";

enum {
    OPTION_CONFIG = 256,
    OPTION_KEY,
    OPTION_SET,
    OPTION_CHECK,
    OPTION_VERSION,
    OPTION_HELP
};

static const struct option known[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"socket", required_argument, NULL, OPTION_KEY},
    {"registrations", required_argument, NULL, OPTION_KEY},
    {"providers", required_argument, NULL, OPTION_KEY},
    {"agent", required_argument, NULL, OPTION_KEY},
    {"log-level", required_argument, NULL, OPTION_KEY},
    {"set", required_argument, NULL, OPTION_SET},
    {"check", no_argument, NULL, OPTION_CHECK},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static int add_setting(Options *options, const char *key, const char *value)
{
    if (options->setting_count == OPTIONS_MAX_SETTINGS) {
        fprintf(stderr, "mihostd: more than %d settings on the command line\n",
                OPTIONS_MAX_SETTINGS);
        return -E2BIG;
    }
    options->registrations = options->registrations || strcmp(key, "registrations") == 0;
    options->settings[options->setting_count++] =
        (KeyValue){.file = "command line", .key = key, .value = value};
    return 0;
}

/* Splits KEY=VALUE in place. */
static int add_pair(Options *options, char *pair)
{
    char *value = strchr(pair, '=');

    if (value == NULL) {
        fprintf(stderr, "mihostd: --set '%s': write --set KEY=VALUE\n", pair);
        return -EINVAL;
    }
    *value++ = '\0';
    return add_setting(options, pair, value);
}

static void print_error(const KeyValueError *error)
{
    char text[KEYVALUE_ERROR_SIZE];

    fprintf(stderr, "mihostd: %s\n", keyvalue_describe(error, text));
}

/* The file, then the command line, then what is still missing. A default file that isn't there is
 * no mistake. */
int options_apply(const Options *options, Config *config, KeyValueError *error)
{
    const char *file = options->file == NULL ? config_default_path() : options->file;
    int r = config_read(config, file, error);

    if (r < 0 && (r != -ENOENT || options->file != NULL))
        return r;
    *error = (KeyValueError){0};
    if (options->registrations)
        config_forget_registrations(config);
    for (size_t i = 0; i < options->setting_count; i++) {
        r = config_set(config, &options->settings[i], error);
        if (r < 0)
            return r;
    }
    return config_finish(config, error);
}

OptionsAnswer options_read(int argc, char **argv, Options *options, Config *config)
{
    KeyValueError error = {0};
    bool check = false;
    int option, index, r = 0;

    *options = (Options){0};
    optind = 0; /* getopt begins anew: tests call this more than once */
    while (r == 0 && (option = getopt_long(argc, argv, "", known, &index)) != -1) {
        switch (option) {
        case OPTION_CONFIG:
            options->file = optarg;
            break;
        case OPTION_KEY:
            r = add_setting(options,
                            strcmp(known[index].name, "log-level") == 0 ? "logLevel"
                                                                        : known[index].name,
                            optarg);
            break;
        case OPTION_SET:
            r = add_pair(options, optarg);
            break;
        case OPTION_CHECK:
            check = true;
            break;
        case OPTION_VERSION:
            printf("mihostd " MIHOST_VERSION "\n");
            return OPTIONS_DONE;
        case OPTION_HELP:
            printf(usage, config_default_path());
            return OPTIONS_DONE;
        default:
            fprintf(stderr, "mihostd: 'mihostd --help' lists the options\n");
            return OPTIONS_WRONG;
        }
    }
    if (r == 0 && optind < argc) {
        fprintf(stderr, "mihostd: '%s' is no option: 'mihostd --help' lists them\n", argv[optind]);
        return OPTIONS_WRONG;
    }
    if (r < 0)
        return OPTIONS_WRONG;
    if (options_apply(options, config, &error) < 0) {
        print_error(&error);
        return OPTIONS_WRONG;
    }
    return check ? OPTIONS_CHECK : OPTIONS_SERVE;
}
