/* mi/serializer.h: part of the MI interface. */
#ifndef MIHOST_MI_SERIALIZER_H
#define MIHOST_MI_SERIALIZER_H

#include <mi/class.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Serializer flags. */

#define MI_SERIALIZER_FLAGS_CLASS_DEEP          1
#define MI_SERIALIZER_FLAGS_INSTANCE_WITH_CLASS 1

typedef struct _MI_Serializer {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
} MI_Serializer;

typedef struct _MI_SerializerFT {
    MI_Result(MI_CALL *Close)(MI_Serializer *serializer);
    MI_Result(MI_CALL *SerializeClass)(MI_Serializer *serializer, MI_Uint32 flags,
                                       const MI_Class *classObject, MI_Uint8 *clientBuffer,
                                       MI_Uint32 clientBufferLength, MI_Uint32 *clientBufferNeeded);
    MI_Result(MI_CALL *SerializeInstance)(MI_Serializer *serializer, MI_Uint32 flags,
                                          const MI_Instance *instance, MI_Uint8 *clientBuffer,
                                          MI_Uint32 clientBufferLength,
                                          MI_Uint32 *clientBufferNeeded);
} MI_SerializerFT;

typedef struct _MI_Deserializer {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
} MI_Deserializer;

typedef MI_Result(MI_CALL *MI_Deserializer_ClassObjectNeeded)(void *context,
                                                              const MI_Char *serverName,
                                                              const MI_Char *namespaceName,
                                                              const MI_Char *className,
                                                              MI_Class **requestedClassObject);

typedef struct _MI_DeserializerFT {
    MI_Result(MI_CALL *Close)(MI_Deserializer *deserializer);
    MI_Result(MI_CALL *DeserializeClass)(MI_Deserializer *deserializer, MI_Uint32 flags,
                                         MI_Uint8 *buffer, MI_Uint32 bufferLength,
                                         MI_Class *parentClass, const MI_Char *serverName,
                                         const MI_Char *namespaceName,
                                         MI_Deserializer_ClassObjectNeeded classObjectNeeded,
                                         void *classObjectNeededContext, MI_Uint32 *bufferRead,
                                         MI_Class **classObject, MI_Instance **cimError);
    MI_Result(MI_CALL *Class_GetClassName)(MI_Deserializer *deserializer, MI_Uint8 *buffer,
                                           MI_Uint32 bufferLength, MI_Char *name,
                                           MI_Uint32 *nameLength, MI_Instance **cimError);
    MI_Result(MI_CALL *Class_GetParentClassName)(MI_Deserializer *deserializer, MI_Uint8 *buffer,
                                                 MI_Uint32 bufferLength, MI_Char *name,
                                                 MI_Uint32 *nameLength, MI_Instance **cimError);
    MI_Result(MI_CALL *DeserializeInstance)(MI_Deserializer *deserializer, MI_Uint32 flags,
                                            MI_Uint8 *buffer, MI_Uint32 bufferLength,
                                            MI_Class **classObjects, MI_Uint32 numberClassObjects,
                                            MI_Deserializer_ClassObjectNeeded classObjectNeeded,
                                            void *classObjectNeededContext, MI_Uint32 *bufferRead,
                                            MI_Instance **instance, MI_Instance **cimError);
    MI_Result(MI_CALL *Instance_GetClassName)(MI_Deserializer *deserializer, MI_Uint8 *buffer,
                                              MI_Uint32 bufferLength, MI_Char *name,
                                              MI_Uint32 *nameLength, MI_Instance **cimError);
} MI_DeserializerFT;

#ifdef __cplusplus
}
#endif

#endif
