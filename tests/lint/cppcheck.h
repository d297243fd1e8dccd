/*
 * For cppcheck alone, before each file: uthash's loop is more than it understands, this one isn't.
 */
#pragma once

#define HASH_ITER(hh, head, entry, next)                                                           \
    for ((entry) = (head), (next) = NULL; (entry) != NULL; (entry) = (next))
