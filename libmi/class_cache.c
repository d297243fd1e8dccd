#include "libmi/class_cache.h"

#include "libmi/body.h"
#include "protocol/mi_json_class.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

void class_cache_init(ClassCache *cache)
{
    list_init(&cache->entries);
}

void class_cache_deinit(ClassCache *cache)
{
    while (!list_is_empty(&cache->entries)) {
        ClassEntry *entry = list_entry(list_first(&cache->entries), ClassEntry, link);

        list_unlink(&entry->link);
        shared_class_unref(entry->shared);
        free(entry);
    }
}

ClassEntry *class_cache_find(ClassCache *cache, const char *name_space, Span name)
{
    list_for_each (link, &cache->entries) {
        ClassEntry *entry = list_entry(link, ClassEntry, link);

        if (span_equals_nocase(name, entry->name) && strcasecmp(name_space, entry->name_space) == 0)
            return entry;
    }
    return NULL;
}

/* The entry has got what it was asked for, or never will; who waits for it is woken. */
static void settle(ClassEntry *entry, ClassState state)
{
    Connection *connection = take_pointer(entry->connection);

    entry->state = state;
    connection_wake_all(connection);
    connection_unref(connection);
}

/* Reads the class in `{"class": {...}}`: what is known of it then. */
static ClassState read_class(Span result, SharedClass **ret)
{
    Span json = json_find_member(result, "class");
    MiJsonError error;
    int r = -EINVAL;

    if (body_is(json, JSON_OBJECT))
        r = mi_json_get_class(json, ret, NULL, &error);
    if (r == -ENOMEM) /* not unknown: values would be handed over as what they look like */
        return CLASS_UNREAD;
    return r < 0 ? CLASS_UNKNOWN : CLASS_KNOWN;
}

static void on_event(Pending *pending, Event *event)
{
    ClassEntry *entry = container_of(pending, ClassEntry, pending);

    if (event->kind == EVENT_RESULT) {
        settle(entry, read_class(event->body, &entry->shared));
    } else if (event->kind == EVENT_ERROR) {
        settle(entry, CLASS_UNKNOWN);
    }
    event_free(event);
}

static void on_lost(Pending *pending, MI_Result result, const char *why)
{
    (void)result;
    (void)why;
    settle(container_of(pending, ClassEntry, pending), CLASS_LOST);
}

static const PendingEvents events = {.on_event = on_event, .on_lost = on_lost};

static ClassEntry *entry_new(ClassCache *cache, const char *name_space, Span name)
{
    ClassEntry *entry = calloc(1, sizeof(*entry));

    if (entry == NULL)
        return NULL;
    snprintf(entry->name_space, sizeof(entry->name_space), "%s", name_space);
    snprintf(entry->name, sizeof(entry->name), "%.*s", (int)name.size, name.data);
    entry->state = CLASS_LOST;
    list_append(&cache->entries, &entry->link);
    return entry;
}

int class_cache_ask(ClassCache *cache, Connection *connection, const char *name_space, Span name,
                    ClassEntry **ret)
{
    CLEANUP(buffer_deinit) Buffer request = BUFFER_INIT;
    ClassEntry *entry = class_cache_find(cache, name_space, name);
    char id[24];

    if (name.size >= CLASS_CACHE_NAME || strlen(name_space) >= CLASS_CACHE_NAME)
        return -EINVAL;
    if (entry == NULL)
        entry = entry_new(cache, name_space, name);
    if (entry == NULL)
        return -ENOMEM;
    *ret = entry;
    if (entry->state == CLASS_ASKED)
        return 0;
    if (connection->state == CONNECTION_LOST)
        return -EPIPE;
    if (connection_add(connection, &entry->pending) < 0)
        return -ENOMEM;
    entry->pending.events = &events;
    entry->pending.due = DUE_NEVER; /* until an operation waits for it: reading.c */
    shared_class_unref(take_pointer(entry->shared));
    entry->state = CLASS_ASKED;
    entry->connection = connection_ref(connection);
    snprintf(id, sizeof(id), "%lld", (long long)entry->pending.id);
    rpc_put_request_head(&request, span_of(id), "mi/getClass");
    buffer_put_string(&request, "{\"namespace\":");
    json_put_string(&request, span_of(entry->name_space));
    buffer_put_string(&request, ",\"class\":");
    json_put_string(&request, span_of(entry->name));
    buffer_put_string(&request, "}}");
    connection_queue(connection, &request);
    return 0;
}
