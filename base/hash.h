/*
 * Hash tables: uthash, told not to end the process when memory runs out.
 *
 * An element that could not be added has `hh.tbl == NULL` afterwards: hash_has_failed asks that.
 */
#pragma once

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#define hash_has_failed(element) ((element)->hh.tbl == NULL)
