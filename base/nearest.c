#include "base/nearest.h"

#include <ctype.h>
#include <string.h>

#define MAX_LENGTH 64
#define SHORT_WORD 5 /* bytes; two wrong letters make another word of it */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be put in, taken out or changed to make @a of @b, whatever their case. Both
 * have at most MAX_LENGTH bytes. */
static size_t distance(const char *a, const char *b)
{
    size_t row[MAX_LENGTH + 1], width = strlen(b);

    for (size_t i = 0; i <= width; i++)
        row[i] = i;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t corner = row[0];

        row[0] = i + 1;
        for (size_t n = 0; n < width; n++) {
            size_t above = row[n + 1];
            int differs = tolower((unsigned char)a[i]) != tolower((unsigned char)b[n]);

            row[n + 1] = least(least(above, row[n]) + 1, corner + (size_t)differs);
            corner = above;
        }
    }
    return row[width];
}

const char *nearest_of(const char *word, const char *const *words, size_t count)
{
    size_t best = strlen(word) <= SHORT_WORD ? 2 : 3; /* as far as this is too far */
    const char *found = NULL;

    if (strlen(word) > MAX_LENGTH)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t now = strlen(words[i]) > MAX_LENGTH ? best : distance(word, words[i]);

        if (now < best) {
            best = now;
            found = words[i];
        }
    }
    return found;
}
