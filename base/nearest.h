/*
 * The nearest of some words to one that is none of them: for "did you mean".
 */
#pragma once

#include <stddef.h>

/* The one of @count words that @word is a slip of: the case is wrong, or at most two letters (one
 * of a short word) are missing, too many, or others. NULL if there is none. */
const char *nearest_of(const char *word, const char *const *words, size_t count);
