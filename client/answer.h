/*
 * Errors that the server answered with, in words.
 *
 *     Linux_Process: MI_RESULT_NOT_FOUND: there is no process 42
 *     Linux_DirectoryUsage: canceled (reason timeout); the provider said
 *     MI_RESULT_FAILED: 12 GiB so far
 */
#pragma once

#include "base/buffer.h"
#include "client/exit_status.h"

typedef enum AnswerCause {
    ANSWER_NOT_CANCELED_HERE,
    ANSWER_CANCELED_HERE, /* $/cancelRequest was sent */
} AnswerCause;

/*
 * Appends what @error (the `error` of a response about @subject) says to @to. EXIT_STATUS_FAILED,
 * EXIT_STATUS_CANCELED, or EXIT_STATUS_BROKEN with a sentence in @to if it isn't an error.
 */
ExitStatus answer_put_error(Buffer *to, Span subject, Span error, AnswerCause cause);

/*
 * If @error says that a property of the instance of @subject, a class, or a parameter is a string,
 * and is to be something else, appends how words of the command line say that.
 */
void answer_put_notation(Buffer *to, Span subject, Span error);

/* True if the server refused the request as such: it knows no such method, or no such params. */
bool answer_is_misunderstanding(Span error);

/* Appends `MI_RESULT_FAILED: message`, from an object {resultName, message}. False, and nothing
 * appended, if it has no resultName. */
bool answer_put_result(Buffer *to, Span object);

/* The result that the provider of a canceled operation still gave, `value` of the error's data. */
bool answer_canceled_value(Span error, Span *ret);

/* The CIM_Error instance that came with @error. */
bool answer_cim_error(Span error, Span *ret);
