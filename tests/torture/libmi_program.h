/*
 * Program: one that uses libmi in a scene of libmi.c, and what it has seen of it.
 *
 * What it sees is written down, so that it can be compared with what it sees on any day. The first
 * result that is another than on any day is kept; the scene goes on with what it has got.
 * Functions may be called by several threads.
 */
#pragma once

#include "base/macros.h"

#include <mi.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define NAMESPACE "root/cimv2"
#define SEEN      16384

typedef struct Program {
    pthread_mutex_t lock;
    MI_Application application;
    MI_Session session;
    MI_Result failure; /* the first result that wasn't what it is on any day */
    char sentence[256];
    char seen[SEEN];
    size_t size;
} Program;

/* Writes something down that was seen. */
void note(Program *client, const char *format, ...) PRINTF_LIKE(2, 3);
void note_value(Program *client, MI_Type type, const MI_Value *value);
void note_instance(Program *client, const MI_Instance *instance); /* may be NULL */
void note_class(Program *client, const MI_Class *found);

/* A result, and the sentence with it, where @expected is that of any day. True if it was. */
bool takes(Program *client, MI_Result result, MI_Result expected, const char *sentence);

/* The same of a call that returns no sentence, and is MI_RESULT_OK on any day. */
bool is_ok(Program *client, MI_Result result);

/* Takes the last result of an operation that ends with @expected on any day. An error has a
 * sentence; without memory it needn't be the provider's, nor have details. */
void take_last(Program *client, MI_Result result, MI_Result expected, const MI_Char *message);

/* Fetches all results of an operation, writes them down, and closes it. */
void drain(Program *client, MI_Operation *operation, MI_Result expected);
void drain_classes(Program *client, MI_Operation *operation);

/* An instance of @class_name (NULL: parameters) with one element; NULL if there was no memory. */
MI_Instance *new_with(Program *client, const char *class_name, const char *name, MI_Value value,
                      MI_Type type, MI_Uint32 flags);
MI_Instance *new_sample_path(Program *client, MI_Uint32 id);
MI_Value text(const char *string);

/* Deletes an instance, if there is one. */
void drop(MI_Instance *instance);

/* The scenes: libmi_scenes.c, libmi_callbacks.c and libmi_objects.c. */
void options_are_made_copied_and_read(Program *client);
void instances_are_made_copied_and_serialized(Program *client);
void an_enumeration_with_options_is_fetched(Program *client);
void an_instance_is_kept_and_its_class_too(Program *client);
void an_error_of_the_provider_has_details(Program *client);
void classes_are_fetched(Program *client);
void a_method_gives_back_what_it_was_given(Program *client);
void an_instance_is_created_changed_and_deleted(Program *client);
void associations_are_followed(Program *client);
void operations_are_given_up(Program *client);
void questions_are_answered(Program *client);
void what_a_provider_tells_is_heard(Program *client);
void results_come_to_callbacks(Program *client);
void a_session_is_closed_aside(Program *client);
void threads_share_a_session(Program *client);
void objects_of_a_provider_are_made_and_copied(Program *client);
