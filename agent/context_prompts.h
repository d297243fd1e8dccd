/*
 * The context functions that ask the client: may this go on?
 *
 * They are entries of MI_ContextFT (context.h), with its rules; *@flag is false unless
 * MI_RESULT_OK is returned. In Load and Unload there is no client: the default holds.
 */
#pragma once

#include <mi.h>

MI_Result context_prompt_user(MI_Context *context, const MI_Char *message, MI_PromptType type,
                              MI_Boolean *flag);
MI_Result context_should_process(MI_Context *context, const MI_Char *target, const MI_Char *action,
                                 MI_Boolean *flag);
MI_Result context_should_continue(MI_Context *context, const MI_Char *message, MI_Boolean *flag);
MI_Result context_write_error(MI_Context *context, MI_Uint32 code, const MI_Char *type,
                              const MI_Char *message, MI_Boolean *flag);
MI_Result context_write_cim_error(MI_Context *context, const MI_Instance *error, MI_Boolean *flag);
