#include "agent/schema.h"

#include "agent/identity.h"
#include "base/log.h"
#include "protocol/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put_name(Buffer *to, const char *name)
{
    json_put_string(to, span_of(name));
}

static void put_bases(Buffer *to, const MI_ClassDecl *decl)
{
    bool is_first = true;

    buffer_put_string(to, ",\"bases\":[");
    for (; decl->superClassDecl != NULL || decl->superClass != NULL; decl = decl->superClassDecl) {
        const MI_ClassDecl *base = decl->superClassDecl;

        if (!is_first)
            buffer_put_char(to, ',');
        is_first = false;
        put_name(to, base == NULL ? decl->superClass : base->name);
        if (base == NULL)
            break;
    }
    buffer_put_char(to, ']');
}

/* The classes of its first two references: what the association ties together. */
static int put_ends(Buffer *to, const MI_ClassDecl *decl, Fault *fault)
{
    const char *ends[2] = {NULL, NULL};
    size_t count = 0;

    for (MI_Uint32 i = 0; i < decl->numProperties && count < ARRAY_SIZE(ends); i++)
        if (decl->properties[i]->type == MI_REFERENCE)
            ends[count++] = decl->properties[i]->className;
    if (ends[0] == NULL || ends[1] == NULL)
        return fault_set_class(fault, MI_RESULT_INVALID_CLASS,
                               "association class %s: two references that name a class are "
                               "needed, and its declaration has fewer",
                               decl->name);
    buffer_put_string(to, ",\"association\":{\"left\":");
    put_name(to, ends[0]);
    buffer_put_string(to, ",\"right\":");
    put_name(to, ends[1]);
    buffer_put_char(to, '}');
    return 0;
}

/* Whether there is anything of it that could be called. */
static bool is_served(const LibraryClass *class)
{
    if (class->functions != NULL)
        return true;
    for (MI_Uint32 i = 0; i < class->decl->numMethods; i++)
        if (class->decl->methods[i]->function != NULL)
            return true;
    return false;
}

static int put_class(Buffer *to, const LibraryClass *class, Fault *fault)
{
    const MI_ClassDecl *decl = class->decl;
    int r = 0;

    buffer_put_string(to, "{\"name\":");
    put_name(to, decl->name);
    put_bases(to, decl);
    if ((decl->flags & MI_FLAG_ASSOCIATION) != 0 && is_served(class))
        r = put_ends(to, decl, fault);
    if ((decl->flags & MI_FLAG_INDICATION) != 0)
        buffer_put_string(to, ",\"indication\":true");
    if (!is_served(class))
        buffer_put_string(to, ",\"extra\":true");
    buffer_put_char(to, '}');
    return r;
}

int schema_put(Buffer *to, const Library *library, Fault *fault)
{
    bool is_first = true;
    int r = 0;

    buffer_put_string(to, "{\"classes\":[");
    for (size_t i = 0; r == 0 && i < library->class_count; i++) {
        if (!is_first)
            buffer_put_char(to, ',');
        is_first = false;
        r = put_class(to, &library->classes[i], fault);
    }
    buffer_put_string(to, "]}\n");
    return r == 0 && buffer_failed(to) ? fault_set_memory(fault) : r;
}

static int write_all(int fd, Span text)
{
    while (text.size > 0) {
        ssize_t written = write(fd, text.data, text.size);

        if (written >= 0)
            span_skip(&text, (size_t)written);
        else if (errno != EINTR)
            return -errno;
    }
    return 0;
}

/* Where the answer goes, kept from the library, whose words go to standard error. -1: it can't be
 * kept, and words of the library would be taken for the answer. */
static int take_output(void)
{
    int fd = dup(STDOUT_FILENO);

    if (fd >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
        return fd;
    log_error("cannot set standard output aside: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static int print(int output, const char *path)
{
    Buffer text CLEANUP(buffer_deinit) = BUFFER_INIT;
    Library library;
    Fault fault;
    int r;

    if (library_init(&library, path, NULL, NULL) < 0) {
        log_error("out of memory");
        library_deinit(&library);
        return -1;
    }
    r = library_open(&library, &fault);
    if (r == 0) {
        r = schema_put(&text, &library, &fault);
        if (r < 0)
            log_error("the library '%s': %s", path, fault.message);
    }
    if (r == 0) {
        r = write_all(output, buffer_span(&text));
        if (r < 0)
            log_error("cannot write the schema: %s", strerror(-r));
    }
    library_deinit(&library);
    return r < 0 ? -1 : 0;
}

int schema_print(const char *path)
{
    char *whole = realpath(path, NULL);
    int output, r = -1;

    if (whole == NULL) {
        log_error("cannot open the provider library '%s': %s", path, strerror(errno));
        return -1;
    }
    output = take_output();
    if (output >= 0 && identity_assume_nobody() == 0)
        r = print(output, whole);
    free(whole);
    return r;
}
