#include "protocol/mi_json_real.h"

#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reads_back(const char *text, double value, bool single)
{
    return single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value;
}

/* Makes what printf wrote in the process's locale into JSON: whatever its decimal point is, `.`. */
static size_t put_point(char *text)
{
    size_t size = 0;
    bool in_point = false;

    for (const char *c = text; *c != '\0'; c++) {
        bool plain = (*c >= '0' && *c <= '9') || *c == '-' || *c == '+' || *c == 'e';

        if (plain)
            text[size++] = *c;
        else if (!in_point) /* coverage: no locale here has a longer one */
            text[size++] = '.';
        in_point = !plain;
    }
    return size;
}

size_t mi_json_format_real(double value, bool single, char text[MI_JSON_REAL_SIZE])
{
    /* Every text of DIG digits survives the way to a normal number and back. So if DIG digits read
     * back, no other text is shorter once trailing zeros are gone, as %g leaves them. */
    int digits = single ? FLT_DIG : DBL_DIG;
    double smallest = single ? (double)FLT_MIN : DBL_MIN;

    if (fabs(value) < 1e15 && trunc(value) == value && !(value == 0 && signbit(value)) &&
        (!single || fabs(value) < 1e7))
        return (size_t)snprintf(text, MI_JSON_REAL_SIZE, "%lld", (long long)value);
    if (fabs(value) < smallest)
        digits = 1; /* subnormal: as precise as they are small */
    do
        snprintf(text, MI_JSON_REAL_SIZE, "%.*g", digits++, value);
    while (!reads_back(text, value, single));
    return put_point(text);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t plain; /* whose point is a point; 0: there was no memory */

static void make_plain(void)
{
    plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

int mi_json_real_parse(Span number, double *ret)
{
    char text[64];
    double value;

    if (number.size >= sizeof(text))
        return -EINVAL;
    memcpy(text, number.data, number.size);
    text[number.size] = '\0';
    pthread_once(&once, make_plain);
    if (plain == (locale_t)0)
        return -ENOMEM;
    value = strtod_l(text, NULL, plain);
    if (!isfinite(value))
        return -EINVAL;
    *ret = value;
    return 0;
}
