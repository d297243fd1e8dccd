/*
 * Stopping: host/stopProvider, from the request to the answer.
 *
 * The provider's operations are canceled with SERVICESTOP, its agents drain, and the request is
 * answered when both have ended. It is a Request without calls: its own cancel answers it at once,
 * and the provider stops all the same.
 */
#pragma once

#include "server/request.h"

/* Careful: @request may be answered, and gone, afterwards. */
void stopping_start(Request *request);

/* An agent or an operation has ended: answers the requests that waited for it. */
void stopping_check(Server *server);
