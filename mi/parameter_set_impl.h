/*
 * What stands behind MI_ParameterSet: a view of a method's declaration, in memory of the caller's,
 * which needs no end.
 *
 * MIReturn, the result, is declared among the parameters, but is none of them: it is neither
 * counted nor found, and indexes leave it out.
 */
#pragma once

#include <mi.h>

extern const MI_ParameterSetFT mi_parameter_set_ft;

/* Makes @self, which may be NULL, a view of the parameters of @decl, which class_check() accepted.
 */
void parameter_set_init(MI_ParameterSet *self, const MI_MethodDecl *decl);

/* The parameter that is the result of @decl; NULL if it declares none. */
const MI_ParameterDecl *parameter_set_result(const MI_MethodDecl *decl);

/* The type of that; without it what MI_MethodDecl.returnType says, which nobody has checked. */
MI_Uint32 parameter_set_result_type(const MI_MethodDecl *decl);
