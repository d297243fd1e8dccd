/*
 * The context functions that tell a provider what its client has asked for: the locale and the
 * options.
 *
 * A provider may set string options of its own, which are read before the client's; custom options
 * are the client's alone. The one option that MI names, MI_CONTEXT_OPTION_FILTER, is kept as any
 * other: no filter is ever evaluated by the host.
 *
 * They are entries of MI_ContextFT (context.h), with its rules. What they point to is the
 * operation's, until its release.
 */
#pragma once

#include <mi.h>

MI_Result context_get_locale(const MI_Context *context, MI_LocaleType type, MI_Char *locale);
MI_Result context_set_string_option(MI_Context *context, const MI_Char *name, const MI_Char *value);
MI_Result context_get_string_option(MI_Context *context, const MI_Char *name, const MI_Char **ret);
MI_Result context_get_number_option(MI_Context *context, const MI_Char *name, MI_Uint32 *ret);
MI_Result context_get_custom_option(MI_Context *context, const MI_Char *name, MI_Type *type,
                                    MI_Value *value);
MI_Result context_get_custom_option_count(MI_Context *context, MI_Uint32 *count);
MI_Result context_get_custom_option_at(MI_Context *context, MI_Uint32 index, const MI_Char **name,
                                       MI_Type *type, MI_Value *value);
