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

static const struct option options[] = {
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

/* The settings of the command line, which come after the file's. */
typedef struct Settings {
    KeyValue entries[256];
    size_t count;
    bool registrations; /* one of them names a folder of registrations */
} Settings;

static int add_setting(Settings *settings, const char *key, const char *value)
{
    if (settings->count == ARRAY_SIZE(settings->entries)) {
        fprintf(stderr, "mihostd: more than %zu settings on the command line\n",
                ARRAY_SIZE(settings->entries));
        return -E2BIG;
    }
    settings->registrations = settings->registrations || strcmp(key, "registrations") == 0;
    settings->entries[settings->count++] =
        (KeyValue){.file = "command line", .key = key, .value = value};
    return 0;
}

/* Splits KEY=VALUE in place. */
static int add_pair(Settings *settings, char *pair)
{
    char *value = strchr(pair, '=');

    if (value == NULL) {
        fprintf(stderr, "mihostd: --set '%s': write --set KEY=VALUE\n", pair);
        return -EINVAL;
    }
    *value++ = '\0';
    return add_setting(settings, pair, value);
}

static int print_error(const KeyValueError *error)
{
    if (error->line > 0)
        fprintf(stderr, "mihostd: %s:%u: %s\n", error->file, error->line, error->message);
    else
        fprintf(stderr, "mihostd: %s: %s\n", error->file, error->message);
    return -EINVAL;
}

/* The file, then the command line, then what is still missing. A default file that isn't there is
 * no mistake. */
static int apply(Config *config, const char *file, const Settings *settings)
{
    KeyValueError error = {0};
    int r = config_read(config, file == NULL ? config_default_path() : file, &error);

    if (r < 0 && (r != -ENOENT || file != NULL))
        return print_error(&error);
    if (settings->registrations)
        config_forget_registrations(config);
    for (size_t i = 0; i < settings->count; i++)
        if (config_set(config, &settings->entries[i], &error) < 0)
            return print_error(&error);
    return config_finish(config, &error) < 0 ? print_error(&error) : 0;
}

OptionsAnswer options_read(int argc, char **argv, Config *config)
{
    Settings settings = {0};
    const char *file = NULL;
    bool check = false;
    int option, index, r = 0;

    optind = 0; /* getopt begins anew: tests call this more than once */
    while (r == 0 && (option = getopt_long(argc, argv, "", options, &index)) != -1) {
        switch (option) {
        case OPTION_CONFIG:
            file = optarg;
            break;
        case OPTION_KEY:
            r = add_setting(&settings,
                            strcmp(options[index].name, "log-level") == 0 ? "logLevel"
                                                                          : options[index].name,
                            optarg);
            break;
        case OPTION_SET:
            r = add_pair(&settings, optarg);
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
    if (r < 0 || apply(config, file, &settings) < 0)
        return OPTIONS_WRONG;
    return check ? OPTIONS_CHECK : OPTIONS_SERVE;
}
