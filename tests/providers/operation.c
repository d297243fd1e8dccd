#include "tests/providers/operation.h"

#include <stdio.h>
#include <stdlib.h>

Operation *operation_new(MI_Context *context, const MI_ClassDecl *class_decl, const char *label)
{
    Operation *operation = calloc(1, sizeof(*operation));

    if (operation == NULL)
        return NULL;
    operation->context = context;
    operation->class_decl = class_decl;
    operation->holders = 1;
    snprintf(operation->label, sizeof(operation->label), "%s", label);
    pthread_mutex_init(&operation->lock, NULL);
    return operation;
}

void operation_hold(Operation *operation)
{
    pthread_mutex_lock(&operation->lock);
    operation->holders++;
    pthread_mutex_unlock(&operation->lock);
}

void operation_release(Operation *operation)
{
    bool last;

    pthread_mutex_lock(&operation->lock);
    last = --operation->holders == 0 && (operation->finished || operation->registrations == NULL);
    pthread_mutex_unlock(&operation->lock);
    if (!last)
        return;
    while (operation->registrations != NULL) {
        Registration *next = operation->registrations->next;
        free(operation->registrations);
        operation->registrations = next;
    }
    pthread_mutex_destroy(&operation->lock);
    free(operation);
}

void operation_finish(Operation *operation)
{
    pthread_mutex_lock(&operation->lock);
    operation->finished = true;
    pthread_mutex_unlock(&operation->lock);
}

bool operation_is_finished(Operation *operation)
{
    bool finished;

    pthread_mutex_lock(&operation->lock);
    finished = operation->finished;
    pthread_mutex_unlock(&operation->lock);
    return finished;
}

Registration *operation_register(Operation *operation, const char *name)
{
    Registration *registration = calloc(1, sizeof(*registration));

    if (registration == NULL)
        return NULL;
    registration->operation = operation;
    snprintf(registration->name, sizeof(registration->name), "%s", name);
    pthread_mutex_lock(&operation->lock);
    registration->next = operation->registrations;
    operation->registrations = registration;
    pthread_mutex_unlock(&operation->lock);
    return registration;
}
