/* mi/operation.h: part of the MI interface. */
#ifndef MIHOST_MI_OPERATION_H
#define MIHOST_MI_OPERATION_H

#include <mi/class.h>
#include <mi/context.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _MI_Operation MI_Operation;
typedef struct _MI_Session MI_Session;

typedef enum _MI_OperationCallback_ResponseType {
    MI_OperationCallback_ResponseType_No = 0,
    MI_OperationCallback_ResponseType_Yes = 1,
    MI_OperationCallback_ResponseType_NoToAll = 2,
    MI_OperationCallback_ResponseType_YesToAll = 3,
} MI_OperationCallback_ResponseType;

typedef void(MI_CALL *MI_OperationCallback_PromptUser)(
    MI_Operation *operation, void *callbackContext, const MI_Char *message,
    MI_PromptType promptType,
    MI_Result(MI_CALL *promptUserResult)(MI_Operation *operation,
                                         MI_OperationCallback_ResponseType response));

typedef void(MI_CALL *MI_OperationCallback_WriteError)(
    MI_Operation *operation, void *callbackContext, MI_Instance *instance,
    MI_Result(MI_CALL *writeErrorResult)(MI_Operation *operation,
                                         MI_OperationCallback_ResponseType response));

typedef void(MI_CALL *MI_OperationCallback_WriteMessage)(MI_Operation *operation,
                                                         void *callbackContext, MI_Uint32 channel,
                                                         const MI_Char *message);

typedef void(MI_CALL *MI_OperationCallback_WriteProgress)(
    MI_Operation *operation, void *callbackContext, const MI_Char *activity,
    const MI_Char *currentOperation, const MI_Char *statusDescription, MI_Uint32 percentageComplete,
    MI_Uint32 secondsRemaining);

typedef void(MI_CALL *MI_OperationCallback_Instance)(
    MI_Operation *operation, void *callbackContext, const MI_Instance *instance,
    MI_Boolean moreResults, MI_Result resultCode, const MI_Char *errorString,
    const MI_Instance *errorDetails,
    MI_Result(MI_CALL *resultAcknowledgement)(MI_Operation *operation));

typedef void(MI_CALL *MI_OperationCallback_Indication)(
    MI_Operation *operation, void *callbackContext, const MI_Instance *instance,
    const MI_Char *bookmark, const MI_Char *machineID, MI_Boolean moreResults, MI_Result resultCode,
    const MI_Char *errorString, const MI_Instance *errorDetails,
    MI_Result(MI_CALL *resultAcknowledgement)(MI_Operation *operation));

typedef void(MI_CALL *MI_OperationCallback_Class)(
    MI_Operation *operation, void *callbackContext, const MI_Class *classResult,
    MI_Boolean moreResults, MI_Result resultCode, const MI_Char *errorString,
    const MI_Instance *errorDetails,
    MI_Result(MI_CALL *resultAcknowledgement)(MI_Operation *operation));

typedef void(MI_CALL *MI_OperationCallback_StreamedParameter)(
    MI_Operation *operation, void *callbackContext, const MI_Char *parameterName,
    MI_Type resultType, const MI_Value *result,
    MI_Result(MI_CALL *resultAcknowledgement)(MI_Operation *operation));

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

typedef struct _MI_OperationFT {
    MI_Result(MI_CALL *Close)(MI_Operation *operation);
    MI_Result(MI_CALL *Cancel)(MI_Operation *operation, MI_CancellationReason reason);
    MI_Result(MI_CALL *GetSession)(MI_Operation *operation, MI_Session *session);
    MI_Result(MI_CALL *GetInstance)(MI_Operation *operation, const MI_Instance **instance,
                                    MI_Boolean *moreResults, MI_Result *result,
                                    const MI_Char **errorMessage,
                                    const MI_Instance **completionDetails);
    MI_Result(MI_CALL *GetIndication)(MI_Operation *operation, const MI_Instance **instance,
                                      const MI_Char **bookmark, const MI_Char **machineID,
                                      MI_Boolean *moreResults, MI_Result *result,
                                      const MI_Char **errorMessage,
                                      const MI_Instance **completionDetails);
    MI_Result(MI_CALL *GetClass)(MI_Operation *operation, const MI_Class **classResult,
                                 MI_Boolean *moreResults, MI_Result *result,
                                 const MI_Char **errorMessage,
                                 const MI_Instance **completionDetails);
} MI_OperationFT;

typedef struct _MI_Operation {
    MI_Uint64 reserved1;
    ptrdiff_t reserved2;
    const MI_OperationFT *ft;
} MI_Operation;

MI_INLINE MI_Result MI_CALL MI_Operation_Close(MI_Operation *operation)
{
    return MI_FORWARD(operation, Close, (operation));
}

MI_INLINE MI_Result MI_CALL MI_Operation_Cancel(MI_Operation *operation,
                                                MI_CancellationReason reason)
{
    return MI_FORWARD(operation, Cancel, (operation, reason));
}

MI_INLINE MI_Result MI_CALL MI_Operation_GetSession(MI_Operation *operation, MI_Session *session)
{
    return MI_FORWARD(operation, GetSession, (operation, session));
}

MI_INLINE MI_Result MI_CALL MI_Operation_GetInstance(MI_Operation *operation,
                                                     const MI_Instance **instance,
                                                     MI_Boolean *moreResults, MI_Result *result,
                                                     const MI_Char **errorMessage,
                                                     const MI_Instance **completionDetails)
{
    return MI_FORWARD(operation, GetInstance,
                      (operation, instance, moreResults, result, errorMessage, completionDetails));
}

MI_INLINE MI_Result MI_CALL MI_Operation_GetIndication(
    MI_Operation *operation, const MI_Instance **instance, const MI_Char **bookmark,
    const MI_Char **machineID, MI_Boolean *moreResults, MI_Result *result,
    const MI_Char **errorMessage, const MI_Instance **completionDetails)
{
    return MI_FORWARD(operation, GetIndication,
                      (operation, instance, bookmark, machineID, moreResults, result, errorMessage,
                       completionDetails));
}

MI_INLINE MI_Result MI_CALL MI_Operation_GetClass(MI_Operation *operation,
                                                  const MI_Class **classResult,
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
