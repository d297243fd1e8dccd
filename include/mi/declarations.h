/* mi/declarations.h: part of the MI interface. */
#ifndef MIHOST_MI_DECLARATIONS_H
#define MIHOST_MI_DECLARATIONS_H

#include <mi/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is declared */
#define MI_FLAG_CLASS       0x00000001u
#define MI_FLAG_METHOD      0x00000002u
#define MI_FLAG_PROPERTY    0x00000004u
#define MI_FLAG_PARAMETER   0x00000008u
#define MI_FLAG_ASSOCIATION 0x00000010u
#define MI_FLAG_INDICATION  0x00000020u
#define MI_FLAG_REFERENCE   0x00000040u
#define MI_FLAG_ANY         0x0000007fu

/* How a qualifier propagates */
#define MI_FLAG_ENABLEOVERRIDE  0x00000080u
#define MI_FLAG_DISABLEOVERRIDE 0x00000100u
#define MI_FLAG_RESTRICTED      0x00000200u
#define MI_FLAG_TOSUBCLASS      0x00000400u
#define MI_FLAG_TRANSLATABLE    0x00000800u
#define MI_FLAG_TOINSTANCE      0x00400000u

/* Well-known boolean qualifiers */
#define MI_FLAG_KEY       0x00001000u
#define MI_FLAG_IN        0x00002000u
#define MI_FLAG_OUT       0x00004000u
#define MI_FLAG_REQUIRED  0x00008000u
#define MI_FLAG_STATIC    0x00010000u
#define MI_FLAG_ABSTRACT  0x00020000u
#define MI_FLAG_TERMINAL  0x00040000u
#define MI_FLAG_EXPENSIVE 0x00080000u
#define MI_FLAG_STREAM    0x00100000u
#define MI_FLAG_READONLY  0x00200000u

/* About a value */
#define MI_FLAG_NOT_MODIFIED 0x02000000u
#define MI_FLAG_NULL         0x20000000u
#define MI_FLAG_BORROW       0x40000000u
#define MI_FLAG_ADOPT        0x80000000u

/* The bits of MI_ClassDecl.flags that hold the version of the generator */
#define MI_FLAG_VERSION 0x1c000000u

typedef struct _MI_Class MI_Class;
typedef struct _MI_ClassDecl MI_ClassDecl;
typedef struct _MI_Context MI_Context;
typedef struct _MI_ProviderFT MI_ProviderFT;
typedef struct _MI_SchemaDecl MI_SchemaDecl;

typedef struct _MI_Qualifier {
    const MI_Char *name;
    MI_Uint32 type;
    MI_Uint32 flavor;
    const void *value;
} MI_Qualifier;

typedef struct _MI_QualifierDecl {
    const MI_Char *name;
    MI_Uint32 type;
    MI_Uint32 scope;
    MI_Uint32 flavor;
    MI_Uint32 subscript;
    const void *value;
} MI_QualifierDecl;

typedef struct _MI_FeatureDecl {
    MI_Uint32 flags;
    MI_Uint32 code;
    const MI_Char *name;
    const MI_Qualifier *const *qualifiers;
    MI_Uint32 numQualifiers;
} MI_FeatureDecl;

typedef struct _MI_ParameterDecl {
    MI_Uint32 flags;
    MI_Uint32 code;
    const MI_Char *name;
    const MI_Qualifier *const *qualifiers;
    MI_Uint32 numQualifiers;
    MI_Uint32 type;
    const MI_Char *className;
    MI_Uint32 subscript;
    MI_Uint32 offset;
} MI_ParameterDecl;

typedef struct _MI_PropertyDecl {
    MI_Uint32 flags;
    MI_Uint32 code;
    const MI_Char *name;
    const MI_Qualifier *const *qualifiers;
    MI_Uint32 numQualifiers;
    MI_Uint32 type;
    const MI_Char *className;
    MI_Uint32 subscript;
    MI_Uint32 offset;
    const MI_Char *origin;
    const MI_Char *propagator;
    const void *value;
} MI_PropertyDecl;

typedef void(MI_CALL *MI_MethodDecl_Invoke)(void *self, MI_Context *context,
                                            const MI_Char *nameSpace, const MI_Char *className,
                                            const MI_Char *methodName,
                                            const MI_Instance *instanceName,
                                            const MI_Instance *inputParameters);

typedef struct _MI_MethodDecl {
    MI_Uint32 flags;
    MI_Uint32 code;
    const MI_Char *name;
    const MI_Qualifier *const *qualifiers;
    MI_Uint32 numQualifiers;
    const MI_ParameterDecl *const *parameters;
    MI_Uint32 numParameters;
    MI_Uint32 size;
    MI_Uint32 returnType;
    const MI_Char *origin;
    const MI_Char *propagator;
    const MI_SchemaDecl *schema;
    MI_MethodDecl_Invoke function;
} MI_MethodDecl;

typedef struct _MI_ObjectDecl {
    MI_Uint32 flags;
    MI_Uint32 code;
    const MI_Char *name;
    const MI_Qualifier *const *qualifiers;
    MI_Uint32 numQualifiers;
    const MI_PropertyDecl *const *properties;
    MI_Uint32 numProperties;
    MI_Uint32 size;
} MI_ObjectDecl;

typedef struct _MI_ClassDecl {
    MI_Uint32 flags;
    MI_Uint32 code;
    const MI_Char *name;
    const MI_Qualifier *const *qualifiers;
    MI_Uint32 numQualifiers;
    const MI_PropertyDecl *const *properties;
    MI_Uint32 numProperties;
    MI_Uint32 size;
    const MI_Char *superClass;
    const MI_ClassDecl *superClassDecl;
    const MI_MethodDecl *const *methods;
    MI_Uint32 numMethods;
    const MI_SchemaDecl *schema;
    const MI_ProviderFT *providerFT;
    MI_Class *owningClass;
} MI_ClassDecl;

typedef struct _MI_SchemaDecl {
    const MI_QualifierDecl *const *qualifierDecls;
    MI_Uint32 numQualifierDecls;
    const MI_ClassDecl *const *classDecls;
    MI_Uint32 numClassDecls;
} MI_SchemaDecl;

#ifdef __cplusplus
}
#endif

#endif
