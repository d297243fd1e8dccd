/*
 * mi/provider.h: what a provider library consists of.
 *
 * The host loads the library and calls MI_Main, which returns an MI_Module: the schema, with one
 * table of functions (MI_ProviderFT) for each class, and functions that are called when the
 * module is loaded and unloaded. For a class without a table there is dynamicProviderFT.
 *
 * Of each function: `self` is what the provider's Load left, `context` is the operation; all
 * arguments belong to the host, and are valid until the final post. A function that is NULL is
 * answered with MI_RESULT_NOT_SUPPORTED.
 */
#ifndef MIHOST_MI_PROVIDER_H
#define MIHOST_MI_PROVIDER_H

#include <mi/context.h>
#include <mi/fields.h>
#include <mi/property_set.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_Module_Self MI_Module_Self;
typedef struct _MI_Module MI_Module;
typedef struct _MI_Server MI_Server;

/*
 * Called once, before any other function of the class. *self is the provider's own, and handed
 * to all others. Ends with a final post; an error means that the provider cannot be used.
 */
typedef void (*MI_ProviderFT_Load)(void **self, MI_Module_Self *selfModule, MI_Context *context);

/* Called once, after all operations of the class have ended. Ends with a final post. */
typedef void (*MI_ProviderFT_Unload)(void *self, MI_Context *context);

/* Posts the instance that has the keys of instanceName, or MI_RESULT_NOT_FOUND. */
typedef void (*MI_ProviderFT_GetInstance)(void *self, MI_Context *context, const MI_Char *nameSpace,
                                          const MI_Char *className, const MI_Instance *instanceName,
                                          const MI_PropertySet *propertySet);

/*
 * Posts every instance of the class; with keysOnly only their keys need to be set. A provider
 * whose module has MI_MODULE_FLAG_FILTER_SUPPORT may get a filter, and posts what it lets
 * through.
 */
typedef void (*MI_ProviderFT_EnumerateInstances)(void *self, MI_Context *context,
                                                 const MI_Char *nameSpace, const MI_Char *className,
                                                 const MI_PropertySet *propertySet,
                                                 MI_Boolean keysOnly, const MI_Filter *filter);

/* Creates an instance, and posts it (its keys are enough). */
typedef void (*MI_ProviderFT_CreateInstance)(void *self, MI_Context *context,
                                             const MI_Char *nameSpace, const MI_Char *className,
                                             const MI_Instance *newInstance);

/*
 * Changes the properties in propertySet (NULL: all that modifiedInstance has) of the instance
 * that has its keys.
 */
typedef void (*MI_ProviderFT_ModifyInstance)(void *self, MI_Context *context,
                                             const MI_Char *nameSpace, const MI_Char *className,
                                             const MI_Instance *modifiedInstance,
                                             const MI_PropertySet *propertySet);

/* Deletes the instance that has the keys of instanceName. */
typedef void (*MI_ProviderFT_DeleteInstance)(void *self, MI_Context *context,
                                             const MI_Char *nameSpace, const MI_Char *className,
                                             const MI_Instance *instanceName);

/*
 * Of an association class: posts the instances at the other ends of the associations of
 * instanceName. resultClass, role and resultRole narrow that, and may be NULL.
 */
typedef void (*MI_ProviderFT_AssociatorInstances)(
    void *self, MI_Context *context, const MI_Char *nameSpace, const MI_Char *className,
    const MI_Instance *instanceName, const MI_Char *resultClass, const MI_Char *role,
    const MI_Char *resultRole, const MI_PropertySet *propertySet, MI_Boolean keysOnly,
    const MI_Filter *filter);

/*
 * Of an association class: posts the associations that instanceName is an end of; role narrows
 * that, and may be NULL.
 */
typedef void (*MI_ProviderFT_ReferenceInstances)(void *self, MI_Context *context,
                                                 const MI_Char *nameSpace, const MI_Char *className,
                                                 const MI_Instance *instanceName,
                                                 const MI_Char *role,
                                                 const MI_PropertySet *propertySet,
                                                 MI_Boolean keysOnly, const MI_Filter *filter);

/*
 * Of an indication class: called before the first subscription. Its context is kept: indications
 * are posted in it until DisableIndications. A final post in it before that says that there will
 * be none.
 */
typedef void (*MI_ProviderFT_EnableIndications)(void *self, MI_Context *context,
                                                const MI_Char *nameSpace, const MI_Char *className);

/*
 * Of an indication class: called after the last subscription. This context and the one of
 * EnableIndications both get a final post.
 */
typedef void (*MI_ProviderFT_DisableIndications)(void *self, MI_Context *context,
                                                 const MI_Char *nameSpace,
                                                 const MI_Char *className);

/*
 * Of an indication class: one more subscriber. *subscriptionSelf is the provider's own, and
 * handed to Unsubscribe; bookmark (or NULL) says where to resume.
 */
typedef void (*MI_ProviderFT_Subscribe)(void *self, MI_Context *context, const MI_Char *nameSpace,
                                        const MI_Char *className, const MI_Filter *filter,
                                        const MI_Char *bookmark, MI_Uint64 subscriptionID,
                                        void **subscriptionSelf);

/* Of an indication class: ends what Subscribe began. */
typedef void (*MI_ProviderFT_Unsubscribe)(void *self, MI_Context *context, const MI_Char *nameSpace,
                                          const MI_Char *className, MI_Uint64 subscriptionID,
                                          void *subscriptionSelf);

/*
 * Runs a method: posts the instance of its out parameters (with MIReturn) once, then the final
 * result. instanceName is NULL for a static method, inputParameters for one that has none.
 */
typedef void (*MI_ProviderFT_Invoke)(void *self, MI_Context *context, const MI_Char *nameSpace,
                                     const MI_Char *className, const MI_Char *methodName,
                                     const MI_Instance *instanceName,
                                     const MI_Instance *inputParameters);

/* The functions of one class. NULL is one that it does not have. [page] */
typedef struct _MI_ProviderFT {
    MI_ProviderFT_Load Load;
    MI_ProviderFT_Unload Unload;
    MI_ProviderFT_GetInstance GetInstance;
    MI_ProviderFT_EnumerateInstances EnumerateInstances;
    MI_ProviderFT_CreateInstance CreateInstance;
    MI_ProviderFT_ModifyInstance ModifyInstance;
    MI_ProviderFT_DeleteInstance DeleteInstance;
    MI_ProviderFT_AssociatorInstances AssociatorInstances;
    MI_ProviderFT_ReferenceInstances ReferenceInstances;
    MI_ProviderFT_EnableIndications EnableIndications;
    MI_ProviderFT_DisableIndications DisableIndications;
    MI_ProviderFT_Subscribe Subscribe;
    MI_ProviderFT_Unsubscribe Unsubscribe;
    MI_ProviderFT_Invoke Invoke;
} MI_ProviderFT;

/*
 * Called once, before any provider of the module. *self is the module's own. Ends with a final
 * post.
 */
typedef void (*MI_Module_Load)(MI_Module_Self **self, MI_Context *context);

/* Called once, after all providers of the module were unloaded. Ends with a final post. */
typedef void (*MI_Module_Unload)(MI_Module_Self *self, MI_Context *context);

/* MI_Module.flags: what the generator was told to leave in the schema, and how it was made. */
#define MI_MODULE_FLAG_STANDARD_QUALIFIERS 0x00000001u
#define MI_MODULE_FLAG_DESCRIPTIONS        0x00000002u
#define MI_MODULE_FLAG_VALUES              0x00000004u
#define MI_MODULE_FLAG_MAPPING_STRINGS     0x00000008u
#define MI_MODULE_FLAG_BOOLEANS            0x00000010u
#define MI_MODULE_FLAG_CPLUSPLUS           0x00000020u /* is written in C++ */
#define MI_MODULE_FLAG_LOCALIZED           0x00000040u
#define MI_MODULE_FLAG_FILTER_SUPPORT      0x00000080u /* its providers filter themselves */

/* What MI_Main returns, which lives as long as the library. [page] */
typedef struct _MI_Module {
    MI_Uint32 version;          /* MI_VERSION */
    MI_Uint32 generatorVersion; /* of what made the sources */
    MI_Uint32 flags;            /* MI_MODULE_FLAG_* */
    MI_Uint32 charSize;         /* sizeof(MI_Char) */
    MI_SchemaDecl *schemaDecl;
    MI_Module_Load Load;
    MI_Module_Unload Unload;
    const MI_ProviderFT *dynamicProviderFT; /* for classes that have no table, or NULL */
} MI_Module;

/* What a provider may ask of its host; MI_Server_* calls them. [page] */
typedef struct _MI_ServerFT {
    MI_Result (*GetVersion)(MI_Uint32 *version);
    MI_Result (*GetSystemName)(const MI_Char **systemName);
} MI_ServerFT;

/*
 * The host, as MI_Main gets it: function tables, for code that has no object yet to take them
 * from. [page]
 */
typedef struct _MI_Server {
    const MI_ServerFT *serverFT;
    const MI_ContextFT *contextFT;
    const MI_InstanceFT *instanceFT;
    const MI_PropertySetFT *propertySetFT;
    const MI_FilterFT *filterFT;
} MI_Server;

/*
 * Gets the version of the interface that the host has, as MI_MAKE_VERSION makes it. Not in any
 * library: generated providers define it, from the MI_Server that MI_Main got. [page]
 */
MI_Result MI_Server_GetVersion(MI_Uint32 *version);

/*
 * Gets the name of this machine. Not in any library: generated providers define it, from the
 * MI_Server that MI_Main got. [page]
 */
MI_Result MI_Server_GetSystemName(const MI_Char **systemName);

/* The type of MI_Main. */
typedef MI_Module *(*MI_MainFunction)(MI_Server *server);

/*
 * The entry point, the one symbol that a provider library must export. Called once, after it was
 * loaded; `server` lives as long as the process. NULL means that the library cannot be used.
 */
MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server);

#ifdef __cplusplus
}
#endif

#endif
