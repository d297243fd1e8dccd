/*
 * mi/declarations.h: classes, properties and methods as static data.
 *
 * A generated provider carries its schema as constants of these types: an MI_SchemaDecl, which
 * lists classes, which list their properties and methods, and so on. Declarations are made once,
 * never changed, and live as long as the library. They are also how a class is passed at run
 * time.
 */
#ifndef MIHOST_MI_DECLARATIONS_H
#define MIHOST_MI_DECLARATIONS_H

#include <mi/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* MI_FLAG_*: what a declaration or a scope is about. */
#define MI_FLAG_CLASS       0x00000001u
#define MI_FLAG_METHOD      0x00000002u
#define MI_FLAG_PROPERTY    0x00000004u
#define MI_FLAG_PARAMETER   0x00000008u
#define MI_FLAG_ASSOCIATION 0x00000010u
#define MI_FLAG_INDICATION  0x00000020u
#define MI_FLAG_REFERENCE   0x00000040u
#define MI_FLAG_ANY         0x0000007fu /* all of these */

/* How a qualifier propagates. */
#define MI_FLAG_ENABLEOVERRIDE  0x00000080u
#define MI_FLAG_DISABLEOVERRIDE 0x00000100u
#define MI_FLAG_RESTRICTED      0x00000200u
#define MI_FLAG_TOSUBCLASS      0x00000400u
#define MI_FLAG_TRANSLATABLE    0x00000800u
#define MI_FLAG_TOINSTANCE      0x00400000u

/* Qualifiers that are so common that they are flags. */
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

/* About the value of an element; see MI_Instance_SetElement. */
#define MI_FLAG_NOT_MODIFIED 0x02000000u /* was not changed since the instance was made */
#define MI_FLAG_NULL         0x20000000u /* has no value */
#define MI_FLAG_BORROW       0x40000000u /* the caller keeps it, and keeps it alive */
#define MI_FLAG_ADOPT        0x80000000u /* the instance takes it over */

/* Three bits for the version of a declaration. */
#define MI_FLAG_VERSION 0x1c000000u

typedef struct _MI_Class MI_Class;
typedef struct _MI_ClassDecl MI_ClassDecl;
typedef struct _MI_Context MI_Context;
typedef struct _MI_ProviderFT MI_ProviderFT;
typedef struct _MI_SchemaDecl MI_SchemaDecl;

/*
 * A qualifier as it is applied: its name, value, and how it propagates. value points to a scalar
 * or to an array structure of its type; flavor is MI_FLAG_*. [page]
 */
typedef struct _MI_Qualifier {
    MI_CONST MI_Char *name;
    MI_Uint32 type;
    MI_Uint32 flavor;
    MI_CONST void *value;
} MI_Qualifier;

/*
 * The declaration of a qualifier: where it may be applied (scope, MI_FLAG_*) and its default.
 * [page]
 */
typedef struct _MI_QualifierDecl {
    MI_CONST MI_Char *name;
    MI_Uint32 type;
    MI_Uint32 scope;
    MI_Uint32 flavor;
    MI_Uint32 subscript; /* of an array: its fixed size, 0 is none */
    MI_CONST void *value;
} MI_QualifierDecl;

/* How the declaration of a parameter, a property and a method begins. [page] */
typedef struct _MI_FeatureDecl {
    MI_Uint32 flags;
    MI_Uint32 code; /* see MI_PropertyDecl */
    MI_CONST MI_Char *name;
    MI_CONST MI_Qualifier *MI_CONST *qualifiers;
    MI_Uint32 numQualifiers;
} MI_FeatureDecl;

/*
 * A parameter of a method. MIReturn, the result of the method, is declared as one of them.
 * [page]
 */
typedef struct _MI_ParameterDecl {
    MI_Uint32 flags;
    MI_Uint32 code;
    MI_CONST MI_Char *name;
    MI_CONST MI_Qualifier *MI_CONST *qualifiers;
    MI_Uint32 numQualifiers;
    MI_Uint32 type;              /* MI_Type */
    MI_CONST MI_Char *className; /* of a reference or an instance */
    MI_Uint32 subscript;         /* of an array: its fixed size, 0 is none */
    MI_Uint32 offset;            /* in the structure of the parameters, in bytes */
} MI_ParameterDecl;

/* A property of a class. [page] */
typedef struct _MI_PropertyDecl {
    MI_Uint32 flags; /* MI_FLAG_* */
    MI_Uint32 code;  /* of the name: first and last letter in lower case, and length */
    MI_CONST MI_Char *name;
    MI_CONST MI_Qualifier *MI_CONST *qualifiers;
    MI_Uint32 numQualifiers;
    MI_Uint32 type;               /* MI_Type */
    MI_CONST MI_Char *className;  /* of a reference or an instance */
    MI_Uint32 subscript;          /* of an array: its fixed size, 0 is none */
    MI_Uint32 offset;             /* in the structure of the class, in bytes */
    MI_CONST MI_Char *origin;     /* the class that declared it first */
    MI_CONST MI_Char *propagator; /* the class that declared it last */
    MI_CONST void *value;         /* the default: a scalar or an array structure, or NULL */
} MI_PropertyDecl;

/*
 * Runs one method, for providers that have a function for each of theirs; see
 * MI_ProviderFT_Invoke.
 */
typedef void (*MI_MethodDecl_Invoke)(void *self, MI_Context *context, const MI_Char *nameSpace,
                                     const MI_Char *className, const MI_Char *methodName,
                                     const MI_Instance *instanceName,
                                     const MI_Instance *inputParameters);

/* A method of a class, and the function that runs it (NULL: MI_ProviderFT.Invoke does). [page] */
typedef struct _MI_MethodDecl {
    MI_Uint32 flags;
    MI_Uint32 code;
    MI_CONST MI_Char *name;
    MI_CONST MI_Qualifier *MI_CONST *qualifiers;
    MI_Uint32 numQualifiers;
    MI_CONST MI_ParameterDecl *MI_CONST *parameters;
    MI_Uint32 numParameters;
    MI_Uint32 size;               /* of the structure of the parameters, in bytes */
    MI_Uint32 returnType;         /* MI_Type */
    MI_CONST MI_Char *origin;     /* the class that declared it first */
    MI_CONST MI_Char *propagator; /* the class that declared it last */
    MI_CONST MI_SchemaDecl *schema;
    MI_MethodDecl_Invoke function;
} MI_MethodDecl;

/*
 * How the declaration of a class and of a method begins: something that has members, and an
 * instance with their values. [page]
 */
typedef struct _MI_ObjectDecl {
    MI_Uint32 flags;
    MI_Uint32 code;
    MI_CONST MI_Char *name;
    MI_CONST MI_Qualifier *MI_CONST *qualifiers;
    MI_Uint32 numQualifiers;
    MI_CONST MI_PropertyDecl *MI_CONST *properties;
    MI_Uint32 numProperties;
    MI_Uint32 size;
} MI_ObjectDecl;

/* A class. Its properties include the inherited ones. [page] */
typedef struct _MI_ClassDecl {
    MI_Uint32 flags;
    MI_Uint32 code;
    MI_CONST MI_Char *name;
    MI_CONST MI_Qualifier *MI_CONST *qualifiers;
    MI_Uint32 numQualifiers;
    MI_CONST MI_PropertyDecl *MI_CONST *properties;
    MI_Uint32 numProperties;
    MI_Uint32 size; /* of the structure of the class, in bytes */
    MI_CONST MI_Char *superClass;
    MI_CONST MI_ClassDecl *superClassDecl; /* NULL for a class without one */
    MI_CONST MI_MethodDecl *MI_CONST *methods;
    MI_Uint32 numMethods;
    MI_CONST MI_SchemaDecl *schema;
    MI_CONST MI_ProviderFT *providerFT; /* NULL: nobody provides it */
    MI_Class *owningClass;              /* of a class made at run time, else NULL */
} MI_ClassDecl;

/* Everything that a provider library declares. [page] */
typedef struct _MI_SchemaDecl {
    MI_CONST MI_QualifierDecl *MI_CONST *qualifierDecls;
    MI_Uint32 numQualifierDecls;
    MI_CONST MI_ClassDecl *MI_CONST *classDecls;
    MI_Uint32 numClassDecls;
} MI_SchemaDecl;

#ifdef __cplusplus
}
#endif

#endif
