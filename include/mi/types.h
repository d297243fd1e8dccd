/*
 * mi/types.h: the values of the interface.
 *
 * Every property, parameter, qualifier and option has a type out of MI_Type and a value that is
 * kept in an MI_Value: one of 16 scalar types, or an array of one of them. A reference and an
 * embedded instance are both an MI_Instance; a reference has its keys only.
 */
#ifndef MIHOST_MI_TYPES_H
#define MIHOST_MI_TYPES_H

#include <mi/platform.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned char MI_Boolean; /* MI_TRUE or MI_FALSE */
typedef unsigned char MI_Uint8;
typedef signed char MI_Sint8;
typedef unsigned short MI_Uint16;
typedef short MI_Sint16;
typedef unsigned int MI_Uint32;
typedef int MI_Sint32;
typedef unsigned long long MI_Uint64;
typedef long long MI_Sint64;
typedef float MI_Real32;
typedef double MI_Real64;
typedef unsigned short MI_Char16; /* a UTF-16 code unit */
typedef char MI_Char;             /* of UTF-8 */
typedef const MI_Char *MI_ConstStringPtr;

/* How an operation ended: the status codes of CIM, of which 18, 19 are unused. [page] */
typedef enum _MI_Result {
    MI_RESULT_OK = 0,
    MI_RESULT_FAILED = 1,
    MI_RESULT_ACCESS_DENIED = 2,
    MI_RESULT_INVALID_NAMESPACE = 3,
    MI_RESULT_INVALID_PARAMETER = 4,
    MI_RESULT_INVALID_CLASS = 5,
    MI_RESULT_NOT_FOUND = 6,
    MI_RESULT_NOT_SUPPORTED = 7,
    MI_RESULT_CLASS_HAS_CHILDREN = 8,
    MI_RESULT_CLASS_HAS_INSTANCES = 9,
    MI_RESULT_INVALID_SUPERCLASS = 10,
    MI_RESULT_ALREADY_EXISTS = 11,
    MI_RESULT_NO_SUCH_PROPERTY = 12,
    MI_RESULT_TYPE_MISMATCH = 13,
    MI_RESULT_QUERY_LANGUAGE_NOT_SUPPORTED = 14,
    MI_RESULT_INVALID_QUERY = 15,
    MI_RESULT_METHOD_NOT_AVAILABLE = 16,
    MI_RESULT_METHOD_NOT_FOUND = 17,
    MI_RESULT_NAMESPACE_NOT_EMPTY = 20,
    MI_RESULT_INVALID_ENUMERATION_CONTEXT = 21,
    MI_RESULT_INVALID_OPERATION_TIMEOUT = 22,
    MI_RESULT_PULL_HAS_BEEN_ABANDONED = 23,
    MI_RESULT_PULL_CANNOT_BE_ABANDONED = 24,
    MI_RESULT_FILTERED_ENUMERATION_NOT_SUPPORTED = 25,
    MI_RESULT_CONTINUATION_ON_ERROR_NOT_SUPPORTED = 26,
    MI_RESULT_SERVER_LIMITS_EXCEEDED = 27,
    MI_RESULT_SERVER_IS_SHUTTING_DOWN = 28,
} MI_Result;

/* What kind of failure an error is about, for those who show it. [page] */
typedef enum _MI_ErrorCategory {
    MI_ERRORCATEGORY_NOT_SPECIFIED = 0,
    MI_ERRORCATEGORY_OPEN_ERROR = 1,
    MI_ERRORCATEGORY_CLOS_EERROR = 2,
    MI_ERRORCATEGORY_DEVICE_ERROR = 3,
    MI_ERRORCATEGORY_DEADLOCK_DETECTED = 4,
    MI_ERRORCATEGORY_INVALID_ARGUMENT = 5,
    MI_ERRORCATEGORY_INVALID_DATA = 6,
    MI_ERRORCATEGORY_INVALID_OPERATION = 7,
    MI_ERRORCATEGORY_INVALID_RESULT = 8,
    MI_ERRORCATEGORY_INVALID_TYPE = 9,
    MI_ERRORCATEGORY_METADATA_ERROR = 10,
    MI_ERRORCATEGORY_NOT_IMPLEMENTED = 11,
    MI_ERRORCATEGORY_NOT_INSTALLED = 12,
    MI_ERRORCATEGORY_OBJECT_NOT_FOUND = 13,
    MI_ERRORCATEGORY_OPERATION_STOPPED = 14,
    MI_ERRORCATEGORY_OPERATION_TIMEOUT = 15,
    MI_ERRORCATEGORY_SYNTAX_ERROR = 16,
    MI_ERRORCATEGORY_PARSER_ERROR = 17,
    MI_ERRORCATEGORY_ACCESS_DENIED = 18,
    MI_ERRORCATEGORY_RESOURCE_BUSY = 19,
    MI_ERRORCATEGORY_RESOURCE_EXISTS = 20,
    MI_ERRORCATEGORY_RESOURCE_UNAVAILABLE = 21,
    MI_ERRORCATEGORY_READ_ERROR = 22,
    MI_ERRORCATEGORY_WRITE_ERROR = 23,
    MI_ERRORCATEGORY_FROM_STDERR = 24,
    MI_ERRORCATEGORY_SECURITY_ERROR = 25,
    MI_ERRORCATEGORY_PROTOCOL_ERROR = 26,
    MI_ERRORCATEGORY_CONNECTION_ERROR = 27,
    MI_ERRORCATEGORY_AUTHENTICATION_ERROR = 28,
    MI_ERRORCATEGORY_LIMITS_EXCEEDED = 29,
    MI_ERRORCATEGORY_QUOTA_EXCEEDED = 30,
    MI_ERRORCATEGORY_NOT_ENABLED = 31,
} MI_ErrorCategory;

/* What an error code counts in: the resultType of MI_Context_PostError and the like. */
#define MI_RESULT_TYPE_ERRNO   MI_T("ERRNO")
#define MI_RESULT_TYPE_HRESULT MI_T("HRESULT")
#define MI_RESULT_TYPE_MI      MI_T("MI")
#define MI_RESULT_TYPE_WIN32   MI_T("WIN32")
#define MI_RESULT_TYPE_WINRM   MI_T("WINRM")

/* The type of a value. MI_TYPE | MI_ARRAY is the array of it. [page] */
typedef enum _MI_Type {
    MI_BOOLEAN = 0,
    MI_UINT8 = 1,
    MI_SINT8 = 2,
    MI_UINT16 = 3,
    MI_SINT16 = 4,
    MI_UINT32 = 5,
    MI_SINT32 = 6,
    MI_UINT64 = 7,
    MI_SINT64 = 8,
    MI_REAL32 = 9,
    MI_REAL64 = 10,
    MI_CHAR16 = 11,
    MI_DATETIME = 12,
    MI_STRING = 13,
    MI_REFERENCE = 14,
    MI_INSTANCE = 15,

    /* The bit that turns a scalar type into the type of its array. */
    MI_ARRAY = 16,
    MI_BOOLEANA = MI_ARRAY | MI_BOOLEAN,
    MI_UINT8A = MI_ARRAY | MI_UINT8,
    MI_SINT8A = MI_ARRAY | MI_SINT8,
    MI_UINT16A = MI_ARRAY | MI_UINT16,
    MI_SINT16A = MI_ARRAY | MI_SINT16,
    MI_UINT32A = MI_ARRAY | MI_UINT32,
    MI_SINT32A = MI_ARRAY | MI_SINT32,
    MI_UINT64A = MI_ARRAY | MI_UINT64,
    MI_SINT64A = MI_ARRAY | MI_SINT64,
    MI_REAL32A = MI_ARRAY | MI_REAL32,
    MI_REAL64A = MI_ARRAY | MI_REAL64,
    MI_CHAR16A = MI_ARRAY | MI_CHAR16,
    MI_DATETIMEA = MI_ARRAY | MI_DATETIME,
    MI_STRINGA = MI_ARRAY | MI_STRING,
    MI_REFERENCEA = MI_ARRAY | MI_REFERENCE,
    MI_INSTANCEA = MI_ARRAY | MI_INSTANCE,
} MI_Type;

/* A point in time. utc is the offset from UTC in minutes, east is positive. [page] */
typedef struct _MI_Timestamp {
    MI_Uint32 year;
    MI_Uint32 month; /* 1 to 12 */
    MI_Uint32 day;
    MI_Uint32 hour;
    MI_Uint32 minute;
    MI_Uint32 second;
    MI_Uint32 microseconds;
    MI_Sint32 utc; /* minutes */
} MI_Timestamp;

/* A span of time; its parts are added up. Months and years do not exist here. [page] */
typedef struct _MI_Interval {
    MI_Uint32 days;
    MI_Uint32 hours;
    MI_Uint32 minutes;
    MI_Uint32 seconds;
    MI_Uint32 microseconds;
    MI_Uint32 __padding1;
    MI_Uint32 __padding2;
    MI_Uint32 __padding3;
} MI_Interval;

/* The datetime of CIM: a point in time or an interval. [page] */
typedef struct _MI_Datetime {
    MI_Uint32 isTimestamp;
    union {
        MI_Timestamp timestamp; /* isTimestamp is not 0 */
        MI_Interval interval;   /* isTimestamp is 0 */
    } u;
} MI_Datetime;

typedef struct _MI_Instance MI_Instance;

/*
 * The array types: a pointer to `size` elements. Strings, references and instances are pointers, so
 * that their arrays are arrays of pointers. The Const types are for what is not to be changed.
 * [page] of each.
 */
#define MI_DEFINE_ARRAY(name, element)                                                             \
    typedef struct _##name {                                                                       \
        element *data;                                                                             \
        MI_Uint32 size;                                                                            \
    } name

MI_DEFINE_ARRAY(MI_BooleanA, MI_Boolean);
MI_DEFINE_ARRAY(MI_ConstBooleanA, MI_CONST MI_Boolean);
MI_DEFINE_ARRAY(MI_Uint8A, MI_Uint8);
MI_DEFINE_ARRAY(MI_ConstUint8A, MI_CONST MI_Uint8);
MI_DEFINE_ARRAY(MI_Sint8A, MI_Sint8);
MI_DEFINE_ARRAY(MI_ConstSint8A, MI_CONST MI_Sint8);
MI_DEFINE_ARRAY(MI_Uint16A, MI_Uint16);
MI_DEFINE_ARRAY(MI_ConstUint16A, MI_CONST MI_Uint16);
MI_DEFINE_ARRAY(MI_Sint16A, MI_Sint16);
MI_DEFINE_ARRAY(MI_ConstSint16A, MI_CONST MI_Sint16);
MI_DEFINE_ARRAY(MI_Uint32A, MI_Uint32);
MI_DEFINE_ARRAY(MI_ConstUint32A, MI_CONST MI_Uint32);
MI_DEFINE_ARRAY(MI_Sint32A, MI_Sint32);
MI_DEFINE_ARRAY(MI_ConstSint32A, MI_CONST MI_Sint32);
MI_DEFINE_ARRAY(MI_Uint64A, MI_Uint64);
MI_DEFINE_ARRAY(MI_ConstUint64A, MI_CONST MI_Uint64);
MI_DEFINE_ARRAY(MI_Sint64A, MI_Sint64);
MI_DEFINE_ARRAY(MI_ConstSint64A, MI_CONST MI_Sint64);
MI_DEFINE_ARRAY(MI_Real32A, MI_Real32);
MI_DEFINE_ARRAY(MI_ConstReal32A, MI_CONST MI_Real32);
MI_DEFINE_ARRAY(MI_Real64A, MI_Real64);
MI_DEFINE_ARRAY(MI_ConstReal64A, MI_CONST MI_Real64);
MI_DEFINE_ARRAY(MI_Char16A, MI_Char16);
MI_DEFINE_ARRAY(MI_ConstChar16A, MI_CONST MI_Char16);
MI_DEFINE_ARRAY(MI_DatetimeA, MI_Datetime);
MI_DEFINE_ARRAY(MI_ConstDatetimeA, MI_CONST MI_Datetime);
MI_DEFINE_ARRAY(MI_StringA, MI_Char *);
MI_DEFINE_ARRAY(MI_ConstStringA, MI_CONST MI_Char *MI_CONST);
MI_DEFINE_ARRAY(MI_ReferenceA, MI_Instance *);
MI_DEFINE_ARRAY(MI_ConstReferenceA, MI_CONST MI_Instance *MI_CONST);
MI_DEFINE_ARRAY(MI_InstanceA, MI_Instance *);
MI_DEFINE_ARRAY(MI_ConstInstanceA, MI_CONST MI_Instance *MI_CONST);

#undef MI_DEFINE_ARRAY

/*
 * An array of any type, for code that handles all of them alike: each array type above has this
 * layout. [page]
 */
typedef struct _MI_Array {
    void *data;
    MI_Uint32 size;
} MI_Array;

/* A value of any type: which member counts is told by the MI_Type that goes with it. [page] */
typedef union _MI_Value {
    MI_Boolean boolean;
    MI_Uint8 uint8;
    MI_Sint8 sint8;
    MI_Uint16 uint16;
    MI_Sint16 sint16;
    MI_Uint32 uint32;
    MI_Sint32 sint32;
    MI_Uint64 uint64;
    MI_Sint64 sint64;
    MI_Real32 real32;
    MI_Real64 real64;
    MI_Char16 char16;
    MI_Datetime datetime;
    MI_Char *string;
    MI_Instance *instance;
    MI_Instance *reference;
    MI_BooleanA booleana;
    MI_Uint8A uint8a;
    MI_Sint8A sint8a;
    MI_Uint16A uint16a;
    MI_Sint16A sint16a;
    MI_Uint32A uint32a;
    MI_Sint32A sint32a;
    MI_Uint64A uint64a;
    MI_Sint64A sint64a;
    MI_Real32A real32a;
    MI_Real64A real64a;
    MI_Char16A char16a;
    MI_DatetimeA datetimea;
    MI_StringA stringa;
    MI_ReferenceA referencea;
    MI_InstanceA instancea;
    MI_Array array;
} MI_Value;

#ifdef __cplusplus
}
#endif

#endif
