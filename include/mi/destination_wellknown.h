/* mi/destination_wellknown.h: part of the MI interface. */
#ifndef MIHOST_MI_DESTINATION_WELLKNOWN_H
#define MIHOST_MI_DESTINATION_WELLKNOWN_H

#include <mi/destination.h>

#ifdef __cplusplus
extern "C" {
#endif

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetTimeout(MI_DestinationOptions *options,
                                                             const MI_Interval *timeout)
{
    return MI_FORWARD(options, SetInterval,
                      (options, MI_T("__MI_DESTINATIONOPTIONS_TIMEOUT"), timeout, 0));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetTimeout(const MI_DestinationOptions *options,
                                                             MI_Interval *timeout)
{
    return MI_FORWARD(options, GetInterval,
                      (options, MI_T("__MI_DESTINATIONOPTIONS_TIMEOUT"), timeout, NULL, NULL));
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetCertCACheck(MI_DestinationOptions *options,
                                                                 MI_Boolean check)
{
    return MI_DestinationOptions_SetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_CERT_CA_CHECK"),
                                           check);
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_GetCertCACheck(const MI_DestinationOptions *options, MI_Boolean *check)
{
    MI_Uint32 number = 0;
    MI_Result r;

    if (!check)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_DestinationOptions_GetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_CERT_CA_CHECK"),
                                        &number, NULL);
    if (r == MI_RESULT_OK)
        *check = number ? MI_TRUE : MI_FALSE;
    return r;
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetCertCNCheck(MI_DestinationOptions *options,
                                                                 MI_Boolean check)
{
    return MI_DestinationOptions_SetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_CERT_CN_CHECK"),
                                           check);
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_GetCertCNCheck(const MI_DestinationOptions *options, MI_Boolean *check)
{
    MI_Uint32 number = 0;
    MI_Result r;

    if (!check)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_DestinationOptions_GetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_CERT_CN_CHECK"),
                                        &number, NULL);
    if (r == MI_RESULT_OK)
        *check = number ? MI_TRUE : MI_FALSE;
    return r;
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_SetCertRevocationCheck(MI_DestinationOptions *options, MI_Boolean check)
{
    return MI_DestinationOptions_SetNumber(
        options, MI_T("__MI_DESTINATIONOPTIONS_CERT_REVOCATION_CHECK"), check);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetCertRevocationCheck(
    const MI_DestinationOptions *options, MI_Boolean *check)
{
    MI_Uint32 number = 0;
    MI_Result r;

    if (!check)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_DestinationOptions_GetNumber(
        options, MI_T("__MI_DESTINATIONOPTIONS_CERT_REVOCATION_CHECK"), &number, NULL);
    if (r == MI_RESULT_OK)
        *check = number ? MI_TRUE : MI_FALSE;
    return r;
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetPacketPrivacy(MI_DestinationOptions *options,
                                                                   MI_Boolean privacy)
{
    return MI_DestinationOptions_SetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_PACKET_PRIVACY"),
                                           privacy);
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_GetPacketPrivacy(const MI_DestinationOptions *options, MI_Boolean *privacy)
{
    MI_Uint32 number = 0;
    MI_Result r;

    if (!privacy)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_DestinationOptions_GetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_PACKET_PRIVACY"),
                                        &number, NULL);
    if (r == MI_RESULT_OK)
        *privacy = number ? MI_TRUE : MI_FALSE;
    return r;
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetPacketIntegrity(MI_DestinationOptions *options,
                                                                     MI_Boolean integrity)
{
    return MI_DestinationOptions_SetNumber(
        options, MI_T("__MI_DESTINATIONOPTIONS_PACKET_INTEGRITY"), integrity);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetPacketIntegrity(
    const MI_DestinationOptions *options, MI_Boolean *integrity)
{
    MI_Uint32 number = 0;
    MI_Result r;

    if (!integrity)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_DestinationOptions_GetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_PACKET_INTEGRITY"),
                                        &number, NULL);
    if (r == MI_RESULT_OK)
        *integrity = number ? MI_TRUE : MI_FALSE;
    return r;
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetPacketEncoding(MI_DestinationOptions *options,
                                                                    const MI_Char *encoding)
{
    return MI_DestinationOptions_SetString(options, MI_T("__MI_DESTINATIONOPTIONS_PACKET_ENCODING"),
                                           encoding);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetPacketEncoding(
    const MI_DestinationOptions *options, const MI_Char **encoding)
{
    return MI_DestinationOptions_GetString(options, MI_T("__MI_DESTINATIONOPTIONS_PACKET_ENCODING"),
                                           encoding, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetDataLocale(MI_DestinationOptions *options,
                                                                const MI_Char *locale)
{
    return MI_DestinationOptions_SetString(options, MI_T("__MI_DESTINATIONOPTIONS_DATA_LOCALE"),
                                           locale);
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_GetDataLocale(const MI_DestinationOptions *options, const MI_Char **locale)
{
    return MI_DestinationOptions_GetString(options, MI_T("__MI_DESTINATIONOPTIONS_DATA_LOCALE"),
                                           locale, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetUILocale(MI_DestinationOptions *options,
                                                              const MI_Char *locale)
{
    return MI_DestinationOptions_SetString(options, MI_T("__MI_DESTINATIONOPTIONS_UI_LOCALE"),
                                           locale);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetUILocale(const MI_DestinationOptions *options,
                                                              const MI_Char **locale)
{
    return MI_DestinationOptions_GetString(options, MI_T("__MI_DESTINATIONOPTIONS_UI_LOCALE"),
                                           locale, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetMaxEnvelopeSize(MI_DestinationOptions *options,
                                                                     MI_Uint32 sizeInKB)
{
    return MI_DestinationOptions_SetNumber(
        options, MI_T("__MI_DESTINATIONOPTIONS_MAX_ENVELOPE_SIZE"), sizeInKB);
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_GetMaxEnvelopeSize(const MI_DestinationOptions *options, MI_Uint32 *sizeInKB)
{
    return MI_DestinationOptions_GetNumber(
        options, MI_T("__MI_DESTINATIONOPTIONS_MAX_ENVELOPE_SIZE"), sizeInKB, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetMaxElements(MI_DestinationOptions *options,
                                                                 MI_Uint32 elements)
{
    return MI_DestinationOptions_SetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_MAX_ELEMENTS"),
                                           elements);
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_GetMaxElements(const MI_DestinationOptions *options, MI_Uint32 *elements)
{
    return MI_DestinationOptions_GetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_MAX_ELEMENTS"),
                                           elements, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetEncodePortInSPN(MI_DestinationOptions *options,
                                                                     MI_Boolean encodePort)
{
    return MI_DestinationOptions_SetNumber(
        options, MI_T("__MI_DESTINATIONOPTIONS_ENCODE_PORT_IN_SPN"), encodePort);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetEncodePortInSPN(
    const MI_DestinationOptions *options, MI_Boolean *encodePort)
{
    MI_Uint32 number = 0;
    MI_Result r;

    if (!encodePort)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_DestinationOptions_GetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_ENCODE_PORT_IN_SPN"),
                                        &number, NULL);
    if (r == MI_RESULT_OK)
        *encodePort = number ? MI_TRUE : MI_FALSE;
    return r;
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetHttpUrlPrefix(MI_DestinationOptions *options,
                                                                   const MI_Char *prefix)
{
    return MI_DestinationOptions_SetString(options, MI_T("__MI_DESTINATIONOPTIONS_HTTP_URL_PREFIX"),
                                           prefix);
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_GetHttpUrlPrefix(const MI_DestinationOptions *options, const MI_Char **prefix)
{
    return MI_DestinationOptions_GetString(options, MI_T("__MI_DESTINATIONOPTIONS_HTTP_URL_PREFIX"),
                                           prefix, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetDestinationPort(MI_DestinationOptions *options,
                                                                     MI_Uint32 port)
{
    return MI_DestinationOptions_SetNumber(options,
                                           MI_T("__MI_DESTINATIONOPTIONS_DESTINATION_PORT"), port);
}

MI_INLINE MI_Result MI_CALL
MI_DestinationOptions_GetDestinationPort(const MI_DestinationOptions *options, MI_Uint32 *port)
{
    return MI_DestinationOptions_GetNumber(
        options, MI_T("__MI_DESTINATIONOPTIONS_DESTINATION_PORT"), port, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetTransport(MI_DestinationOptions *options,
                                                               const MI_Char *transport)
{
    return MI_DestinationOptions_SetString(options, MI_T("__MI_DESTINATIONOPTIONS_TRANSPORT"),
                                           transport);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetTransport(const MI_DestinationOptions *options,
                                                               const MI_Char **transport)
{
    return MI_DestinationOptions_GetString(options, MI_T("__MI_DESTINATIONOPTIONS_TRANSPORT"),
                                           transport, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetProxyType(MI_DestinationOptions *options,
                                                               const MI_Char *proxyType)
{
    return MI_DestinationOptions_SetString(options, MI_T("__MI_DESTINATIONOPTIONS_PROXY_TYPE"),
                                           proxyType);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetProxyType(const MI_DestinationOptions *options,
                                                               const MI_Char **proxyType)
{
    return MI_DestinationOptions_GetString(options, MI_T("__MI_DESTINATIONOPTIONS_PROXY_TYPE"),
                                           proxyType, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetImpersonationType(
    MI_DestinationOptions *options, MI_DestinationOptions_ImpersonationType impersonationType)
{
    return MI_DestinationOptions_SetNumber(
        options, MI_T("__MI_DESTINATIONOPTIONS_IMPERSONATION_TYPE"), (MI_Uint32)impersonationType);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetImpersonationType(
    const MI_DestinationOptions *options,
    MI_DestinationOptions_ImpersonationType *impersonationType)
{
    MI_Uint32 number = 0;
    MI_Result r;

    if (!impersonationType)
        return MI_RESULT_INVALID_PARAMETER;
    r = MI_DestinationOptions_GetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_IMPERSONATION_TYPE"),
                                        &number, NULL);
    if (r == MI_RESULT_OK)
        *impersonationType = (MI_DestinationOptions_ImpersonationType)number;
    return r;
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetTrustedCertsDir(MI_DestinationOptions *options,
                                                                     const MI_Char *certsdir)
{
    return MI_DestinationOptions_SetString(
        options, MI_T("__MI_DESTINATIONOPTIONS_TRUSTED_CERTS_DIR"), certsdir);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetTrustedCertsDir(
    const MI_DestinationOptions *options, const MI_Char **certsdir)
{
    return MI_DestinationOptions_GetString(
        options, MI_T("__MI_DESTINATIONOPTIONS_TRUSTED_CERTS_DIR"), certsdir, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetCertFile(MI_DestinationOptions *options,
                                                              const MI_Char *certfile)
{
    return MI_DestinationOptions_SetString(options, MI_T("__MI_DESTINATIONOPTIONS_CERT_FILE"),
                                           certfile);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetCertFile(const MI_DestinationOptions *options,
                                                              const MI_Char **certfile)
{
    return MI_DestinationOptions_GetString(options, MI_T("__MI_DESTINATIONOPTIONS_CERT_FILE"),
                                           certfile, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetPrivateKeyFile(MI_DestinationOptions *options,
                                                                    const MI_Char *keyfile)
{
    return MI_DestinationOptions_SetString(
        options, MI_T("__MI_DESTINATIONOPTIONS_PRIVATE_KEY_FILE"), keyfile);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetPrivateKeyFile(
    const MI_DestinationOptions *options, const MI_Char **keyfile)
{
    return MI_DestinationOptions_GetString(
        options, MI_T("__MI_DESTINATIONOPTIONS_PRIVATE_KEY_FILE"), keyfile, NULL);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_SetSslOptions(MI_DestinationOptions *options,
                                                                MI_Uint32 sslOptions)
{
    return MI_DestinationOptions_SetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_SSL_OPTIONS"),
                                           sslOptions);
}

MI_INLINE MI_Result MI_CALL MI_DestinationOptions_GetSslOptions(MI_DestinationOptions *options,
                                                                MI_Uint32 *sslOptions)
{
    return MI_DestinationOptions_GetNumber(options, MI_T("__MI_DESTINATIONOPTIONS_SSL_OPTIONS"),
                                           sslOptions, NULL);
}

#ifdef __cplusplus
}
#endif

#endif
