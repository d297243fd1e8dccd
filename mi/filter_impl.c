#include "mi/filter_impl.h"

#include <stdlib.h>
#include <string.h>

/* Begins with what the provider sees. */
typedef struct Filter {
    MI_Filter public;
    char *language;
    char *expression;
} Filter;

MI_Result filter_new(const char *language, const char *expression, MI_Filter **ret)
{
    CLEANUP(filter_freep) MI_Filter *self = NULL;
    Filter *filter;

    if (ret == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    *ret = NULL;
    if (language == NULL || expression == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    filter = calloc(1, sizeof(*filter));
    if (filter == NULL)
        return MI_RESULT_FAILED;
    self = &filter->public;
    self->ft = &mi_filter_ft;
    filter->language = strdup(language);
    filter->expression = strdup(expression);
    if (filter->language == NULL || filter->expression == NULL)
        return MI_RESULT_FAILED;
    *ret = take_pointer(self);
    return MI_RESULT_OK;
}

void filter_free(MI_Filter *self)
{
    Filter *filter;

    if (self == NULL)
        return;
    filter = container_of(self, Filter, public);
    free(filter->language);
    free(filter->expression);
    free(filter);
}

static MI_Result MI_CALL Evaluate(const MI_Filter *self, const MI_Instance *instance,
                                  MI_Boolean *result)
{
    if (result != NULL)
        *result = MI_FALSE;
    if (self == NULL || instance == NULL || result == NULL)
        return MI_RESULT_INVALID_PARAMETER;
    return MI_RESULT_NOT_SUPPORTED;
}

/* Either may be left out. */
static MI_Result MI_CALL GetExpression(const MI_Filter *self, const MI_Char **language,
                                       const MI_Char **expression)
{
    const Filter *filter;

    if (self == NULL || self->ft != &mi_filter_ft)
        return MI_RESULT_INVALID_PARAMETER;
    filter = container_of(self, Filter, public);
    if (language != NULL)
        *language = filter->language;
    if (expression != NULL)
        *expression = filter->expression;
    return MI_RESULT_OK;
}

const MI_FilterFT mi_filter_ft = {
    .Evaluate = Evaluate,
    .GetExpression = GetExpression,
};
