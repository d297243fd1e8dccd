#include "client/address.h"

#include "base/keyvalue.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define SCHEME        "ssh://"
#define SYSTEM_SOCKET "/run/mihost/mihost.sock"
#define USER_SOCKET   "mihost.sock" /* in $XDG_RUNTIME_DIR */
#define MAX_PART      255           /* bytes of a user or host */

void address_init(Address *address)
{
    *address = (Address){.kind = ADDRESS_SOCKET};
}

void address_deinit(Address *address)
{
    buffer_deinit(&address->name);
    buffer_deinit(&address->user);
    buffer_deinit(&address->host);
    buffer_deinit(&address->port);
}

/* True for letters, digits and what @more has, with no dash in front. */
static bool is_plain(Span text, const char *more)
{
    if (text.size == 0 || text.size > MAX_PART || text.data[0] == '-')
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '\0' || (unsigned char)c >= 0x80 ||
            (!isalnum((unsigned char)c) && strchr(more, c) == NULL))
            return false;
    }
    return true;
}

static int url_error(Buffer *why, const char *url, const char *problem)
{
    buffer_printf(why, "'%s': %s", url, problem);
    return -EINVAL;
}

/* Takes `[::1]`, or `web1`, off @rest: what comes before the port. */
static int take_host(Address *address, Span *rest)
{
    const char *end;

    if (rest->size == 0 || rest->data[0] != '[') {
        size_t size = strcspn(rest->data, ":");
        Span host = {rest->data, size};

        buffer_put_span(&address->host, host);
        span_skip(rest, size);
        return is_plain(host, ".-_") ? 0 : -EINVAL;
    }
    end = memchr(rest->data, ']', rest->size);
    if (end == NULL)
        return -EINVAL;
    Span host = {rest->data + 1, (size_t)(end - rest->data) - 1};
    buffer_put_span(&address->host, host);
    span_skip(rest, host.size + 2);
    return is_plain(host, ":.%") ? 0 : -EINVAL;
}

int address_parse_url(Address *address, const char *url, Buffer *why)
{
    unsigned long port;
    const char *at;
    Span rest;

    address->kind = ADDRESS_SSH;
    buffer_put_string(&address->name, url);
    if (strncasecmp(url, SCHEME, strlen(SCHEME)) != 0)
        return url_error(why, url, "a host is written as ssh://[USER@]HOST[:PORT]");
    rest = span_of(url + strlen(SCHEME));
    if (memchr(rest.data, '/', rest.size) != NULL)
        return url_error(why, url, "a host has no path; --socket names the socket there");
    at = memrchr(rest.data, '@', rest.size);
    if (at != NULL) {
        Span user = {rest.data, (size_t)(at - rest.data)};

        if (!is_plain(user, "._-+@"))
            return url_error(why, url,
                             "a user is letters, digits and ._-+@, without a password; name "
                             "others in ssh_config(5)");
        buffer_put_span(&address->user, user);
        span_skip(&rest, user.size + 1);
    }
    if (take_host(address, &rest) < 0)
        return url_error(why, url,
                         "a host is letters, digits and .-_, or an IPv6 address in brackets; name "
                         "others in ssh_config(5)");
    if (rest.size > 0) {
        if (rest.data[0] != ':' || keyvalue_parse_count(rest.data + 1, 1, 65535, &port) < 0)
            return url_error(why, url, "a port is :NUMBER, from 1 to 65535");
        buffer_put_u64(&address->port, port);
    }
    return buffer_string(&address->name) == NULL || buffer_string(&address->user) == NULL ||
                   buffer_string(&address->host) == NULL || buffer_string(&address->port) == NULL
               ? -ENOMEM
               : 0;
}

/* The environment's @name, unless it is empty. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value == NULL || value[0] == '\0' ? NULL : value;
}

static int choose_socket(Address *address, const Options *options)
{
    const char *folder = environment("XDG_RUNTIME_DIR");
    const char *path = options->socket != NULL ? options->socket : environment("MIHOST_SOCKET");
    Buffer *to = &address->name;

    if (path != NULL) {
        buffer_put_string(to, path);
        return buffer_string(to) == NULL ? -ENOMEM : 0;
    }
    buffer_printf(to, "%s/" USER_SOCKET, folder == NULL ? "" : folder);
    if (folder == NULL || buffer_string(to) == NULL || access(to->data, F_OK) < 0) {
        buffer_clear(to);
        buffer_put_string(to, SYSTEM_SOCKET);
    }
    return buffer_string(to) == NULL ? -ENOMEM : 0;
}

int address_choose(Address *address, const Options *options, AddressScope scope, Buffer *why)
{
    const char *host = options->host;

    if (host == NULL && options->socket == NULL && scope == ADDRESS_ANYWHERE)
        host = environment("MIHOST_HOST");
    if (host == NULL)
        return choose_socket(address, options);
    address->socket = options->socket;
    return address_parse_url(address, host, why);
}
