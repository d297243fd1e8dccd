/*
 * mi/destination.h: where a session connects to, and as whom.
 *
 * Destination options are a list of named values, given to MI_Application_NewSession. The named
 * ones have functions of their own, in mi/destination_wellknown.h. Made by
 * MI_Application_NewDestinationOptions, ended by MI_DestinationOptions_Delete; a session keeps a
 * copy.
 */
#ifndef MIHOST_MI_DESTINATION_H
#define MIHOST_MI_DESTINATION_H

#include <mi/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_DestinationOptions MI_DestinationOptions;

/* Types of authentication. */
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

/* A name and a password; the domain may be NULL. [page] */
typedef struct _MI_UsernamePasswordCreds {
    const MI_Char *domain;
    const MI_Char *username;
    const MI_Char *password;
} MI_UsernamePasswordCreds;

/*
 * Credentials: authenticationType, one of MI_AUTH_TYPE_*, says which member of the union counts,
 * the thumbprint for certificates. What is passed in is copied. [page]
 */
typedef struct _MI_UserCredentials {
    const MI_Char *authenticationType;
    union {
        MI_UsernamePasswordCreds usernamePassword;
        const MI_Char *certificateThumbprint;
    } credentials;
} MI_UserCredentials;

/* How far the server may act as the client. [page] */
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

/* The option that credentials belong to. */
#define MI_DEST_OPTION_CREDENTIALS       "__MI_DESTINATIONOPTIONS_DESTINATION_CREDENTIALS"
#define MI_DEST_OPTION_PROXY_CREDENTIALS "__MI_DESTINATIONOPTIONS_PROXY_CREDENTIALS"

/* The functions of destination options; MI_DestinationOptions_* calls them. [page] */
typedef struct _MI_DestinationOptionsFT {
    void (*Delete)(MI_DestinationOptions *options);
    MI_Result (*SetString)(MI_DestinationOptions *options, const MI_Char *optionName,
                           const MI_Char *value, MI_Uint32 flags);
    MI_Result (*SetNumber)(MI_DestinationOptions *options, const MI_Char *optionName,
                           MI_Uint32 value, MI_Uint32 flags);
    MI_Result (*AddCredentials)(MI_DestinationOptions *options, const MI_Char *optionName,
                                const MI_UserCredentials *credentials, MI_Uint32 flags);
    MI_Result (*GetString)(const MI_DestinationOptions *options, const MI_Char *optionName,
                           const MI_Char **value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result (*GetNumber)(const MI_DestinationOptions *options, const MI_Char *optionName,
                           MI_Uint32 *value, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result (*GetOptionCount)(const MI_DestinationOptions *options, MI_Uint32 *count);
    MI_Result (*GetOptionAt)(const MI_DestinationOptions *options, MI_Uint32 index,
                             const MI_Char **optionName, MI_Value *value, MI_Type *type,
                             MI_Uint32 *flags);
    MI_Result (*GetOption)(const MI_DestinationOptions *options, const MI_Char *optionName,
                           MI_Value *value, MI_Type *type, MI_Uint32 *index, MI_Uint32 *flags);
    MI_Result (*GetCredentialsCount)(const MI_DestinationOptions *options, MI_Uint32 *count);
    MI_Result (*GetCredentialsAt)(const MI_DestinationOptions *options, MI_Uint32 index,
                                  const MI_Char **optionName, MI_UserCredentials *credentials,
                                  MI_Uint32 *flags);
    MI_Result (*GetCredentialsPasswordAt)(const MI_DestinationOptions *options, MI_Uint32 index,
                                          const MI_Char **optionName, MI_Char *password,
                                          MI_Uint32 bufferLength, MI_Uint32 *passwordLength,
                                          MI_Uint32 *flags);
    MI_Result (*Clone)(const MI_DestinationOptions *self,
                       MI_DestinationOptions *newDestinationOptions);
    MI_Result (*SetInterval)(MI_DestinationOptions *options, const MI_Char *optionName,
                             const MI_Interval *value, MI_Uint32 flags);
    MI_Result (*GetInterval)(const MI_DestinationOptions *options, const MI_Char *optionName,
                             MI_Interval *value, MI_Uint32 *index, MI_Uint32 *flags);
} MI_DestinationOptionsFT;

/* Where a session connects to, and as whom. [page] */
typedef struct _MI_DestinationOptions {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_DestinationOptionsFT *ft;
} MI_DestinationOptions;

#define MI_DESTINATIONOPTIONS_NULL MI_NOT_MADE

/* Ends destination options. [page] */
MI_INLINE void MI_DestinationOptions_Delete(MI_DestinationOptions *options)
{
    if (options && options->ft)
        options->ft->Delete(options);
}

/*
 * Makes a copy of destination options into memory of the caller, to be ended with
 * MI_DestinationOptions_Delete. [page]
 */
MI_INLINE MI_Result MI_DestinationOptions_Clone(const MI_DestinationOptions *self,
                                                MI_DestinationOptions *newDestinationOptions)
{
    return MI_FORWARD(self, Clone, (self, newDestinationOptions));
}

/* Sets an option by name to a string. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetString(MI_DestinationOptions *options,
                                                    const MI_Char *optionName,
                                                    const MI_Char *optionValue)
{
    return MI_FORWARD(options, SetString, (options, optionName, optionValue, 0));
}

/* Sets an option by name to a number. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetNumber(MI_DestinationOptions *options,
                                                    const MI_Char *optionName,
                                                    MI_Uint32 optionValue)
{
    return MI_FORWARD(options, SetNumber, (options, optionName, optionValue, 0));
}

/*
 * Gets an option that is a string, and its index. MI_RESULT_NO_SUCH_PROPERTY,
 * MI_RESULT_TYPE_MISMATCH. [page]
 */
MI_INLINE MI_Result MI_DestinationOptions_GetString(const MI_DestinationOptions *options,
                                                    const MI_Char *optionName,
                                                    const MI_Char **optionValue, MI_Uint32 *index)
{
    return MI_FORWARD(options, GetString, (options, optionName, optionValue, index, NULL));
}

/*
 * Gets an option that is a number, and its index. MI_RESULT_NO_SUCH_PROPERTY,
 * MI_RESULT_TYPE_MISMATCH. [page]
 */
MI_INLINE MI_Result MI_DestinationOptions_GetNumber(const MI_DestinationOptions *options,
                                                    const MI_Char *optionName,
                                                    MI_Uint32 *optionValue, MI_Uint32 *index)
{
    return MI_FORWARD(options, GetNumber, (options, optionName, optionValue, index, NULL));
}

/* Gets the number of options. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetOptionCount(const MI_DestinationOptions *options,
                                                         MI_Uint32 *count)
{
    return MI_FORWARD(options, GetOptionCount, (options, count));
}

/* Gets an option by index: its name, value and type. MI_RESULT_NOT_FOUND past the last. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetOptionAt(const MI_DestinationOptions *options,
                                                      MI_Uint32 index, const MI_Char **optionName,
                                                      MI_Value *value, MI_Type *type,
                                                      MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetOptionAt, (options, index, optionName, value, type, flags));
}

/* Gets an option by name: its value, type and index. MI_RESULT_NO_SUCH_PROPERTY. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetOption(const MI_DestinationOptions *options,
                                                    const MI_Char *optionName, MI_Value *value,
                                                    MI_Type *type, MI_Uint32 *index,
                                                    MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetOption, (options, optionName, value, type, index, flags));
}

/* Adds credentials for the destination. Tried in the order in which they were added. [page] */
MI_INLINE MI_Result MI_DestinationOptions_AddDestinationCredentials(
    MI_DestinationOptions *options, const MI_UserCredentials *credentials)
{
    return MI_FORWARD(options, AddCredentials,
                      (options, MI_DEST_OPTION_CREDENTIALS, credentials, 0));
}

/* Adds credentials for the proxy. [page] */
MI_INLINE MI_Result MI_DestinationOptions_AddProxyCredentials(MI_DestinationOptions *options,
                                                              const MI_UserCredentials *credentials)
{
    return MI_FORWARD(options, AddCredentials,
                      (options, MI_DEST_OPTION_PROXY_CREDENTIALS, credentials, 0));
}

/* Gets the number of credentials. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetCredentialsCount(const MI_DestinationOptions *options,
                                                              MI_Uint32 *count)
{
    return MI_FORWARD(options, GetCredentialsCount, (options, count));
}

/*
 * Gets credentials by index, and the option that they belong to; the password is not among them.
 * [page]
 */
MI_INLINE MI_Result MI_DestinationOptions_GetCredentialsAt(const MI_DestinationOptions *options,
                                                           MI_Uint32 index,
                                                           const MI_Char **optionName,
                                                           MI_UserCredentials *credentials,
                                                           MI_Uint32 *flags)
{
    return MI_FORWARD(options, GetCredentialsAt, (options, index, optionName, credentials, flags));
}

/*
 * Gets a password by index into a buffer of bufferLength characters. passwordLength gets the
 * size that it needs, the zero included. [page]
 */
MI_INLINE MI_Result MI_DestinationOptions_GetCredentialsPasswordAt(
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
