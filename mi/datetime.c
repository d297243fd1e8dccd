#include "mi/datetime.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define OFFSET_DIGITS   3
#define INTERVAL_SUFFIX ":000"

/* A place of decimal digits, and what they may say. */
typedef struct DatetimeDigits {
    unsigned width;
    MI_Uint32 minimum, maximum;
} DatetimeDigits;

static const DatetimeDigits year = {4, 0, 9999}, month = {2, 1, 12}, day = {2, 1, 31},
                            days = {8, 0, 99999999}, hour = {2, 0, 23}, minute = {2, 0, 59},
                            second = {2, 0, 59}, microsecond = {6, 0, 999999},
                            offset = {OFFSET_DIGITS, 0, DATETIME_MAX_OFFSET};

/* Writes @value at *@at and moves on. False if it has more digits than @digits. */
static bool put(char **at, DatetimeDigits digits, MI_Uint32 value)
{
    for (unsigned i = digits.width; i > 0; i--) {
        (*at)[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    *at += digits.width;
    return value == 0;
}

static int format_timestamp(const MI_Timestamp *from, char *at)
{
    MI_Uint32 minutes = from->utc < 0 ? 0U - (MI_Uint32)from->utc : (MI_Uint32)from->utc;
    bool fits = put(&at, year, from->year);

    fits &= put(&at, month, from->month);
    fits &= put(&at, day, from->day);
    fits &= put(&at, hour, from->hour);
    fits &= put(&at, minute, from->minute);
    fits &= put(&at, second, from->second);
    *at++ = '.';
    fits &= put(&at, microsecond, from->microseconds);
    *at++ = from->utc < 0 ? '-' : '+';
    fits &= put(&at, offset, minutes);
    return fits ? 0 : -ERANGE;
}

static int format_interval(const MI_Interval *from, char *at)
{
    bool fits = put(&at, days, from->days);

    fits &= put(&at, hour, from->hours);
    fits &= put(&at, minute, from->minutes);
    fits &= put(&at, second, from->seconds);
    *at++ = '.';
    fits &= put(&at, microsecond, from->microseconds);
    memcpy(at, INTERVAL_SUFFIX, sizeof(INTERVAL_SUFFIX) - 1);
    return fits ? 0 : -ERANGE;
}

int datetime_format(const MI_Datetime *datetime, char text[DATETIME_SIZE + 1])
{
    text[DATETIME_SIZE] = '\0';
    return datetime->isTimestamp ? format_timestamp(&datetime->u.timestamp, text)
                                 : format_interval(&datetime->u.interval, text);
}

/* Reads digits at *@at and moves on; *@r keeps the first mistake. */
static MI_Uint32 get(const char **at, DatetimeDigits digits, int *r)
{
    MI_Uint32 value = 0;

    for (unsigned i = 0; i < digits.width; i++) {
        char c = (*at)[i];

        if (c < '0' || c > '9') {
            *r = -EINVAL; /* the form counts more than a range */
            c = '0';
        }
        value = value * 10 + (MI_Uint32)(c - '0');
    }
    *at += digits.width;
    if (*r == 0 && (value < digits.minimum || value > digits.maximum))
        *r = -ERANGE;
    return value;
}

static MI_Uint32 days_in_month(MI_Uint32 in_year, MI_Uint32 in_month)
{
    static const MI_Uint32 lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (in_year % 4 == 0 && in_year % 100 != 0) || in_year % 400 == 0;

    return in_month == 2 && leap ? 29 : lengths[in_month - 1];
}

static int parse_timestamp(const char *at, MI_Timestamp *ret)
{
    int r = 0;

    ret->year = get(&at, year, &r);
    ret->month = get(&at, month, &r);
    ret->day = get(&at, day, &r);
    ret->hour = get(&at, hour, &r);
    ret->minute = get(&at, minute, &r);
    ret->second = get(&at, second, &r);
    at++; /* the point */
    ret->microseconds = get(&at, microsecond, &r);
    bool west = *at++ == '-';
    ret->utc = (MI_Sint32)get(&at, offset, &r);
    if (west)
        ret->utc = -ret->utc;
    if (r == 0 && ret->day > days_in_month(ret->year, ret->month))
        r = -ERANGE;
    return r;
}

static int parse_interval(const char *at, MI_Interval *ret)
{
    int r = 0;

    ret->days = get(&at, days, &r);
    ret->hours = get(&at, hour, &r);
    ret->minutes = get(&at, minute, &r);
    ret->seconds = get(&at, second, &r);
    at++; /* the point */
    ret->microseconds = get(&at, microsecond, &r);
    if (memcmp(at, INTERVAL_SUFFIX, sizeof(INTERVAL_SUFFIX) - 1) != 0)
        r = -EINVAL;
    return r;
}

int datetime_parse(const char *text, size_t size, MI_Datetime *ret)
{
    MI_Datetime datetime = {0};
    int r;

    if (size != DATETIME_SIZE || text[14] != '.')
        return -EINVAL;
    char kind = text[DATETIME_SIZE - OFFSET_DIGITS - 1];
    if (kind == '+' || kind == '-') {
        datetime.isTimestamp = 1;
        r = parse_timestamp(text, &datetime.u.timestamp);
    } else if (kind == ':') {
        r = parse_interval(text, &datetime.u.interval);
    } else {
        return -EINVAL;
    }
    if (r == 0)
        *ret = datetime;
    return r;
}
