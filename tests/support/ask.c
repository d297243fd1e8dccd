#include "tests/support/ask.h"

#define NAME_SPACE "'namespace':'root/cimv2'"

long ask_enumerate(Client *client, const char *class_name, const char *more)
{
    return client_request(client, "mi/enumerateInstances", "{" NAME_SPACE ",'class':'%s'%s}",
                          class_name, more);
}

long ask_get(Client *client, const char *class_name, const char *keys, const char *more)
{
    return client_request(client, "mi/getInstance",
                          "{" NAME_SPACE ",'instance':{'class':'%s','properties':{%s}}%s}",
                          class_name, keys, more);
}

long ask_invoke(Client *client, const char *class_name, const char *method, const char *parameters,
                const char *more)
{
    return client_request(client, "mi/invoke",
                          "{" NAME_SPACE ",'class':'%s','method':'%s','parameters':{%s}%s}",
                          class_name, method, parameters, more);
}

long ask_run(Client *client, const char *name)
{
    return ask_run_with(client, name, "");
}

long ask_run_with(Client *client, const char *name, const char *more)
{
    return client_request(client, "mi/invoke",
                          "{" NAME_SPACE ",'class':'Test_Puppet','method':'Run',"
                          "'parameters':{'Name':'%s'}%s}",
                          name, more);
}
