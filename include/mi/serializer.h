/*
 * mi/serializer.h: instances and classes as bytes.
 *
 * A serializer writes into a buffer of the caller: when it is too small the call fails, and says
 * how many bytes are needed. The function tables are reached through MI_ClientFT_V1.
 */
#ifndef MIHOST_MI_SERIALIZER_H
#define MIHOST_MI_SERIALIZER_H

#include <mi/class.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Flags of serialization: of a class, of an instance. */
#define MI_SERIALIZER_FLAGS_CLASS_DEEP          1 /* with the classes that it is derived from */
#define MI_SERIALIZER_FLAGS_INSTANCE_WITH_CLASS 1 /* with its class */

/* Writes instances and classes as bytes. In memory of the client. [page] */
typedef struct _MI_Serializer {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
} MI_Serializer;

/*
 * The functions of a serializer. clientBufferNeeded gets the size of the result, also when the
 * buffer was too small. [page]
 */
typedef struct _MI_SerializerFT {
    MI_Result (*Close)(MI_Serializer *serializer);
    MI_Result (*SerializeClass)(MI_Serializer *serializer, MI_Uint32 flags,
                                const MI_Class *classObject, MI_Uint8 *clientBuffer,
                                MI_Uint32 clientBufferLength, MI_Uint32 *clientBufferNeeded);
    MI_Result (*SerializeInstance)(MI_Serializer *serializer, MI_Uint32 flags,
                                   const MI_Instance *instance, MI_Uint8 *clientBuffer,
                                   MI_Uint32 clientBufferLength, MI_Uint32 *clientBufferNeeded);
} MI_SerializerFT;

/* Reads instances and classes from bytes. In memory of the client. [page] */
typedef struct _MI_Deserializer {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
} MI_Deserializer;

/*
 * Called while something is read whose class is not known: to be answered with the class, which
 * stays the caller's. [page]
 */
typedef MI_Result (*MI_Deserializer_ClassObjectNeeded)(void *context, const MI_Char *serverName,
                                                       const MI_Char *namespaceName,
                                                       const MI_Char *className,
                                                       MI_Class **requestedClassObject);

/*
 * The functions of a deserializer. bufferRead gets how many bytes were used. Strings are copied
 * out: nameLength is the size of the buffer, then that of the string. [page]
 */
typedef struct _MI_DeserializerFT {
    MI_Result (*Close)(MI_Deserializer *deserializer);
    MI_Result (*DeserializeClass)(MI_Deserializer *deserializer, MI_Uint32 flags, MI_Uint8 *buffer,
                                  MI_Uint32 bufferLength, MI_Class *parentClass,
                                  const MI_Char *serverName, const MI_Char *namespaceName,
                                  MI_Deserializer_ClassObjectNeeded classObjectNeeded,
                                  void *classObjectNeededContext, MI_Uint32 *bufferRead,
                                  MI_Class **classObject, MI_Instance **cimError);
    MI_Result (*Class_GetClassName)(MI_Deserializer *deserializer, MI_Uint8 *buffer,
                                    MI_Uint32 bufferLength, MI_Char *name, MI_Uint32 *nameLength,
                                    MI_Instance **cimError);
    MI_Result (*Class_GetParentClassName)(MI_Deserializer *deserializer, MI_Uint8 *buffer,
                                          MI_Uint32 bufferLength, MI_Char *name,
                                          MI_Uint32 *nameLength, MI_Instance **cimError);
    MI_Result (*DeserializeInstance)(MI_Deserializer *deserializer, MI_Uint32 flags,
                                     MI_Uint8 *buffer, MI_Uint32 bufferLength,
                                     MI_Class **classObjects, MI_Uint32 numberClassObjects,
                                     MI_Deserializer_ClassObjectNeeded classObjectNeeded,
                                     void *classObjectNeededContext, MI_Uint32 *bufferRead,
                                     MI_Instance **instance, MI_Instance **cimError);
    MI_Result (*Instance_GetClassName)(MI_Deserializer *deserializer, MI_Uint8 *buffer,
                                       MI_Uint32 bufferLength, MI_Char *name, MI_Uint32 *nameLength,
                                       MI_Instance **cimError);
} MI_DeserializerFT;

#ifdef __cplusplus
}
#endif

#endif
