/*
 * What stands behind MI_QualifierSet: a view of a declaration's list of qualifiers, in memory of
 * the caller's, which needs no end.
 */
#pragma once

#include <mi.h>

extern const MI_QualifierSetFT mi_qualifier_set_ft;

/* Makes @self, which may be NULL, a view of @count qualifiers, which class_check() accepted. */
void qualifier_set_init(MI_QualifierSet *self, const MI_Qualifier *const *qualifiers,
                        MI_Uint32 count);
