#include "tests/support/expect.h"

#include "tests/support/ask.h"
#include "tests/support/wait.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

const cJSON *json_at(const cJSON *tree, const char *path)
{
    char name[128];

    while (tree != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        snprintf(name, sizeof(name), "%.*s", (int)length, path);
        path += length + (path[length] == '.');
        if (cJSON_IsArray(tree) && isdigit((unsigned char)*name))
            tree = cJSON_GetArrayItem(tree, atoi(name));
        else
            tree = cJSON_GetObjectItemCaseSensitive(tree, name);
    }
    return tree;
}

/* Fails with the whole tree in the message. */
static __attribute__((noreturn)) void unexpected(const cJSON *tree, const char *path,
                                                 const char *expected)
{
    char text[3000];
    char *json = cJSON_PrintUnformatted(tree);

    snprintf(text, sizeof(text), "%s", json == NULL ? "nothing" : json);
    free(json);
    test_failed("'%s' should be %s in %s", path, expected, text);
}

const char *json_text(const cJSON *tree, const char *path)
{
    const cJSON *item = json_at(tree, path);

    if (!cJSON_IsString(item))
        unexpected(tree, path, "a string");
    return item->valuestring;
}

double json_number(const cJSON *tree, const char *path)
{
    const cJSON *item = json_at(tree, path);

    if (!cJSON_IsNumber(item))
        unexpected(tree, path, "a number");
    return item->valuedouble;
}

bool json_bool(const cJSON *tree, const char *path)
{
    const cJSON *item = json_at(tree, path);

    if (!cJSON_IsBool(item))
        unexpected(tree, path, "true or false");
    return cJSON_IsTrue(item);
}

int json_count(const cJSON *tree, const char *path)
{
    const cJSON *item = json_at(tree, path);

    if (!cJSON_IsArray(item))
        unexpected(tree, path, "an array");
    return cJSON_GetArraySize(item);
}

void expect_json(const cJSON *tree, const char *path, const char *expected)
{
    char *text = strdup(expected);
    cJSON *value;
    bool equal;

    for (char *c = text; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    value = cJSON_Parse(text);
    free(text);
    if (value == NULL)
        test_failed("the test expects what is no JSON: %s", expected);
    equal = cJSON_Compare(json_at(tree, path), value, true);
    cJSON_Delete(value);
    if (!equal)
        unexpected(tree, path, expected);
}

void expect_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        test_failed("'%s' should contain '%s'", text, part);
}

static bool is_response(const cJSON *message, const void *data)
{
    return !cJSON_HasObjectItem(message, "method") &&
           cJSON_Compare(json_at(message, "id"), data, true);
}

static const cJSON *find_response(Client *client, const cJSON *id)
{
    char what[256];
    char *text = cJSON_PrintUnformatted(id);

    snprintf(what, sizeof(what), "the response to %s", text == NULL ? "?" : text);
    free(text);
    return client_find(client, is_response, id, what);
}

const cJSON *expect_response_with_id(Client *client, const char *id)
{
    const cJSON *message;
    cJSON *value = cJSON_Parse(id);

    if (value == NULL)
        test_failed("the test expects an id that is no JSON: %s", id);
    message = find_response(client, value);
    cJSON_Delete(value);
    return message;
}

static const cJSON *response_to(Client *client, long id)
{
    char text[32];

    snprintf(text, sizeof(text), "%ld", id);
    return expect_response_with_id(client, text);
}

bool response_came(Client *client, long id)
{
    cJSON *value = cJSON_CreateNumber((double)id);
    bool came = client_peek(client, is_response, value) != NULL;

    cJSON_Delete(value);
    return came;
}

const cJSON *expect_result(Client *client, long id)
{
    const cJSON *message = response_to(client, id);

    if (json_at(message, "result") == NULL)
        unexpected(message, "result", "there");
    return json_at(message, "result");
}

static const cJSON *check_error(const cJSON *message, int code)
{
    char text[32];

    snprintf(text, sizeof(text), "%d", code);
    expect_json(message, "error.code", text);
    if (*json_text(message, "error.message") == '\0')
        unexpected(message, "error.message", "a sentence");
    return json_at(message, "error");
}

const cJSON *expect_error(Client *client, long id, int code, const char *result_name)
{
    const cJSON *error = check_error(response_to(client, id), code);

    if (result_name != NULL && strcmp(json_text(error, "data.resultName"), result_name) != 0)
        unexpected(error, "data.resultName", result_name);
    return error;
}

const cJSON *expect_canceled(Client *client, long id, const char *reason)
{
    const cJSON *error = check_error(response_to(client, id), CODE_CANCELED);

    if (strcmp(json_text(error, "data.reason"), reason) != 0)
        unexpected(error, "data.reason", reason);
    (void)json_bool(error, "data.delivered");
    (void)json_bool(error, "data.abandoned");
    (void)json_number(error, "data.discarded");
    if (json_at(error, "data.result") == NULL)
        unexpected(error, "data.result", "there, and null if nothing was posted");
    return json_at(error, "data");
}

const cJSON *expect_refusal(Client *client, int code)
{
    const cJSON *message = client_next(client);

    expect_json(message, "id", "null");
    return check_error(message, code);
}

static bool is_notification(const cJSON *message, const void *data)
{
    const cJSON *method = json_at(message, "method");

    return cJSON_IsString(method) && strcmp(method->valuestring, data) == 0;
}

const cJSON *expect_notification(Client *client, const char *method)
{
    return json_at(client_find(client, is_notification, method, method), "params");
}

void expect_partial_results(Client *client, int count, const char *property, int *next)
{
    const cJSON *params, *instance;
    char path[128];

    snprintf(path, sizeof(path), "properties.%s", property);
    while (count > 0) {
        params = expect_notification(client, "$/progress");
        expect_json(params, "token", "'t'");
        cJSON_ArrayForEach(instance, json_at(params, "value"))
        {
            if (json_number(instance, path) != (*next)++)
                unexpected(instance, path, "the next number");
            count--;
        }
    }
    if (count < 0)
        test_failed("%d partial results more than expected", -count);
}

void expect_served(Client *client)
{
    (void)expect_result(client, client_request(client, "host/info", "{}"));
}

static const cJSON *status(Client *client)
{
    return expect_result(client, client_request(client, "host/status", "{}"));
}

/* True for an agent of host/status that takes work. */
static bool is_open(const cJSON *agent)
{
    const char *state = json_text(agent, "state");

    return strcmp(state, "starting") == 0 || strcmp(state, "running") == 0;
}

/* Counts the agents of @provider; *@pid is the last of those that take work. */
static int count_agents(const cJSON *host, const char *provider, pid_t *pid, int *active)
{
    const cJSON *agent;
    int count = 0;

    cJSON_ArrayForEach(agent, json_at(host, "agents"))
    {
        if (strcmp(json_text(agent, "provider"), provider) != 0)
            continue;
        count++;
        if (!is_open(agent))
            continue;
        (*active)++;
        *pid = (pid_t)json_number(agent, "pid");
    }
    return count;
}

pid_t agent_pid_of(Client *client, const char *provider)
{
    pid_t pid = 0;
    int active = 0;

    (void)count_agents(status(client), provider, &pid, &active);
    if (active != 1)
        test_failed("%d agents of '%s' take work, not 1", active, provider);
    return pid;
}

int agent_count_of(Client *client, const char *provider)
{
    pid_t pid;
    int active = 0;

    return count_agents(status(client), provider, &pid, &active);
}

static bool takes_work(Client *client, pid_t pid)
{
    const cJSON *agents = json_at(status(client), "agents"), *agent;

    cJSON_ArrayForEach(agent, agents)
    {
        if ((pid_t)json_number(agent, "pid") == pid)
            return is_open(agent);
    }
    return false;
}

void expect_draining(Client *client, pid_t pid)
{
    WAIT_UNTIL(!takes_work(client, pid), "agent %d to take no new work", (int)pid);
}

void expect_operations(Client *client, int count)
{
    WAIT_UNTIL(json_count(status(client), "operations") == count, "%d operations in host/status",
               count);
}

void expect_agents(Client *client, const char *provider, int count)
{
    WAIT_UNTIL(agent_count_of(client, provider) == count, "%d agents of '%s' in host/status", count,
               provider);
}

unsigned long expect_standstill(Puppet *observer, Client *client)
{
    int64_t deadline = wait_deadline();
    unsigned long before, now = 0;

    do {
        if (!wait_moment(deadline))
            test_failed("waited in vain for providers to stop posting; they have posted %lu", now);
        before = now;
        for (int i = 0; i < 20; i++)
            (void)expect_result(client, ask_get(client, "Test_Sample", "'Id':1", ""));
        now = strtoul(puppet_ask(observer, "posted"), NULL, 10);
    } while (now == 0 || now != before);
    return now;
}
