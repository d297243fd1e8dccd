/*
 * Object paths, as the command line has them: MOF's notation.
 *
 *     Linux_Process.Handle="42"
 *     root/cimv2:CIM_Pair.Name="a \"b\"",Index=3,Active=TRUE
 *     Linux_System=@                      the only instance of its class
 *     CIM_RunningOS.Dependent={Linux_System=@},Antecedent={OS.Name="a"}
 *
 * A value in double quotes is a string, with MOF's escapes; a bare word is an integer, TRUE or
 * FALSE; a path in braces is a reference to an instance. (MOF writes references as strings, and
 * knows them by the class's declaration, which isn't known here.) An integer that a JSON number
 * cannot hold is sent as a decimal string, as 64-bit integers are.
 */
#pragma once

#include "base/buffer.h"

typedef enum PathKind {
    PATH_CLASS,    /* a class name, nothing else */
    PATH_INSTANCE, /* keys follow, or =@ */
} PathKind;

typedef struct Path {
    PathKind kind;
    Span name_space; /* in the text that was parsed; absent: data is NULL */
    Span class_name; /* in the text that was parsed */
    Buffer keys;     /* `"Handle":"42",...`: words_put_member adds to it */
} Path;

/* 0; -EINVAL with a sentence appended to @why; -ENOMEM. To be ended by path_deinit in each case. */
int path_parse(Path *path, const char *text, Buffer *why);
void path_deinit(Path *path);

/* As path_parse, and only a class will do: -EINVAL for an instance. @verb wants it, for the
 * sentence. */
int path_parse_class(Path *path, const char *text, const char *verb, Buffer *why);

/* As path_parse, of the words of a command line: a path, or a class and its keys as words of their
 * own (client/words.h). -EINVAL for a class alone. */
int path_parse_instance(Path *path, int count, char **words, const char *verb, Buffer *why);

/* Appends the path as the protocol has it: `{"class":...,"properties":{...}}`. */
void path_put_json(const Path *path, Buffer *to);
