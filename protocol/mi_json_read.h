/*
 * Instances read from what a host sent: straight from the text into an instance, without a tree.
 *
 * For clients, where every property of every result is read: protocol/mi_json.h reads what a client
 * sends, with a sentence for each mistake it can make; this reads what a host wrote, as fast as it
 * can, and is content to say which property was wrong. Types come from the class, which whoever
 * reads must have asked for (find), else from "types", else from what the values look like. The
 * text is of a message that json_check() accepted; what it says is still checked against the class.
 */
#pragma once

#include "base/buffer.h"
#include "mi/shared_class.h"
#include "protocol/mi_json.h"

/*
 * Finds the class called @name (the raw text between the quotes). 0 and *@ret: its owner keeps it
 * while the reader reads; NULL: nobody declares it. Or a negative errno, which the reading returns:
 * -ENOENT if it isn't there yet, to be fetched before the text is read again.
 */
typedef int MiJsonFind(void *data, Span name, SharedClass **ret);

typedef struct MiJsonReader {
    MiJsonFind *find;
    void *data;        /* what @find gets */
    Buffer scratch;    /* a string, while it is read */
    char message[256]; /* after -EINVAL: why */
} MiJsonReader;

void mi_json_reader_init(MiJsonReader *reader, MiJsonFind *find, void *data);
void mi_json_reader_deinit(MiJsonReader *reader);

/*
 * Reads the instance @json, a checked value. *@instance is one that was read before, which is used
 * again if it is of the same class and freed if not, or NULL; in the end it is the instance that
 * was read. 0; -EINVAL with reader->message; -ENOMEM; what @find said. After an error *@instance,
 * if not NULL, is still to be freed, and its content is undefined.
 */
int mi_json_read_instance(MiJsonReader *reader, Span json, MI_Instance **instance);

/*
 * Reads the next instance of an array: *@rest is the array, or what json_next_element() leaves of
 * it, and moves on like there. 1 and *@instance as above; 0: there is none; or an error as above,
 * with
 * *@rest as it was. What has the shape that hosts write is read in one go.
 */
int mi_json_read_next(MiJsonReader *reader, Span *rest, MI_Instance **instance);

/*
 * Reads the out parameters `{P:value}` of the method @name of @shared (may be NULL), and what it
 * returned (absent if @returned.data is NULL) as MIReturn, into a new instance. Errors as above.
 */
int mi_json_read_parameters(MiJsonReader *reader, Span returned, Span parameters,
                            SharedClass *shared, const char *name, MI_Instance **ret);
