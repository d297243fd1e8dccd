/*
 * The tables of result and reason names. The numbers are those of mi.h, the sentences are ours.
 */
#include "protocol/result.h"

#include "base/macros.h"

#include <errno.h>
#include <string.h>

typedef struct ResultEntry {
    const char *name; /* NULL: a number between those that are */
    const char *text;
} ResultEntry;

#define ENTRY(result, sentence) [result] = {#result, sentence}

static const ResultEntry results[] = {
    ENTRY(MI_RESULT_OK, "the operation succeeded"),
    ENTRY(MI_RESULT_FAILED, "the operation failed"),
    ENTRY(MI_RESULT_ACCESS_DENIED, "access was denied"),
    ENTRY(MI_RESULT_INVALID_NAMESPACE, "the namespace does not exist"),
    ENTRY(MI_RESULT_INVALID_PARAMETER, "a parameter is not valid"),
    ENTRY(MI_RESULT_INVALID_CLASS, "the class does not exist"),
    ENTRY(MI_RESULT_NOT_FOUND, "the requested object could not be found"),
    ENTRY(MI_RESULT_NOT_SUPPORTED, "the operation is not supported"),
    ENTRY(MI_RESULT_CLASS_HAS_CHILDREN, "the class has subclasses"),
    ENTRY(MI_RESULT_CLASS_HAS_INSTANCES, "the class has instances"),
    ENTRY(MI_RESULT_INVALID_SUPERCLASS, "the superclass does not exist"),
    ENTRY(MI_RESULT_ALREADY_EXISTS, "the object exists already"),
    ENTRY(MI_RESULT_NO_SUCH_PROPERTY, "the property does not exist"),
    ENTRY(MI_RESULT_TYPE_MISMATCH, "the value has the wrong type"),
    ENTRY(MI_RESULT_QUERY_LANGUAGE_NOT_SUPPORTED, "the query language is not supported"),
    ENTRY(MI_RESULT_INVALID_QUERY, "the query is not valid"),
    ENTRY(MI_RESULT_METHOD_NOT_AVAILABLE, "the method cannot be run here"),
    ENTRY(MI_RESULT_METHOD_NOT_FOUND, "the method does not exist"),
    ENTRY(MI_RESULT_NAMESPACE_NOT_EMPTY, "the namespace is not empty"),
    ENTRY(MI_RESULT_INVALID_ENUMERATION_CONTEXT, "the enumeration is not known"),
    ENTRY(MI_RESULT_INVALID_OPERATION_TIMEOUT, "the timeout is not valid"),
    ENTRY(MI_RESULT_PULL_HAS_BEEN_ABANDONED, "the enumeration was abandoned"),
    ENTRY(MI_RESULT_PULL_CANNOT_BE_ABANDONED, "the enumeration cannot be abandoned"),
    ENTRY(MI_RESULT_FILTERED_ENUMERATION_NOT_SUPPORTED, "enumerations cannot be filtered"),
    ENTRY(MI_RESULT_CONTINUATION_ON_ERROR_NOT_SUPPORTED,
          "going on after an error is not supported"),
    ENTRY(MI_RESULT_SERVER_LIMITS_EXCEEDED, "a limit of the server was exceeded"),
    ENTRY(MI_RESULT_SERVER_IS_SHUTTING_DOWN, "the server is shutting down"),
};

static const char *const reasons[] = {
    [MI_REASON_NONE] = "none",
    [MI_REASON_TIMEOUT] = "timeout",
    [MI_REASON_SHUTDOWN] = "shutdown",
    [MI_REASON_SERVICESTOP] = "serviceStop",
};

static const ResultEntry *find_result(MI_Result result)
{
    static const ResultEntry unknown = {"MI_RESULT_UNKNOWN", "the result is none that MI defines"};
    size_t index = (size_t)result;

    return index < ARRAY_SIZE(results) && results[index].name != NULL ? &results[index] : &unknown;
}

const char *result_name(MI_Result result)
{
    return find_result(result)->name;
}

const char *result_text(MI_Result result)
{
    return find_result(result)->text;
}

const char *reason_name(MI_CancellationReason reason)
{
    size_t index = (size_t)reason;

    return index < ARRAY_SIZE(reasons) ? reasons[index] : "unknown";
}

int reason_from_name(const char *name, size_t size, MI_CancellationReason *ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
        if (size == strlen(reasons[i]) && memcmp(reasons[i], name, size) == 0) {
            *ret = (MI_CancellationReason)i;
            return 0;
        }
    }
    return -EINVAL;
}
