#include "agent/context_prompts.h"

#include "agent/cim_error.h"
#include "agent/question.h"

static MI_Result ask(MI_Context *context, PromptFrame *frame, MI_Boolean *flag)
{
    Operation *operation;
    MI_Result r;

    if (flag == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *flag = MI_FALSE;
    operation = operation_enter(context);
    if (operation == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    r = question_ask(operation, frame, flag);
    operation_leave(operation);
    return r;
}

static Span text_of(const MI_Char *text)
{
    return payload_cut_text(span_of(text));
}

MI_Result context_prompt_user(MI_Context *context, const MI_Char *message, MI_PromptType type,
                              MI_Boolean *flag)
{
    PromptFrame frame = {.kind = PROMPT_USER, .type = (uint32_t)type, .first = text_of(message)};

    if (type != MI_PROMPTTYPE_NORMAL && type != MI_PROMPTTYPE_CRITICAL) {
        if (flag != NULL)
            *flag = MI_FALSE;
        return MI_RESULT_INVALID_PARAMETER;
    }
    return ask(context, &frame, flag);
}

MI_Result context_should_process(MI_Context *context, const MI_Char *target, const MI_Char *action,
                                 MI_Boolean *flag)
{
    PromptFrame frame = {
        .kind = PROMPT_SHOULD_PROCESS, .first = text_of(target), .second = text_of(action)};

    return ask(context, &frame, flag);
}

MI_Result context_should_continue(MI_Context *context, const MI_Char *message, MI_Boolean *flag)
{
    PromptFrame frame = {.kind = PROMPT_SHOULD_CONTINUE, .first = text_of(message)};

    return ask(context, &frame, flag);
}

MI_Result context_write_error(MI_Context *context, MI_Uint32 code, const MI_Char *type,
                              const MI_Char *message, MI_Boolean *flag)
{
    Buffer text CLEANUP(buffer_deinit) = BUFFER_INIT;
    PromptFrame frame = {.kind = PROMPT_WRITE_ERROR, .type = cim_error_result_of_code(code, type)};

    cim_error_put_text(&text, code, type, message);
    frame.first = text_of(buffer_string(&text));
    return ask(context, &frame, flag);
}

MI_Result context_write_cim_error(MI_Context *context, const MI_Instance *error, MI_Boolean *flag)
{
    CimError content CLEANUP(cim_error_deinit) = {0};
    PromptFrame frame = {.kind = PROMPT_WRITE_ERROR};

    if (cim_error_read(&content, error) != MI_RESULT_OK) {
        if (flag != NULL)
            *flag = MI_FALSE;
        return MI_RESULT_INVALID_PARAMETER;
    }
    frame.type = content.result;
    frame.first = text_of(content.message);
    frame.cim_error = buffer_span(&content.json);
    return ask(context, &frame, flag);
}
