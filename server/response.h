/*
 * Response: what a client is told of its request, as JSON: partial results, progress, messages, and
 * the response itself.
 *
 * The protocol page (mihost-protocol(7)) has the shapes. Text of an agent goes out as it came,
 * checked before (relay.c); all else is escaped here.
 */
#pragma once

#include "server/request.h"

/* Begins a message that carries a batch (a checked array) for the partial-result token; the caller
 * ends it. */
void response_put_partial(Request *request, Span json);

/* Values of a streamed out parameter, $/progress for the partial-result token; charged to the
 * window of @operation. */
void response_send_parameter(Request *request, uint64_t operation, const ParameterFrame *frame,
                             uint32_t charge);

/* $/progress for the work-done token, and mi/message; charged to the window of @operation. */
void response_send_progress(Request *request, uint64_t operation, const ProgressFrame *frame,
                            uint32_t charge);
void response_send_message(Request *request, uint64_t operation, const MessageFrame *frame,
                           uint32_t charge);

/* Writes the response, and before it what must stand before it; @outcome is changed if the client
 * has no room for its results. Careful: the client may be closing afterwards. */
void response_write(Request *request, Outcome *outcome);

/* Refuses what never became a request, or the client itself: the error -32803 with its data. @id
 * may be absent. Careful: closes the client that doesn't read its answers. */
void response_refuse(Client *client, Span id, MI_Result result, const char *text);
