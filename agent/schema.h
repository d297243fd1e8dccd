/*
 * Schema: what a library declares, as one line of JSON, for who writes its registration.
 *
 *     {"classes":[{"name":"Linux_Process","bases":["CIM_Process"]},
 *                 {"name":"Linux_Runs","bases":[],"association":{"left":"A","right":"B"}}]}
 *
 * Bases stand nearest first. An indication class has "indication":true. A class that nobody
 * implements, neither with functions of its own nor with a method, has "extra":true: it is there
 * for others to derive from.
 */
#pragma once

#include "agent/library.h"

/* Appends what @library, which is open, declares, and a newline. 0; -EINVAL or -ENOMEM with @fault
 * set. */
int schema_put(Buffer *to, const Library *library, Fault *fault);

/*
 * Loads the library @path in this process, which must be about to end, and writes its schema to
 * standard output; what the library itself writes there goes to standard error. Never as root: root
 * becomes nobody first. 0; or -1, and the log says why.
 */
int schema_print(const char *path);
