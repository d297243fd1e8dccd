/*
 * What a provider answers: the values of an instance, and errors as sentences.
 *
 * An Answer fills an instance value by value and keeps the first failure, so that it is looked at
 * once at the end instead of after each value. Strings are lent (MI_FLAG_BORROW), never copied:
 * they have to stay as they are until the instance was posted, or filled again. Text from the
 * system need not be UTF-8; the host replaces what isn't, on its way out.
 */
#pragma once

#include <mi.h>

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

typedef struct Answer {
    MI_Instance *instance;
    MI_Result result; /* of the first value that could not be set; MI_RESULT_OK so far */
} Answer;

static inline void answer_put(Answer *answer, const MI_Char *name, const MI_Value *value,
                              MI_Type type)
{
    if (answer->result == MI_RESULT_OK)
        answer->result =
            MI_Instance_SetElement(answer->instance, name, value, type, MI_FLAG_BORROW);
}

/* Takes back the value of an instance that is filled again. */
static inline void answer_null(Answer *answer, const MI_Char *name)
{
    if (answer->result == MI_RESULT_OK)
        answer->result = MI_Instance_ClearElement(answer->instance, name);
}

/* @text may be NULL: the value is null then. */
static inline void answer_string(Answer *answer, const MI_Char *name, const MI_Char *text)
{
    if (text == NULL)
        answer_null(answer, name);
    else
        answer_put(answer, name, &(MI_Value){.string = (MI_Char *)text}, MI_STRING);
}

/* No strings at all is null, too. */
static inline void answer_strings(Answer *answer, const MI_Char *name, MI_Char **texts,
                                  MI_Uint32 size)
{
    if (size == 0)
        answer_null(answer, name);
    else
        answer_put(answer, name, &(MI_Value){.stringa = {texts, size}}, MI_STRINGA);
}

static inline void answer_boolean(Answer *answer, const MI_Char *name, MI_Boolean value)
{
    answer_put(answer, name, &(MI_Value){.boolean = value}, MI_BOOLEAN);
}

static inline void answer_uint16(Answer *answer, const MI_Char *name, MI_Uint16 value)
{
    answer_put(answer, name, &(MI_Value){.uint16 = value}, MI_UINT16);
}

static inline void answer_uint32(Answer *answer, const MI_Char *name, MI_Uint32 value)
{
    answer_put(answer, name, &(MI_Value){.uint32 = value}, MI_UINT32);
}

static inline void answer_uint64(Answer *answer, const MI_Char *name, MI_Uint64 value)
{
    answer_put(answer, name, &(MI_Value){.uint64 = value}, MI_UINT64);
}

/* A point in time of CLOCK_REALTIME, told in UTC. */
static inline void answer_time(Answer *answer, const MI_Char *name, struct timespec time)
{
    struct tm utc;

    if (gmtime_r(&time.tv_sec, &utc) == NULL) {
        answer_null(answer, name);
        return;
    }
    answer_put(answer, name,
               &(MI_Value){.datetime = {.isTimestamp = 1,
                                        .u.timestamp =
                                            {
                                                .year = (MI_Uint32)utc.tm_year + 1900,
                                                .month = (MI_Uint32)utc.tm_mon + 1,
                                                .day = (MI_Uint32)utc.tm_mday,
                                                .hour = (MI_Uint32)utc.tm_hour,
                                                .minute = (MI_Uint32)utc.tm_min,
                                                .second = (MI_Uint32)utc.tm_sec,
                                                .microseconds = (MI_Uint32)(time.tv_nsec / 1000),
                                            }}},
               MI_DATETIME);
}

/*
 * The final Post of an operation that failed: @result and a sentence that names the object. As with
 * every final Post, the caller holds no lock that a cancel callback takes.
 */
__attribute__((format(printf, 3, 4))) static inline void answer_error(MI_Context *context,
                                                                      MI_Result result,
                                                                      const char *format, ...)
{
    char message[8192]; /* room for a path of PATH_MAX bytes and what is said of it */
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    (void)MI_Context_PostError(context, result, MI_RESULT_TYPE_MI, message);
}
