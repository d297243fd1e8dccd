/*
 * mi/fields.h: properties as members of a C structure.
 *
 * A class that is declared at compile time (mi/declarations.h) has a structure: an MI_Instance
 * first, then one field for each property, of one of the types below, at the offset that its
 * declaration names. A field is a value and whether there is one: all zero bytes is a null
 * property.
 *
 * The Const types have the layout of the others. Generated structures use them, so that a
 * provider sets its properties through functions, and reads them directly.
 */
#ifndef MIHOST_MI_FIELDS_H
#define MIHOST_MI_FIELDS_H

#include <mi/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* value counts if exists is not 0. flags is for the library. [page] of each. */
#define MI_DEFINE_FIELD(name, type)                                                                \
    typedef struct _##name {                                                                       \
        type value;                                                                                \
        MI_Boolean exists;                                                                         \
        MI_Uint8 flags;                                                                            \
    } name

MI_DEFINE_FIELD(MI_BooleanField, MI_Boolean);
MI_DEFINE_FIELD(MI_Uint8Field, MI_Uint8);
MI_DEFINE_FIELD(MI_Sint8Field, MI_Sint8);
MI_DEFINE_FIELD(MI_Uint16Field, MI_Uint16);
MI_DEFINE_FIELD(MI_Sint16Field, MI_Sint16);
MI_DEFINE_FIELD(MI_Uint32Field, MI_Uint32);
MI_DEFINE_FIELD(MI_Sint32Field, MI_Sint32);
MI_DEFINE_FIELD(MI_Uint64Field, MI_Uint64);
MI_DEFINE_FIELD(MI_Sint64Field, MI_Sint64);
MI_DEFINE_FIELD(MI_Real32Field, MI_Real32);
MI_DEFINE_FIELD(MI_Real64Field, MI_Real64);
MI_DEFINE_FIELD(MI_Char16Field, MI_Char16);
MI_DEFINE_FIELD(MI_DatetimeField, MI_Datetime);
MI_DEFINE_FIELD(MI_StringField, MI_Char *);
MI_DEFINE_FIELD(MI_ReferenceField, MI_Instance *);
MI_DEFINE_FIELD(MI_InstanceField, MI_Instance *);

MI_DEFINE_FIELD(MI_BooleanAField, MI_BooleanA);
MI_DEFINE_FIELD(MI_Uint8AField, MI_Uint8A);
MI_DEFINE_FIELD(MI_Sint8AField, MI_Sint8A);
MI_DEFINE_FIELD(MI_Uint16AField, MI_Uint16A);
MI_DEFINE_FIELD(MI_Sint16AField, MI_Sint16A);
MI_DEFINE_FIELD(MI_Uint32AField, MI_Uint32A);
MI_DEFINE_FIELD(MI_Sint32AField, MI_Sint32A);
MI_DEFINE_FIELD(MI_Uint64AField, MI_Uint64A);
MI_DEFINE_FIELD(MI_Sint64AField, MI_Sint64A);
MI_DEFINE_FIELD(MI_Real32AField, MI_Real32A);
MI_DEFINE_FIELD(MI_Real64AField, MI_Real64A);
MI_DEFINE_FIELD(MI_Char16AField, MI_Char16A);
MI_DEFINE_FIELD(MI_DatetimeAField, MI_DatetimeA);
MI_DEFINE_FIELD(MI_StringAField, MI_StringA);
MI_DEFINE_FIELD(MI_ReferenceAField, MI_ReferenceA);
MI_DEFINE_FIELD(MI_InstanceAField, MI_InstanceA);

MI_DEFINE_FIELD(MI_ConstBooleanField, MI_Boolean);
MI_DEFINE_FIELD(MI_ConstUint8Field, MI_Uint8);
MI_DEFINE_FIELD(MI_ConstSint8Field, MI_Sint8);
MI_DEFINE_FIELD(MI_ConstUint16Field, MI_Uint16);
MI_DEFINE_FIELD(MI_ConstSint16Field, MI_Sint16);
MI_DEFINE_FIELD(MI_ConstUint32Field, MI_Uint32);
MI_DEFINE_FIELD(MI_ConstSint32Field, MI_Sint32);
MI_DEFINE_FIELD(MI_ConstUint64Field, MI_Uint64);
MI_DEFINE_FIELD(MI_ConstSint64Field, MI_Sint64);
MI_DEFINE_FIELD(MI_ConstReal32Field, MI_Real32);
MI_DEFINE_FIELD(MI_ConstReal64Field, MI_Real64);
MI_DEFINE_FIELD(MI_ConstChar16Field, MI_Char16);
MI_DEFINE_FIELD(MI_ConstDatetimeField, MI_Datetime);
MI_DEFINE_FIELD(MI_ConstStringField, MI_CONST MI_Char *);
MI_DEFINE_FIELD(MI_ConstReferenceField, MI_CONST MI_Instance *);
MI_DEFINE_FIELD(MI_ConstInstanceField, MI_CONST MI_Instance *);

MI_DEFINE_FIELD(MI_ConstBooleanAField, MI_ConstBooleanA);
MI_DEFINE_FIELD(MI_ConstUint8AField, MI_ConstUint8A);
MI_DEFINE_FIELD(MI_ConstSint8AField, MI_ConstSint8A);
MI_DEFINE_FIELD(MI_ConstUint16AField, MI_ConstUint16A);
MI_DEFINE_FIELD(MI_ConstSint16AField, MI_ConstSint16A);
MI_DEFINE_FIELD(MI_ConstUint32AField, MI_ConstUint32A);
MI_DEFINE_FIELD(MI_ConstSint32AField, MI_ConstSint32A);
MI_DEFINE_FIELD(MI_ConstUint64AField, MI_ConstUint64A);
MI_DEFINE_FIELD(MI_ConstSint64AField, MI_ConstSint64A);
MI_DEFINE_FIELD(MI_ConstReal32AField, MI_ConstReal32A);
MI_DEFINE_FIELD(MI_ConstReal64AField, MI_ConstReal64A);
MI_DEFINE_FIELD(MI_ConstChar16AField, MI_ConstChar16A);
MI_DEFINE_FIELD(MI_ConstDatetimeAField, MI_ConstDatetimeA);
MI_DEFINE_FIELD(MI_ConstStringAField, MI_ConstStringA);
MI_DEFINE_FIELD(MI_ConstReferenceAField, MI_ConstReferenceA);
MI_DEFINE_FIELD(MI_ConstInstanceAField, MI_ConstInstanceA);

/* Any of the array fields above, its type unknown. */
MI_DEFINE_FIELD(MI_ArrayField, MI_Array);

#undef MI_DEFINE_FIELD

#ifdef __cplusplus
}
#endif

#endif
