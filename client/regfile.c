#include "client/regfile.h"

#include "base/keyvalue.h"
#include "client/view.h"
#include "protocol/json.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A value that a line takes as it is: the reader drops spaces at its ends, and quotes. */
static bool is_value(const char *text)
{
    size_t length = strlen(text);

    if (length == 0 || length > KEYVALUE_MAX_LINE / 2 || text[0] == '"' || text[0] == ' ' ||
        text[length - 1] == ' ')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (iscntrl((unsigned char)text[i]))
            return false;
    }
    return true;
}

int regfile_check_head(const RegfileHead *head, Buffer *why)
{
    if (!is_value(head->library))
        buffer_printf(why, "'%s': no registration can hold this path", head->library);
    else if (!is_value(head->hosting))
        buffer_printf(why, "--hosting '%s': it is @requestor@ or a user's name", head->hosting);
    else
        return 0;
    return -EINVAL;
}

/* Appends @value, a JSON string that is a class's name as registrations have it. */
static int put_class_name(Buffer *to, Span value, Buffer *why)
{
    bool is_name =
        view_is_string(value) && value.size > 2 && !isdigit((unsigned char)value.data[1]);

    for (size_t i = 1; is_name && i + 1 < value.size; i++)
        is_name = isalnum((unsigned char)value.data[i]) || value.data[i] == '_';
    if (!is_name) {
        buffer_put_string(why, "the schema names a class that no registration can hold: ");
        view_put_json(why, value);
        return -EBADMSG;
    }
    buffer_put(to, value.data + 1, value.size - 2);
    return 0;
}

/* Appends `:Base` for each base, the nearest first. */
static int put_bases(Buffer *to, Span class, Buffer *why)
{
    Span bases, base;
    int r = 0;

    if (!view_member(class, "bases", &bases))
        return 0;
    while (r == 0 && json_next_element(&bases, &base)) {
        buffer_put_char(to, ':');
        r = put_class_name(to, base, why);
    }
    return r;
}

/* Appends `{Left,Right}` for an association. */
static int put_ends(Buffer *to, Span class, Buffer *why)
{
    Span association, left, right;
    int r;

    if (!view_member(class, "association", &association) || span_equals(association, "null"))
        return 0;
    if (!view_member(association, "left", &left) || !view_member(association, "right", &right)) {
        buffer_put_string(why, "the schema has an association without left or right");
        return -EBADMSG;
    }
    buffer_put_char(to, '{');
    r = put_class_name(to, left, why);
    buffer_put_char(to, ',');
    if (r == 0)
        r = put_class_name(to, right, why);
    buffer_put_char(to, '}');
    return r;
}

static bool is_true(Span class, const char *member)
{
    Span value;

    return view_member(class, member, &value) && span_equals(value, "true");
}

/* What the line of @class begins with. */
static const char *key_of(Span class)
{
    if (is_true(class, "extra"))
        return "EXTRACLASS="; /* an indication that nobody sends, like CIM_Error, too */
    return is_true(class, "indication") ? "INDICATIONCLASS=" : "CLASS=";
}

static int put_class(Buffer *to, Span class, Buffer *why)
{
    size_t before = to->size;
    Span name = {NULL, 0};
    int r;

    buffer_put_string(to, key_of(class));
    if (!view_member(class, "name", &name)) {
        buffer_put_string(why, "the schema has a class without name");
        return -EBADMSG;
    }
    r = put_class_name(to, name, why);
    if (r == 0)
        r = put_bases(to, class, why);
    if (r == 0)
        r = put_ends(to, class, why);
    if (r == 0 && to->size - before > KEYVALUE_MAX_LINE) {
        buffer_put_string(why, "no line of a registration can hold the bases of class ");
        view_put_json(why, name);
        return -EBADMSG;
    }
    buffer_put_char(to, '\n');
    return r;
}

int regfile_put(Buffer *to, const RegfileHead *head, Span schema, Buffer *why)
{
    Span classes, class;
    JsonFault fault;
    size_t count = 0;
    int r = 0;

    if (!json_check(schema, JSON_MAX_DEPTH, &fault)) {
        buffer_printf(why, "its schema is not JSON at byte %zu: %s", fault.offset, fault.what);
        return -EBADMSG;
    }
    if (!view_member(json_trim(schema), "classes", &classes) || !view_is_array(classes)) {
        buffer_put_string(why, "its schema has no classes");
        return -EBADMSG;
    }
    buffer_printf(to, "LIBRARY=%s\nHOSTING=%s\n", head->library, head->hosting);
    for (; r == 0 && json_next_element(&classes, &class); count++)
        r = put_class(to, class, why);
    if (r == 0 && count == 0) {
        buffer_put_string(why, "it declares no class");
        return -EBADMSG;
    }
    return r == 0 && buffer_failed(to) ? -ENOMEM : r;
}

/* Appends what the registration of @library is called: NAME for /x/libNAME.so. */
static void put_name(Buffer *to, const char *library)
{
    const char *slash = strrchr(library, '/');
    Span name = span_of(slash == NULL ? library : slash + 1);

    if (name.size > 3 && memcmp(name.data + name.size - 3, ".so", 3) == 0)
        name.size -= 3;
    if (name.size > 3 && memcmp(name.data, "lib", 3) == 0)
        span_skip(&name, 3);
    buffer_put_span(to, name);
}

int regfile_put_path(Buffer *to, const char *folder, const char *name_space, const char *library,
                     Buffer *why)
{
    size_t begin;

    if (name_space[0] == '\0' || name_space[0] == '.' || name_space[0] == '/') {
        buffer_printf(why, "--namespace '%s': a namespace is like root/cimv2", name_space);
        return -EINVAL;
    }
    buffer_printf(to, "%s/", folder);
    begin = to->size;
    buffer_put_string(to, name_space);
    for (size_t i = begin; i < to->size; i++) {
        if (to->data[i] == '/')
            to->data[i] = '-';
    }
    buffer_put_char(to, '/');
    put_name(to, library);
    buffer_put_string(to, ".reg");
    return 0;
}

static int write_all(int fd, Span text)
{
    while (text.size > 0) {
        ssize_t written = write(fd, text.data, text.size);

        if (written < 0 && errno != EINTR)
            return -errno;
        if (written > 0)
            span_skip(&text, (size_t)written);
    }
    return fchmod(fd, 0644) < 0 || fsync(fd) < 0 ? -errno : 0;
}

int regfile_write(const char *path, Span text, RegfileMode mode)
{
    /* Not *.reg: the server, should it look right now, passes it by. */
    char *draft;
    int fd, r;

    if (asprintf(&draft, "%s.XXXXXX", path) < 0)
        return -ENOMEM;
    fd = mkostemp(draft, O_CLOEXEC);
    if (fd < 0) {
        r = -errno;
        free(draft);
        return r;
    }
    r = write_all(fd, text);
    if (close(fd) < 0 && r == 0)
        r = -errno;
    if (r == 0 && mode == REGFILE_REPLACE && rename(draft, path) < 0)
        r = -errno;
    if (r == 0 && mode == REGFILE_NEW && link(draft, path) < 0)
        r = -errno;
    if (r < 0 || mode == REGFILE_NEW)
        (void)unlink(draft);
    free(draft);
    return r;
}
