/*
 * The registration of a library, as mihostd(8) reads it, made from the library's schema.
 *
 * The schema is what `mihost-agent --schema` printed, which the library may have had a hand in:
 *
 *     {"classes": [{"name": ..., "bases": [...], "association": {"left": ..., "right": ...},
 *                   "indication": true, "extra": true}]}
 *
 * where the last three members are there only if they are true of the class: an "extra" class is
 * declared, and the library has no functions for it.
 * Every name is checked before it goes into a line: none can begin another one.
 */
#pragma once

#include "base/buffer.h"

/* What a registration says beside the classes. */
typedef struct RegfileHead {
    const char *library; /* its path, absolute */
    const char *hosting; /* "@requestor@", or a user's name */
} RegfileHead;

/* 0, or -EINVAL with a sentence appended to @why, for what no registration can hold. */
int regfile_check_head(const RegfileHead *head, Buffer *why);

/* Appends a registration of the classes of @schema, any text. 0; -EBADMSG with a sentence appended
 * to @why, if it is no schema or has no classes; -ENOMEM. */
int regfile_put(Buffer *to, const RegfileHead *head, Span schema, Buffer *why);

/* Appends the path of the registration of @library in the namespace @name_space, in @folder:
 * FOLDER/root-cimv2/NAME.reg for libNAME.so. 0; -EINVAL with a sentence appended to @why. */
int regfile_put_path(Buffer *to, const char *folder, const char *name_space, const char *library,
                     Buffer *why);

typedef enum RegfileMode {
    REGFILE_NEW,     /* a file that is there stays as it is: -EEXIST */
    REGFILE_REPLACE, /* a file that is there is replaced */
} RegfileMode;

/* Writes @text to the file @path, whole or not at all. 0 or -errno. */
int regfile_write(const char *path, Span text, RegfileMode mode);
