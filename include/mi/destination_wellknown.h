/*
 * mi/destination_wellknown.h: the destination options that have names.
 *
 * A Set function stores a value under the name of its option, its Get function reads it:
 * MI_RESULT_NO_SUCH_PROPERTY if it was never set. An option that is of no use to the transport
 * is stored all the same, and does nothing.
 */
#ifndef MIHOST_MI_DESTINATION_WELLKNOWN_H
#define MIHOST_MI_DESTINATION_WELLKNOWN_H

#include <mi/destination.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The names of the options, which MI_DestinationOptions_SetString and the like take. */
#define MI_DEST_OPTION_TIMEOUT               "__MI_DESTINATIONOPTIONS_TIMEOUT"
#define MI_DEST_OPTION_CERT_CA_CHECK         "__MI_DESTINATIONOPTIONS_CERT_CA_CHECK"
#define MI_DEST_OPTION_CERT_CN_CHECK         "__MI_DESTINATIONOPTIONS_CERT_CN_CHECK"
#define MI_DEST_OPTION_CERT_REVOCATION_CHECK "__MI_DESTINATIONOPTIONS_CERT_REVOCATION_CHECK"
#define MI_DEST_OPTION_PACKET_PRIVACY        "__MI_DESTINATIONOPTIONS_PACKET_PRIVACY"
#define MI_DEST_OPTION_PACKET_INTEGRITY      "__MI_DESTINATIONOPTIONS_PACKET_INTEGRITY"
#define MI_DEST_OPTION_PACKET_ENCODING       "__MI_DESTINATIONOPTIONS_PACKET_ENCODING"
#define MI_DEST_OPTION_DATA_LOCALE           "__MI_DESTINATIONOPTIONS_DATA_LOCALE"
#define MI_DEST_OPTION_UI_LOCALE             "__MI_DESTINATIONOPTIONS_UI_LOCALE"
#define MI_DEST_OPTION_MAX_ENVELOPE_SIZE     "__MI_DESTINATIONOPTIONS_MAX_ENVELOPE_SIZE"
#define MI_DEST_OPTION_MAX_ELEMENTS          "__MI_DESTINATIONOPTIONS_MAX_ELEMENTS"
#define MI_DEST_OPTION_ENCODE_PORT_IN_SPN    "__MI_DESTINATIONOPTIONS_ENCODE_PORT_IN_SPN"
#define MI_DEST_OPTION_HTTP_URL_PREFIX       "__MI_DESTINATIONOPTIONS_HTTP_URL_PREFIX"
#define MI_DEST_OPTION_DESTINATION_PORT      "__MI_DESTINATIONOPTIONS_DESTINATION_PORT"
#define MI_DEST_OPTION_TRANSPORT             "__MI_DESTINATIONOPTIONS_TRANSPORT"
#define MI_DEST_OPTION_PROXY_TYPE            "__MI_DESTINATIONOPTIONS_PROXY_TYPE"
#define MI_DEST_OPTION_IMPERSONATION_TYPE    "__MI_DESTINATIONOPTIONS_IMPERSONATION_TYPE"
#define MI_DEST_OPTION_TRUSTED_CERTS_DIR     "__MI_DESTINATIONOPTIONS_TRUSTED_CERTS_DIR"
#define MI_DEST_OPTION_CERT_FILE             "__MI_DESTINATIONOPTIONS_CERT_FILE"
#define MI_DEST_OPTION_PRIVATE_KEY_FILE      "__MI_DESTINATIONOPTIONS_PRIVATE_KEY_FILE"
#define MI_DEST_OPTION_SSL_OPTIONS           "__MI_DESTINATIONOPTIONS_SSL_OPTIONS"

/* A number that stands for a truth value; for the functions below. */
MI_INLINE MI_Result MI_DestinationOptions_GetFlag(const MI_DestinationOptions *options,
                                                  const MI_Char *optionName, MI_Boolean *flag)
{
    MI_Uint32 number = 0;
    MI_Result result;

    if (!flag)
        return MI_RESULT_INVALID_PARAMETER;
    result = MI_DestinationOptions_GetNumber(options, optionName, &number, NULL);
    if (result == MI_RESULT_OK)
        *flag = number ? MI_TRUE : MI_FALSE;
    return result;
}

/*
 * Sets how long an operation of the session may take. What MI_OperationOptions_SetTimeout says
 * goes before. [page]
 */
MI_INLINE MI_Result MI_DestinationOptions_SetTimeout(MI_DestinationOptions *options,
                                                     const MI_Interval *timeout)
{
    return MI_FORWARD(options, SetInterval, (options, MI_DEST_OPTION_TIMEOUT, timeout, 0));
}

/* Gets how long an operation of the session may take. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetTimeout(const MI_DestinationOptions *options,
                                                     MI_Interval *timeout)
{
    return MI_FORWARD(options, GetInterval, (options, MI_DEST_OPTION_TIMEOUT, timeout, NULL, NULL));
}

/* Sets whether the authority behind the certificate of the server is checked. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetCertCACheck(MI_DestinationOptions *options,
                                                         MI_Boolean check)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_CERT_CA_CHECK, check);
}

/* Gets whether the authority behind the certificate of the server is checked. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetCertCACheck(const MI_DestinationOptions *options,
                                                         MI_Boolean *check)
{
    return MI_DestinationOptions_GetFlag(options, MI_DEST_OPTION_CERT_CA_CHECK, check);
}

/* Sets whether the name in the certificate of the server is checked. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetCertCNCheck(MI_DestinationOptions *options,
                                                         MI_Boolean check)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_CERT_CN_CHECK, check);
}

/* Gets whether the name in the certificate of the server is checked. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetCertCNCheck(const MI_DestinationOptions *options,
                                                         MI_Boolean *check)
{
    return MI_DestinationOptions_GetFlag(options, MI_DEST_OPTION_CERT_CN_CHECK, check);
}

/* Sets whether it is checked that the certificate of the server was not revoked. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetCertRevocationCheck(MI_DestinationOptions *options,
                                                                 MI_Boolean check)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_CERT_REVOCATION_CHECK, check);
}

/* Gets whether it is checked that the certificate of the server was not revoked. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetCertRevocationCheck(
    const MI_DestinationOptions *options, MI_Boolean *check)
{
    return MI_DestinationOptions_GetFlag(options, MI_DEST_OPTION_CERT_REVOCATION_CHECK, check);
}

/* Sets whether what is sent is encrypted. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetPacketPrivacy(MI_DestinationOptions *options,
                                                           MI_Boolean privacy)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_PACKET_PRIVACY, privacy);
}

/* Gets whether what is sent is encrypted. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetPacketPrivacy(const MI_DestinationOptions *options,
                                                           MI_Boolean *privacy)
{
    return MI_DestinationOptions_GetFlag(options, MI_DEST_OPTION_PACKET_PRIVACY, privacy);
}

/* Sets whether what is sent is signed. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetPacketIntegrity(MI_DestinationOptions *options,
                                                             MI_Boolean integrity)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_PACKET_INTEGRITY, integrity);
}

/* Gets whether what is sent is signed. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetPacketIntegrity(const MI_DestinationOptions *options,
                                                             MI_Boolean *integrity)
{
    return MI_DestinationOptions_GetFlag(options, MI_DEST_OPTION_PACKET_INTEGRITY, integrity);
}

/* Sets the encoding of messages. MI_DESTINATIONOPTIONS_PACKET_ENCODING_*. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetPacketEncoding(MI_DestinationOptions *options,
                                                            const MI_Char *encoding)
{
    return MI_DestinationOptions_SetString(options, MI_DEST_OPTION_PACKET_ENCODING, encoding);
}

/* Gets the encoding of messages. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetPacketEncoding(const MI_DestinationOptions *options,
                                                            const MI_Char **encoding)
{
    return MI_DestinationOptions_GetString(options, MI_DEST_OPTION_PACKET_ENCODING, encoding, NULL);
}

/* Sets the locale for numbers and dates, such as "en-US". [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetDataLocale(MI_DestinationOptions *options,
                                                        const MI_Char *locale)
{
    return MI_DestinationOptions_SetString(options, MI_DEST_OPTION_DATA_LOCALE, locale);
}

/* Gets the locale for numbers and dates, such as "en-US". [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetDataLocale(const MI_DestinationOptions *options,
                                                        const MI_Char **locale)
{
    return MI_DestinationOptions_GetString(options, MI_DEST_OPTION_DATA_LOCALE, locale, NULL);
}

/* Sets the locale for texts, such as "en-US". [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetUILocale(MI_DestinationOptions *options,
                                                      const MI_Char *locale)
{
    return MI_DestinationOptions_SetString(options, MI_DEST_OPTION_UI_LOCALE, locale);
}

/* Gets the locale for texts, such as "en-US". [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetUILocale(const MI_DestinationOptions *options,
                                                      const MI_Char **locale)
{
    return MI_DestinationOptions_GetString(options, MI_DEST_OPTION_UI_LOCALE, locale, NULL);
}

/* Sets the largest size of a message, in KiB. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetMaxEnvelopeSize(MI_DestinationOptions *options,
                                                             MI_Uint32 sizeInKB)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_MAX_ENVELOPE_SIZE, sizeInKB);
}

/* Gets the largest size of a message, in KiB. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetMaxEnvelopeSize(const MI_DestinationOptions *options,
                                                             MI_Uint32 *sizeInKB)
{
    return MI_DestinationOptions_GetNumber(options, MI_DEST_OPTION_MAX_ENVELOPE_SIZE, sizeInKB,
                                           NULL);
}

/* Sets the largest number of instances in a message. */
MI_INLINE MI_Result MI_DestinationOptions_SetMaxElements(MI_DestinationOptions *options,
                                                         MI_Uint32 elements)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_MAX_ELEMENTS, elements);
}

/* Gets the largest number of instances in a message. */
MI_INLINE MI_Result MI_DestinationOptions_GetMaxElements(const MI_DestinationOptions *options,
                                                         MI_Uint32 *elements)
{
    return MI_DestinationOptions_GetNumber(options, MI_DEST_OPTION_MAX_ELEMENTS, elements, NULL);
}

/* Sets whether the port is part of the name of the service that credentials are for. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetEncodePortInSPN(MI_DestinationOptions *options,
                                                             MI_Boolean encodePort)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_ENCODE_PORT_IN_SPN, encodePort);
}

/* Gets whether the port is part of the name of the service that credentials are for. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetEncodePortInSPN(const MI_DestinationOptions *options,
                                                             MI_Boolean *encodePort)
{
    return MI_DestinationOptions_GetFlag(options, MI_DEST_OPTION_ENCODE_PORT_IN_SPN, encodePort);
}

/* Sets the path of the service in its URL. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetHttpUrlPrefix(MI_DestinationOptions *options,
                                                           const MI_Char *prefix)
{
    return MI_DestinationOptions_SetString(options, MI_DEST_OPTION_HTTP_URL_PREFIX, prefix);
}

/* Gets the path of the service in its URL. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetHttpUrlPrefix(const MI_DestinationOptions *options,
                                                           const MI_Char **prefix)
{
    return MI_DestinationOptions_GetString(options, MI_DEST_OPTION_HTTP_URL_PREFIX, prefix, NULL);
}

/* Sets the port of the service. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetDestinationPort(MI_DestinationOptions *options,
                                                             MI_Uint32 port)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_DESTINATION_PORT, port);
}

/* Gets the port of the service. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetDestinationPort(const MI_DestinationOptions *options,
                                                             MI_Uint32 *port)
{
    return MI_DestinationOptions_GetNumber(options, MI_DEST_OPTION_DESTINATION_PORT, port, NULL);
}

/* Sets the transport. MI_DESTINATIONOPTIONS_TRANSPORT_*. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetTransport(MI_DestinationOptions *options,
                                                       const MI_Char *transport)
{
    return MI_DestinationOptions_SetString(options, MI_DEST_OPTION_TRANSPORT, transport);
}

/* Gets the transport. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetTransport(const MI_DestinationOptions *options,
                                                       const MI_Char **transport)
{
    return MI_DestinationOptions_GetString(options, MI_DEST_OPTION_TRANSPORT, transport, NULL);
}

/* Sets how a proxy is found. MI_DESTINATIONOPTIONS_PROXY_TYPE_*. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetProxyType(MI_DestinationOptions *options,
                                                       const MI_Char *proxyType)
{
    return MI_DestinationOptions_SetString(options, MI_DEST_OPTION_PROXY_TYPE, proxyType);
}

/* Gets how a proxy is found. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetProxyType(const MI_DestinationOptions *options,
                                                       const MI_Char **proxyType)
{
    return MI_DestinationOptions_GetString(options, MI_DEST_OPTION_PROXY_TYPE, proxyType, NULL);
}

/* Sets how far the server may act as the client. [page] */
MI_INLINE MI_Result MI_DestinationOptions_SetImpersonationType(
    MI_DestinationOptions *options, MI_DestinationOptions_ImpersonationType impersonationType)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_IMPERSONATION_TYPE,
                                           (MI_Uint32)impersonationType);
}

/* Gets how far the server may act as the client. [page] */
MI_INLINE MI_Result MI_DestinationOptions_GetImpersonationType(
    const MI_DestinationOptions *options,
    MI_DestinationOptions_ImpersonationType *impersonationType)
{
    MI_Uint32 number = 0;
    MI_Result result;

    if (!impersonationType)
        return MI_RESULT_INVALID_PARAMETER;
    result =
        MI_DestinationOptions_GetNumber(options, MI_DEST_OPTION_IMPERSONATION_TYPE, &number, NULL);
    if (result == MI_RESULT_OK)
        *impersonationType = (MI_DestinationOptions_ImpersonationType)number;
    return result;
}

/* Sets the directory of the certificates that are trusted. */
MI_INLINE MI_Result MI_DestinationOptions_SetTrustedCertsDir(MI_DestinationOptions *options,
                                                             const MI_Char *certsdir)
{
    return MI_DestinationOptions_SetString(options, MI_DEST_OPTION_TRUSTED_CERTS_DIR, certsdir);
}

/* Gets the directory of the certificates that are trusted. */
MI_INLINE MI_Result MI_DestinationOptions_GetTrustedCertsDir(const MI_DestinationOptions *options,
                                                             const MI_Char **certsdir)
{
    return MI_DestinationOptions_GetString(options, MI_DEST_OPTION_TRUSTED_CERTS_DIR, certsdir,
                                           NULL);
}

/* Sets the file of the certificate of the client. */
MI_INLINE MI_Result MI_DestinationOptions_SetCertFile(MI_DestinationOptions *options,
                                                      const MI_Char *certfile)
{
    return MI_DestinationOptions_SetString(options, MI_DEST_OPTION_CERT_FILE, certfile);
}

/* Gets the file of the certificate of the client. */
MI_INLINE MI_Result MI_DestinationOptions_GetCertFile(const MI_DestinationOptions *options,
                                                      const MI_Char **certfile)
{
    return MI_DestinationOptions_GetString(options, MI_DEST_OPTION_CERT_FILE, certfile, NULL);
}

/* Sets the file of its private key. */
MI_INLINE MI_Result MI_DestinationOptions_SetPrivateKeyFile(MI_DestinationOptions *options,
                                                            const MI_Char *keyfile)
{
    return MI_DestinationOptions_SetString(options, MI_DEST_OPTION_PRIVATE_KEY_FILE, keyfile);
}

/* Gets the file of its private key. */
MI_INLINE MI_Result MI_DestinationOptions_GetPrivateKeyFile(const MI_DestinationOptions *options,
                                                            const MI_Char **keyfile)
{
    return MI_DestinationOptions_GetString(options, MI_DEST_OPTION_PRIVATE_KEY_FILE, keyfile, NULL);
}

/* Sets which versions of TLS and SSL are refused, a mask. */
MI_INLINE MI_Result MI_DestinationOptions_SetSslOptions(MI_DestinationOptions *options,
                                                        MI_Uint32 sslOptions)
{
    return MI_DestinationOptions_SetNumber(options, MI_DEST_OPTION_SSL_OPTIONS, sslOptions);
}

/* Gets which versions of TLS and SSL are refused, a mask. */
MI_INLINE MI_Result MI_DestinationOptions_GetSslOptions(MI_DestinationOptions *options,
                                                        MI_Uint32 *sslOptions)
{
    return MI_DestinationOptions_GetNumber(options, MI_DEST_OPTION_SSL_OPTIONS, sslOptions, NULL);
}

#ifdef __cplusplus
}
#endif

#endif
