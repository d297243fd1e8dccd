/* mi/destination.h: part of the MI interface. */
#ifndef MIHOST_MI_DESTINATION_H
#define MIHOST_MI_DESTINATION_H

#include <mi/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_DestinationOptions MI_DestinationOptions;

/* Authentication types. */

#define MI_AUTH_TYPE_BASIC           MI_T("Basic")
#define MI_AUTH_TYPE_CLIENT_CERTS    MI_T("ClientCerts")
#define MI_AUTH_TYPE_DEFAULT         MI_T("Default")
#define MI_AUTH_TYPE_DIGEST          MI_T("Digest")
#define MI_AUTH_TYPE_ISSUER_CERT     MI_T("IssuerCert")
#define MI_AUTH_TYPE_KERBEROS        MI_T("Kerberos")
#define MI_AUTH_TYPE_NEGO_NO_CREDS   MI_T("NegoNoCreds")
#define MI_AUTH_TYPE_NEGO_WITH_CREDS MI_T("NegoWithCreds")
#define MI_AUTH_TYPE_NONE            MI_T("None")
#define MI_AUTH_TYPE_NTLM            MI_T("Ntlmdomain")

typedef struct _MI_UsernamePasswordCreds {
    const MI_Char *domain;
    const MI_Char *username;
    const MI_Char *password;
} MI_UsernamePasswordCreds;

typedef struct _MI_UserCredentials {
    const MI_Char *authenticationType;
    union {
        MI_UsernamePasswordCreds usernamePassword;
        const MI_Char *certificateThumbprint;
    } credentials;
} MI_UserCredentials;

typedef enum _MI_DestinationOptions_ImpersonationType {
    MI_DestinationOptions_ImpersonationType_Default = 0,
    MI_DestinationOptions_ImpersonationType_None = 1,
    MI_DestinationOptions_ImpersonationType_Identify = 2,
    MI_DestinationOptions_ImpersonationType_Impersonate = 3,
    MI_DestinationOptions_ImpersonationType_Delegate = 4,
} MI_DestinationOptions_ImpersonationType;

/* Values of the options of that name. */

#define MI_DESTINATIONOPTIONS_TRANSPORT_HTTP  MI_T("HTTP")
#define MI_DESTINATIONOPTIONS_TRANSPORT_HTTPS MI_T("HTTPS")

#define MI_DESTINATIONOPTIONS_PACKET_ENCODING_DEFAULT MI_T("default")
#define MI_DESTINATIONOPTIONS_PACKET_ENCODING_UTF16   MI_T("UTF16")
#define MI_DESTINATIONOPTIONS_PACKET_ENCODING_UTF8    MI_T("UTF8")

#define MI_DESTINATIONOPTIONS_PROXY_TYPE_AUTO    MI_T("Auto")
#define MI_DESTINATIONOPTIONS_PROXY_TYPE_IE      MI_T("IE")
#define MI_DESTINATIONOPTIONS_PROXY_TYPE_NONE    MI_T("None")
#define MI_DESTINATIONOPTIONS_PROXY_TYPE_WINHTTP MI_T("WinHTTP")

typedef struct _MI_DestinationOptionsFT {
    void(MI_CALL *Delete)(MI_DestinationOptions *options);
    MI_Result(MI_CALL *SetString)(MI_DestinationOptions *options, const MI_Char *optionName,
                                  const MI_Char *value, MI_Uint32 flags);
    MI_Result(MI_CALL *SetNumber)(MI_DestinationOptions *options, const MI_Char *optionName,
                                  MI_Uint32 value, MI_Uint32 flags);
    MI_Result(MI_CALL *AddCredentials)(MI_DestinationOptions *options, const MI_Char *optionName,
                                       const MI_UserCredentials *credentials, MI_Uint32 flags);
    MI_Result(MI_CALL *GetString)(const MI_DestinationOptions *options, const MI_Char *optionName,
                                  const MI_Char **value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result(MI_CALL *GetNumber)(const MI_DestinationOptions *options, const MI_Char *optionName,
                                  MI_Uint32 *value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result(MI_CALL *GetOptionCount)(const MI_DestinationOptions *options, MI_Uint32 *count);
    MI_Result(MI_CALL *GetOptionAt)(const MI_DestinationOptions *options, MI_Uint32 index,
                                    const MI_Char **optionName, MI_Value *value, MI_Type *type,
                                    MI_Uint32 *flags);
    MI_Result(MI_CALL *GetOption)(const MI_DestinationOptions *options, const MI_Char *optionName,
                                  MI_Value *value, MI_Type *type, MI_Uint32 *index,
                                  MI_Uint32 *flags);
    MI_Result(MI_CALL *GetCredentialsCount)(const MI_DestinationOptions *options, MI_Uint32 *count);
    MI_Result(MI_CALL *GetCredentialsAt)(const MI_DestinationOptions *options, MI_Uint32 index,
                                         const MI_Char **optionName,
                                         MI_UserCredentials *credentials, MI_Uint32 *flags);
    MI_Result(MI_CALL *GetCredentialsPasswordAt)(const MI_DestinationOptions *options,
                                                 MI_Uint32 index, const MI_Char **optionName,
                                                 MI_Char *password, MI_Uint32 bufferLength,
                                                 MI_Uint32 *passwordLength, MI_Uint32 *flags);
    MI_Result(MI_CALL *Clone)(const MI_DestinationOptions *self,
                              MI_DestinationOptions *newDestinationOptions);
    MI_Result(MI_CALL *SetInterval)(MI_DestinationOptions *options, const MI_Char *optionName,
                                    const MI_Interval *value, MI_Uint32 flags);
    MI_Result(MI_CALL *GetInterval)(const MI_DestinationOptions *options, const MI_Char *optionName,
                                    MI_Interval *value, MI_Uint32 *index, MI_Uint32 *flags);
} MI_DestinationOptionsFT;

typedef struct _MI_DestinationOptions {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_DestinationOptionsFT *ft;
} MI_DestinationOptions;

MI_INLINE void MI_CALL MI_DestinationOptions_Delete(MI_DestinationOptions *options)
{
    if (options && options->ft)
        options->ft->Delete(options);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_Clone(
    const MI_DestinationOptions *self, MI_DestinationOptions *newDestinationOptions)
{
    return MI_FORWARD(self, Clone, (self, newDestinationOptions));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetString(MI_DestinationOptions *options,
                                                            const MI_Char *optionName,
                                                            const MI_Char *optionValue)
{
    return MI_FORWARD(options, SetString, (options, optionName, optionValue, 0));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetNumber(MI_DestinationOptions *options,
                                                            const MI_Char *optionName,
                                                            MI_Uint32 optionValue)
{
    return MI_FORWARD(options, SetNumber, (options, optionName, optionValue, 0));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetString(const MI_DestinationOptions *options,
                                                            const MI_Char *optionName,
                                                            const MI_Char **optionValue,
                                                            MI_Uint32 *index)
{
    return MI_FORWARD(options, GetString, (options, optionName, optionValue, index, NULL));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetNumber(const MI_DestinationOptions *options,
                                                            const MI_Char *optionName,
                                                            MI_Uint32 *optionValue,
                                                            MI_Uint32 *index)
{
    return MI_FORWARD(options, GetNumber, (options, optionName, optionValue, index, NULL));
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_GetOptionCount(const MI_DestinationOptions *options, MI_Uint32 *count)
{
    return MI_FORWARD(options, GetOptionCount, (options, count));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetOptionAt(const MI_DestinationOptions *options,
                                                              MI_Uint32 index,
                                                              const MI_Char **optionName,
                                                              MI_Value *value, MI_Type *type,
                                                              MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetOptionAt, (options, index, optionName, value, type, flags));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetOption(const MI_DestinationOptions *options,
                                                            const MI_Char *optionName,
                                                            MI_Value *value, MI_Type *type,
                                                            MI_Uint32 *index, MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetOption, (options, optionName, value, type, index, flags));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_AddDestinationCredentials(
    MI_DestinationOptions *options, const MI_UserCredentials *credentials)
{
    return MI_FORWARD(
        options, AddCredentials,
        (options, MI_T("__MI_DESTINATIONOPTIONS_DESTINATION_CREDENTIALS"), credentials, 0));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_AddProxyCredentials(
    MI_DestinationOptions *options, const MI_UserCredentials *credentials)
{
    return MI_FORWARD(options, AddCredentials,
                      (options, MI_T("__MI_DESTINATIONOPTIONS_PROXY_CREDENTIALS"), credentials, 0));
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_GetCredentialsCount(const MI_DestinationOptions *options, MI_Uint32 *count)
{
    return MI_FORWARD(options, GetCredentialsCount, (options, count));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetCredentialsAt(
    const MI_DestinationOptions *options, MI_Uint32 index, const MI_Char **optionName,
    MI_UserCredentials *credentials, MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetCredentialsAt, (options, index, optionName, credentials, flags));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetCredentialsPasswordAt(
    const MI_DestinationOptions *options, MI_Uint32 index, const MI_Char **optionName,
    MI_Char *password, MI_Uint32 bufferLength, MI_Uint32 *passwordLength, MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetCredentialsPasswordAt,
                      (options, index, optionName, password, bufferLength, passwordLength, flags));
}

#ifdef __cplusplus
}
#endif

#endif
