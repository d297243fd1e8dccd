/*
 * Report: what the log says of operations: a line for each at the level debug, and for each that
 * failed one at the level warning, with fields for the journal (mihostd(8) lists them).
 *
 * Anybody who may connect can let operations fail, or connections, as fast as he likes. So each
 * user has a budget of warnings, and each warning that a client can cause goes through here; what
 * is over the budget is logged at the level debug, counted, and told with the first warning after
 * that.
 */
#pragma once

#include "base/log.h"
#include "protocol/rpc.h"
#include "server/method.h"
#include "server/outcome.h"

#include "mi.h"

#include <sys/types.h>

#define REPORT_BUDGETS  64    /* users share one if the last digits of their uids are the same */
#define REPORT_WARNINGS 100   /* in the time that follows */
#define REPORT_PERIOD   10000 /* ms */

typedef struct Agent Agent;
typedef struct Client Client;
typedef struct Request Request;

/* Embedded in the server; zeroed to begin with. */
typedef struct ReportBudget {
    uint64_t since; /* uv_now() time at which the period began */
    unsigned written;
    unsigned withheld;
} ReportBudget;

/* @request ends with @outcome. */
void report_end(const Request *request, const Outcome *outcome);

/* A line about @agent: how its process has ended, or what it wrote. */
void report_agent(const Agent *agent, LogLevel level, const char *line);

/* @client has done what it is warned of, and no request is concerned. */
void report_client(const Client *client, const char *what);

/* Something is wrong with how @request goes on. */
void report_request(const Request *request, const char *what);

/* @client asked for @method, and was refused before there was a request, which is counted: with
 * @result, or with
 * @why alone (MI_RESULT_OK). */
void report_refusal(const Client *client, Span method, MI_Result result, const char *why);
