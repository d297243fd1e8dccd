/*
 * What a test expects of an answer.
 *
 * A JSON path is names and indexes with dots between: "error.data.result",
 * "instances.0.properties.Name".
 */
#pragma once

#include "tests/support/client.h"
#include "tests/support/puppet.h"

/* Codes of the protocol page. */
enum {
    CODE_PARSE_ERROR = -32700,
    CODE_INVALID_REQUEST = -32600,
    CODE_METHOD_NOT_FOUND = -32601,
    CODE_INVALID_PARAMS = -32602,
    CODE_CANCELED = -32800,
    CODE_FAILED = -32803,
};

/* The member at @path, or NULL. */
const cJSON *json_at(const cJSON *tree, const char *path);

/* The member at @path, which must be there and of that type. */
const char *json_text(const cJSON *tree, const char *path);
double json_number(const cJSON *tree, const char *path);
bool json_bool(const cJSON *tree, const char *path);
int json_count(const cJSON *tree, const char *path);

/* The member at @path ("" is the whole) must equal @expected, JSON in which ' stands for ". */
void expect_json(const cJSON *tree, const char *path, const char *expected);

/* @text must contain @part. */
void expect_contains(const char *text, const char *part);

/* The response to @id must be a result, which is returned. */
const cJSON *expect_result(Client *client, long id);

/* The response to @id must be an error, which is returned. @result_name ("MI_RESULT_NOT_FOUND")
 * goes with CODE_FAILED; else NULL. The message must not be empty. */
const cJSON *expect_error(Client *client, long id, int code, const char *result_name);

/* The response to @id must be "canceled" with @reason; its data is returned. */
const cJSON *expect_canceled(Client *client, long id, const char *reason);

/* The next message must be an error with id null, which is returned: a message that could not be a
 * request. */
const cJSON *expect_refusal(Client *client, int code);

/* The response to a request whose id isn't one of ours: @id is JSON text. Returns the whole
 * message. */
const cJSON *expect_response_with_id(Client *client, const char *id);

/* The next notification @method; its params are returned. */
const cJSON *expect_notification(Client *client, const char *method);

/* Takes $/progress for the token "t" until @count instances came, whose property @property must
 * count on from *@next. */
void expect_partial_results(Client *client, int count, const char *property, int *next);

/* True if the response to @id came already. */
bool response_came(Client *client, long id);

/* Asks host/info and waits for the answer: what was sent before has been read by the daemon. */
void expect_served(Client *client);

/* The agent that hosts @provider, as host/status has it; fails if there is none, or more than one
 * that takes work. */
pid_t agent_pid_of(Client *client, const char *provider);

/* Agents in host/status for @provider. */
int agent_count_of(Client *client, const char *provider);

/* Waits until the agent @pid takes no new work, or has gone. */
void expect_draining(Client *client, pid_t pid);

/*
 * Waits until the instances that @observer counts, a puppet in the process of those that post, get
 * no more while @client is served again and again: all who post are waiting for their clients. How
 * many there are.
 */
unsigned long expect_standstill(Puppet *observer, Client *client);

/* Waits until host/status shows @count operations (and, in the second, agents of @provider). */
void expect_operations(Client *client, int count);
void expect_agents(Client *client, const char *provider, int count);
