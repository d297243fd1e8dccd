/*
 * mi/operation.h: one operation, as its client sees it.
 *
 * A function of mi/session.h starts it. Its results arrive in one of two ways. With a result
 * callback in MI_OperationCallbacks they come to it, on a thread of the library. Without, they
 * are fetched with MI_Operation_GetInstance, GetIndication or GetClass, which block. Either way
 * the last one, and none before, has moreResults MI_FALSE, canceled or not; then the operation
 * is to be closed.
 */
#ifndef MIHOST_MI_OPERATION_H
#define MIHOST_MI_OPERATION_H

#include <mi/class.h>
#include <mi/context.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_Operation MI_Operation;
typedef struct _MI_Session MI_Session;

/* The answer of a client to a question: for this one, or for all of this operation. [page] */
typedef enum _MI_OperationCallback_ResponseType {
    MI_OperationCallback_ResponseType_No = 0,
    MI_OperationCallback_ResponseType_Yes = 1,
    MI_OperationCallback_ResponseType_NoToAll = 2,
    MI_OperationCallback_ResponseType_YesToAll = 3,
} MI_OperationCallback_ResponseType;

/*
 * A question of the provider. Answered by calling promptUserResult, once, now or later; NULL
 * means that no answer is awaited.
 */
typedef void (*MI_OperationCallback_PromptUser)(
    MI_Operation *operation, void *callbackContext, const MI_Char *message,
    MI_PromptType promptType,
    MI_Result (*promptUserResult)(MI_Operation *operation,
                                  MI_OperationCallback_ResponseType response));

/*
 * An error that the provider does not want to end with: shall it go on? Answered by calling
 * writeErrorResult, as above. The instance is a CIM_Error, valid during the call.
 */
typedef void (*MI_OperationCallback_WriteError)(
    MI_Operation *operation, void *callbackContext, MI_Instance *instance,
    MI_Result (*writeErrorResult)(MI_Operation *operation,
                                  MI_OperationCallback_ResponseType response));

/* A message of the provider, on a channel (MI_WRITEMESSAGE_CHANNEL_*). */
typedef void (*MI_OperationCallback_WriteMessage)(MI_Operation *operation, void *callbackContext,
                                                  MI_Uint32 channel, const MI_Char *message);

/* How far the provider is; see MI_Context_WriteProgress. */
typedef void (*MI_OperationCallback_WriteProgress)(MI_Operation *operation, void *callbackContext,
                                                   const MI_Char *activity,
                                                   const MI_Char *currentOperation,
                                                   const MI_Char *statusDescription,
                                                   MI_Uint32 percentageComplete,
                                                   MI_Uint32 secondsRemaining);

/*
 * One result of an operation on instances; NULL when there is none, as in a result that only
 * ends. Everything is valid during the call. With MI_OPERATIONFLAGS_MANUAL_ACK_RESULTS the next
 * one comes after resultAcknowledgement, which is NULL otherwise, was called; the values are
 * valid until then.
 */
typedef void (*MI_OperationCallback_Instance)(
    MI_Operation *operation, void *callbackContext, const MI_Instance *instance,
    MI_Boolean moreResults, MI_Result resultCode, const MI_Char *errorString,
    const MI_Instance *errorDetails, MI_Result (*resultAcknowledgement)(MI_Operation *operation));

/* One indication of a subscription; otherwise as MI_OperationCallback_Instance. */
typedef void (*MI_OperationCallback_Indication)(
    MI_Operation *operation, void *callbackContext, const MI_Instance *instance,
    const MI_Char *bookmark, const MI_Char *machineID, MI_Boolean moreResults, MI_Result resultCode,
    const MI_Char *errorString, const MI_Instance *errorDetails,
    MI_Result (*resultAcknowledgement)(MI_Operation *operation));

/* One result of an operation on classes; otherwise as MI_OperationCallback_Instance. */
typedef void (*MI_OperationCallback_Class)(
    MI_Operation *operation, void *callbackContext, const MI_Class *classResult,
    MI_Boolean moreResults, MI_Result resultCode, const MI_Char *errorString,
    const MI_Instance *errorDetails, MI_Result (*resultAcknowledgement)(MI_Operation *operation));

/* A part of an out parameter that the provider streams; see MI_Context_WriteStreamParameter. */
typedef void (*MI_OperationCallback_StreamedParameter)(
    MI_Operation *operation, void *callbackContext, const MI_Char *parameterName,
    MI_Type resultType, const MI_Value *result,
    MI_Result (*resultAcknowledgement)(MI_Operation *operation));

/*
 * What a client wants to be called for; NULL is what it does not. All calls come from threads of
 * the library, for one operation one at a time. [page]
 */
typedef struct _MI_OperationCallbacks {
    void *callbackContext;
    MI_OperationCallback_PromptUser promptUser;
    MI_OperationCallback_WriteError writeError;
    MI_OperationCallback_WriteMessage writeMessage;
    MI_OperationCallback_WriteProgress writeProgress;
    MI_OperationCallback_Instance instanceResult;
    MI_OperationCallback_Indication indicationResult;
    MI_OperationCallback_Class classResult;
    MI_OperationCallback_StreamedParameter streamedParameterResult;
} MI_OperationCallbacks;

/* No callback at all, to begin with. */
#define MI_OPERATIONCALLBACKS_NULL                                                                 \
    {                                                                                              \
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL                                       \
    }

/* The functions of an operation; MI_Operation_* calls them. [page] */
typedef struct _MI_OperationFT {
    MI_Result (*Close)(MI_Operation *operation);
    MI_Result (*Cancel)(MI_Operation *operation, MI_CancellationReason reason);
    MI_Result (*GetSession)(MI_Operation *operation, MI_Session *session);
    MI_Result (*GetInstance)(MI_Operation *operation, const MI_Instance **instance,
                             MI_Boolean *moreResults, MI_Result *result,
                             const MI_Char **errorMessage, const MI_Instance **completionDetails);
    MI_Result (*GetIndication)(MI_Operation *operation, const MI_Instance **instance,
                               const MI_Char **bookmark, const MI_Char **machineID,
                               MI_Boolean *moreResults, MI_Result *result,
                               const MI_Char **errorMessage, const MI_Instance **completionDetails);
    MI_Result (*GetClass)(MI_Operation *operation, const MI_Class **classResult,
                          MI_Boolean *moreResults, MI_Result *result, const MI_Char **errorMessage,
                          const MI_Instance **completionDetails);
} MI_OperationFT;

/*
 * One operation, as its client sees it. In memory of the client, which must not move while it is
 * open. [page]
 */
typedef struct _MI_Operation {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_OperationFT *ft;
} MI_Operation;

#define MI_OPERATION_NULL MI_NOT_MADE

/*
 * Ends an operation, once for each that was started. An operation whose results are fetched must
 * have had its last one. [page]
 */
MI_INLINE MI_Result MI_Operation_Close(MI_Operation *operation)
{
    return MI_FORWARD(operation, Close, (operation));
}

/*
 * Cancels the operation: a wish, which returns at once. Results that are on their way may still
 * come; the last one does, with moreResults MI_FALSE. A second one changes nothing. [page]
 */
MI_INLINE MI_Result MI_Operation_Cancel(MI_Operation *operation, MI_CancellationReason reason)
{
    return MI_FORWARD(operation, Cancel, (operation, reason));
}

/* Gets the session that the operation was started on, which need not be closed again. [page] */
MI_INLINE MI_Result MI_Operation_GetSession(MI_Operation *operation, MI_Session *session)
{
    return MI_FORWARD(operation, GetSession, (operation, session));
}

/*
 * Waits for the next result of an operation on instances. *instance is NULL if there is none;
 * it, the message and the details are valid until the next call, or Close. To be called until
 * moreResults is MI_FALSE. result is the result of the operation; what the function returns is
 * about the call itself. [page]
 */
MI_INLINE MI_Result MI_Operation_GetInstance(MI_Operation *operation, const MI_Instance **instance,
                                             MI_Boolean *moreResults, MI_Result *result,
                                             const MI_Char **errorMessage,
                                             const MI_Instance **completionDetails)
{
    return MI_FORWARD(operation, GetInstance,
                      (operation, instance, moreResults, result, errorMessage, completionDetails));
}

/* Waits for the next indication of a subscription; otherwise as MI_Operation_GetInstance. [page] */
MI_INLINE MI_Result MI_Operation_GetIndication(MI_Operation *operation,
                                               const MI_Instance **instance,
                                               const MI_Char **bookmark, const MI_Char **machineID,
                                               MI_Boolean *moreResults, MI_Result *result,
                                               const MI_Char **errorMessage,
                                               const MI_Instance **completionDetails)
{
    return MI_FORWARD(operation, GetIndication,
                      (operation, instance, bookmark, machineID, moreResults, result, errorMessage,
                       completionDetails));
}

/*
 * Waits for the next result of an operation on classes; otherwise as MI_Operation_GetInstance.
 * [page]
 */
MI_INLINE MI_Result MI_Operation_GetClass(MI_Operation *operation, const MI_Class **classResult,
                                          MI_Boolean *moreResults, MI_Result *result,
                                          const MI_Char **errorMessage,
                                          const MI_Instance **completionDetails)
{
    return MI_FORWARD(
        operation, GetClass,
        (operation, classResult, moreResults, result, errorMessage, completionDetails));
}

#ifdef __cplusplus
}
#endif

#endif
