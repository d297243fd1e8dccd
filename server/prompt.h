/*
 * Prompt: a question of a provider to the client that asked for the operation, until it is
 * answered.
 *
 * The client gets a request (mi/promptUser and its like) with an id of the server's; its answer
 * goes back to the agent. One to which no answer can come any more (the operation was canceled, or
 * has ended) is withdrawn with a $/cancelRequest of its own (C7); an answer that comes later is for
 * nobody, and counted.
 */
#pragma once

#include "protocol/rpc.h"
#include "server/call.h"

#define PROMPT_MAX_OPEN 64 /* of one request */

/* Asks the client of @call, or answers with the default at once if nobody wants to be asked.
 * -E2BIG: more than PROMPT_MAX_OPEN are open. */
int prompt_ask(Call *call, const PromptFrame *frame);

/* @message is a response of @client: true if it answers an open prompt of its. */
bool prompt_take_answer(Client *client, const RpcMessage *message);

/* Withdraws those of @request that are open; only those of @call, if it isn't NULL. */
void prompts_withdraw(Request *request, const Call *call);
