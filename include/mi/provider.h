/* mi/provider.h: part of the MI interface. */
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

typedef void(MI_CALL *MI_ProviderFT_Load)(void **self, MI_Module_Self *selfModule,
                                          MI_Context *context);

typedef void(MI_CALL *MI_ProviderFT_Unload)(void *self, MI_Context *context);

typedef void(MI_CALL *MI_ProviderFT_GetInstance)(void *self, MI_Context *context,
                                                 const MI_Char *nameSpace, const MI_Char *className,
                                                 const MI_Instance *instanceName,
                                                 const MI_PropertySet *propertySet);

typedef void(MI_CALL *MI_ProviderFT_EnumerateInstances)(
    void *self, MI_Context *context, const MI_Char *nameSpace, const MI_Char *className,
    const MI_PropertySet *propertySet, MI_Boolean keysOnly, const MI_Filter *filter);

typedef void(MI_CALL *MI_ProviderFT_CreateInstance)(void *self, MI_Context *context,
                                                    const MI_Char *nameSpace,
                                                    const MI_Char *className,
                                                    const MI_Instance *newInstance);

typedef void(MI_CALL *MI_ProviderFT_ModifyInstance)(void *self, MI_Context *context,
                                                    const MI_Char *nameSpace,
                                                    const MI_Char *className,
                                                    const MI_Instance *modifiedInstance,
                                                    const MI_PropertySet *propertySet);

typedef void(MI_CALL *MI_ProviderFT_DeleteInstance)(void *self, MI_Context *context,
                                                    const MI_Char *nameSpace,
                                                    const MI_Char *className,
                                                    const MI_Instance *instanceName);

typedef void(MI_CALL *MI_ProviderFT_AssociatorInstances)(
    void *self, MI_Context *context, const MI_Char *nameSpace, const MI_Char *className,
    const MI_Instance *instanceName, const MI_Char *resultClass, const MI_Char *role,
    const MI_Char *resultRole, const MI_PropertySet *propertySet, MI_Boolean keysOnly,
    const MI_Filter *filter);

typedef void(MI_CALL *MI_ProviderFT_ReferenceInstances)(
    void *self, MI_Context *context, const MI_Char *nameSpace, const MI_Char *className,
    const MI_Instance *instanceName, const MI_Char *role, const MI_PropertySet *propertySet,
    MI_Boolean keysOnly, const MI_Filter *filter);

typedef void(MI_CALL *MI_ProviderFT_EnableIndications)(void *self, MI_Context *context,
                                                       const MI_Char *nameSpace,
                                                       const MI_Char *className);

typedef void(MI_CALL *MI_ProviderFT_DisableIndications)(void *self, MI_Context *context,
                                                        const MI_Char *nameSpace,
                                                        const MI_Char *className);

typedef void(MI_CALL *MI_ProviderFT_Subscribe)(void *self, MI_Context *context,
                                               const MI_Char *nameSpace, const MI_Char *className,
                                               const MI_Filter *filter, const MI_Char *bookmark,
                                               MI_Uint64 subscriptionID, void **subscriptionSelf);

typedef void(MI_CALL *MI_ProviderFT_Unsubscribe)(void *self, MI_Context *context,
                                                 const MI_Char *nameSpace, const MI_Char *className,
                                                 MI_Uint64 subscriptionID, void *subscriptionSelf);

typedef void(MI_CALL *MI_ProviderFT_Invoke)(void *self, MI_Context *context,
                                            const MI_Char *nameSpace, const MI_Char *className,
                                            const MI_Char *methodName,
                                            const MI_Instance *instanceName,
                                            const MI_Instance *inputParameters);

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

typedef void(MI_CALL *MI_Module_Load)(MI_Module_Self **self, MI_Context *context);

typedef void(MI_CALL *MI_Module_Unload)(MI_Module_Self *self, MI_Context *context);

/* MI_Module.flags. */

#define MI_MODULE_FLAG_STANDARD_QUALIFIERS 0x00000001u
#define MI_MODULE_FLAG_DESCRIPTIONS        0x00000002u
#define MI_MODULE_FLAG_VALUES              0x00000004u
#define MI_MODULE_FLAG_MAPPING_STRINGS     0x00000008u
#define MI_MODULE_FLAG_BOOLEANS            0x00000010u
#define MI_MODULE_FLAG_CPLUSPLUS           0x00000020u
#define MI_MODULE_FLAG_LOCALIZED           0x00000040u
#define MI_MODULE_FLAG_FILTER_SUPPORT      0x00000080u

typedef struct _MI_Module {
    MI_Uint32 version;
    MI_Uint32 generatorVersion;
    MI_Uint32 flags;
    MI_Uint32 charSize;
    MI_SchemaDecl *schemaDecl;
    MI_Module_Load Load;
    MI_Module_Unload Unload;
    const MI_ProviderFT *dynamicProviderFT;
} MI_Module;

typedef struct _MI_ServerFT {
    MI_Result(MI_CALL *GetVersion)(MI_Uint32 *version);
    MI_Result(MI_CALL *GetSystemName)(const MI_Char **systemName);
} MI_ServerFT;

typedef struct _MI_Server {
    const MI_ServerFT *serverFT;
    const MI_ContextFT *contextFT;
    const MI_InstanceFT *instanceFT;
    const MI_PropertySetFT *propertySetFT;
    const MI_FilterFT *filterFT;
} MI_Server;

MI_Result MI_CALL MI_Server_GetVersion(MI_Uint32 *version);

MI_Result MI_CALL MI_Server_GetSystemName(const MI_Char **systemName);

typedef MI_Module *(MI_CALL *MI_MainFunction)(MI_Server *server);

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server);

#ifdef __cplusplus
}
#endif

#endif
