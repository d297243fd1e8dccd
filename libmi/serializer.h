/*
 * Serializers: instances and classes as JSON, as the protocol has them (protocol/mi_json.h).
 */
#pragma once

#include <mi.h>

extern const MI_SerializerFT mi_serializer_ft;
extern const MI_DeserializerFT mi_deserializer_ft;

/* @format is "MI_JSON", or NULL for it; another one is MI_RESULT_NOT_SUPPORTED. @flags are 0. */
MI_Result serializer_new(MI_Uint32 flags, const MI_Char *format, MI_Serializer *ret);
MI_Result deserializer_new(MI_Uint32 flags, const MI_Char *format, MI_Deserializer *ret);
