/*
 * Lists whose links live in their elements.
 *
 * A List is a ring: its head is an element of its own, and an empty list or an unlinked element
 * points at itself. So an element can unlink itself without knowing its list.
 */
#pragma once

#include "base/macros.h"

#include <stdbool.h>

typedef struct List {
    struct List *next, *previous;
} List;

static inline void list_init(List *list)
{
    list->next = list->previous = list;
}

/* True for an empty list, and for an element that is on none. */
static inline bool list_is_empty(const List *list)
{
    return list->next == list;
}

/* Puts @element, which is on no list, at the end. */
static inline void list_append(List *list, List *element)
{
    element->previous = list->previous;
    element->next = list;
    list->previous->next = element;
    list->previous = element;
}

/* Takes @element off its list, if it is on one. */
static inline void list_unlink(List *element)
{
    element->previous->next = element->next;
    element->next->previous = element->previous;
    list_init(element);
}

static inline List *list_first(const List *list)
{
    return list_is_empty(list) ? NULL : list->next;
}

#define list_entry(element, Type, member) container_of(element, Type, member)

/* Steps through @list; the body must not unlink anything. */
#define list_for_each(element, list)                                                               \
    for (List *element = (list)->next; element != (list); element = element->next)

/* Steps through @list; the body may unlink and free @element, and nothing else. */
#define list_for_each_safe(element, list)                                                          \
    for (List *element = (list)->next, *element##_next = element->next; element != (list);         \
         element = element##_next, element##_next = element->next)
