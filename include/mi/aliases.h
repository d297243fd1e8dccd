/* mi/aliases.h: shorter and former names of the same functions, which existing sources use. */
#ifndef MIHOST_MI_ALIASES_H
#define MIHOST_MI_ALIASES_H

#define MI_Application_Initialize MI_Application_InitializeV1
#define MI_Canceled               MI_Context_Canceled
#define MI_ConstructInstance      MI_Context_ConstructInstance
#define MI_ConstructParameters    MI_Context_ConstructParameters
#define MI_GetCustomOption        MI_Context_GetCustomOption
#define MI_GetCustomOptionAt      MI_Context_GetCustomOptionAt
#define MI_GetCustomOptionCount   MI_Context_GetCustomOptionCount
#define MI_GetLocalSession        MI_Context_GetLocalSession
#define MI_GetLocale              MI_Context_GetLocale
#define MI_GetNumberOption        MI_Context_GetNumberOption
#define MI_GetStringOption        MI_Context_GetStringOption
#define MI_NewDynamicInstance     MI_Context_NewDynamicInstance
#define MI_NewInstance            MI_Context_NewInstance
#define MI_NewParameters          MI_Context_NewParameters
#define MI_PostCimError           MI_Context_PostCimError
#define MI_PostError              MI_Context_PostError
#define MI_PostIndication         MI_Context_PostIndication
#define MI_PostInstance           MI_Context_PostInstance
#define MI_PostResult             MI_Context_PostResult
#define MI_PromptUser             MI_Context_PromptUser
#define MI_PropertySet_GetElement MI_PropertySet_GetElementAt
#define MI_RefuseUnload           MI_Context_RefuseUnload
#define MI_RegisterCancel         MI_Context_RegisterCancel
#define MI_RequestUnload          MI_Context_RequestUnload
#define MI_SetStringOption        MI_Context_SetStringOption
#define MI_ShouldContinue         MI_Context_ShouldContinue
#define MI_ShouldProcess          MI_Context_ShouldProcess
#define MI_SubscriptionDeliveryOptions__GetExpirationTime                                          \
    MI_SubscriptionDeliveryOptions_GetExpirationTime
#define MI_SubscriptionDeliveryOptions__SetExpirationTime                                          \
    MI_SubscriptionDeliveryOptions_SetExpirationTime
#define MI_WriteCimError        MI_Context_WriteCimError
#define MI_WriteDebug           MI_Context_WriteDebug
#define MI_WriteError           MI_Context_WriteError
#define MI_WriteMessage         MI_Context_WriteMessage
#define MI_WriteProgress        MI_Context_WriteProgress
#define MI_WriteStreamParameter MI_Context_WriteStreamParameter
#define MI_WriteVerbose         MI_Context_WriteVerbose
#define MI_WriteWarning         MI_Context_WriteWarning

#endif
