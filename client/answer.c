#include "client/answer.h"

#include "client/view.h"
#include "protocol/json.h"
#include "protocol/rpc.h"

#include <string.h>
#include <strings.h>

/* Appends the decoded string member @name of @object. False if there is none, or an empty one. */
static bool put_member(Buffer *to, Span object, const char *name)
{
    size_t before = to->size;
    Span value;

    if (!view_member(object, name, &value) || !view_is_string(value))
        return false;
    view_put_text(to, value);
    return to->size > before;
}

static bool member_is(Span object, const char *name, const char *json)
{
    Span value;

    return view_member(object, name, &value) && span_equals(value, json);
}

/* Appends `MI_RESULT_FAILED: message`, from an object {resultName, message}. */
static bool put_result(Buffer *to, Span object, Span error)
{
    size_t before = to->size;

    if (!put_member(to, object, "resultName"))
        return false;
    buffer_put_string(to, ": ");
    if (!put_member(to, object, "message") && !put_member(to, error, "message"))
        to->size -= 2;
    return to->size > before;
}

static void put_discarded(Buffer *to, Span data)
{
    int64_t discarded;
    Span value;

    if (!view_member(data, "discarded", &value) || json_get_integer(value, &discarded) < 0 ||
        discarded <= 0)
        return;
    buffer_printf(to, "; %lld instance%s that it posted %s not sent", (long long)discarded,
                  discarded == 1 ? "" : "s", discarded == 1 ? "was" : "were");
}

/* What became of it: the provider's result, or in whose words there is none. */
static void put_end(Buffer *to, Span error, Span data)
{
    Span result;

    if (view_member(data, "result", &result) && view_is_object(result)) {
        buffer_put_string(to, "; the provider said ");
        if (!put_result(to, result, (Span){NULL, 0}))
            buffer_put_string(to, "nothing");
        if (member_is(data, "delivered", "false"))
            buffer_put_string(to, "; no cancel callback was called");
    } else if (member_is(data, "abandoned", "true")) {
        buffer_put_string(to, "; the provider did not end within its grace and was abandoned");
    } else {
        buffer_put_string(to, "; the server said: ");
        if (!put_member(to, error, "message"))
            buffer_put_string(to, "nothing");
    }
}

static void put_canceled(Buffer *to, Span error, Span data, AnswerCause cause)
{
    buffer_put_string(to, "canceled (reason ");
    if (!put_member(to, data, "reason"))
        buffer_put_string(to, "unknown");
    buffer_put_string(to, cause == ANSWER_CANCELED_HERE ? ", as you asked)" : ")");
    put_end(to, error, data);
    put_discarded(to, data);
}

ExitStatus answer_put_error(Buffer *to, Span subject, Span error, AnswerCause cause)
{
    Span code_value, message, data = {NULL, 0};
    int64_t code;

    if (!view_member(error, "code", &code_value) || json_get_integer(code_value, &code) < 0 ||
        !view_member(error, "message", &message) || !view_is_string(message)) {
        buffer_put_string(to,
                          "the server's answer makes no sense: an error without code or message");
        return EXIT_STATUS_BROKEN;
    }
    view_member(error, "data", &data);
    buffer_put_span(to, subject);
    buffer_put_string(to, ": ");
    if (code == RPC_REQUEST_CANCELED) {
        put_canceled(to, error, data, cause);
        return EXIT_STATUS_CANCELED;
    }
    if (!put_result(to, data, error)) {
        view_put_text(to, message);
        buffer_printf(to, " (error %lld)", (long long)code);
    }
    put_discarded(to, data);
    if (member_is(data, "resultName", "\"MI_RESULT_INVALID_CLASS\""))
        buffer_put_string(to, "; `mihostctl classes --names --deep` lists the classes");
    return EXIT_STATUS_FAILED;
}

/* Does @text say that a string was given for what is none? A string in an array was meant as one.
 */
static bool tells_of_a_string(const char *text)
{
    static const char *const expected[] = {
        ": expected an integer",     ": expected a number",    ": expected true or false",
        ": expected an object path", ": expected an instance", ": expected an array",
    };

    if (strstr(text, "), element ") != NULL || (strstr(text, ", but it is the string ") == NULL &&
                                                strstr(text, ", but it is a string") == NULL))
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
        if (strstr(text, expected[i]) != NULL)
            return true;
    return false;
}

/*
 * The name in @text that a word of the command line gave, or NULL: a property of the instance of
 * @class_name, or a parameter. What is within a value was written as JSON.
 */
static const char *name_of_word(const char *text, Span class_name)
{
    static const char of_instance[] = "params.instance: class '", property[] = "', property '",
                      parameter[] = ", parameter '";
    const char *name = text + strlen(of_instance);

    if (strncmp(text, of_instance, strlen(of_instance)) == 0) {
        if (strncasecmp(name, class_name.data, class_name.size) != 0 ||
            strncmp(name + class_name.size, property, strlen(property)) != 0)
            return NULL;
        return name + class_name.size + strlen(property);
    }
    name = strstr(text, parameter);
    return name == NULL ? NULL : name + strlen(parameter);
}

void answer_put_notation(Buffer *to, Span subject, Span error)
{
    CLEANUP(buffer_deinit) Buffer message = BUFFER_INIT;
    const char *name;

    put_member(&message, error, "message");
    buffer_put_char(&message, '\0');
    if (buffer_failed(&message) || !tells_of_a_string(message.data))
        return;
    name = name_of_word(message.data, subject);
    if (name != NULL)
        buffer_printf(to, "; write %.*s:=JSON for what is no string", (int)strcspn(name, "'"),
                      name);
}

bool answer_is_misunderstanding(Span error)
{
    Span value;
    int64_t code;

    return view_member(error, "code", &value) && json_get_integer(value, &code) == 0 &&
           (code == RPC_METHOD_NOT_FOUND || code == RPC_INVALID_PARAMS);
}

bool answer_put_result(Buffer *to, Span object)
{
    return put_result(to, object, (Span){NULL, 0});
}

bool answer_canceled_value(Span error, Span *ret)
{
    Span data, result;

    return view_member(error, "data", &data) && view_member(data, "result", &result) &&
           view_member(result, "value", ret) && !span_equals(*ret, "null");
}

bool answer_cim_error(Span error, Span *ret)
{
    Span data, result;

    if (!view_member(error, "data", &data))
        return false;
    if (view_member(data, "result", &result) && view_member(result, "cimError", ret))
        return view_is_object(*ret);
    return view_member(data, "cimError", ret) && view_is_object(*ret);
}
