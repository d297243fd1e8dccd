/*
 * The bytes of JSON: what the checker, the walkers and the writer of protocol/json.h share.
 *
 * A byte of a string is plain if it stands for itself and ends nothing: ASCII from 0x20 on, but for
 * the quote and the backslash. Nearly all bytes of results are, so runs of them are skipped eight
 * at a time.
 */
#pragma once

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define JSON_EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline bool json_is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static inline bool json_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline const char *json_skip_space(const char *at, const char *end)
{
    while (at < end && json_is_space(*at))
        at++;
    return at;
}

/*
 * The first byte from @at on that isn't plain, or @end.
 *
 * A byte below 0x80 from which n is taken away has its top bit set if it was less than n. It then
 * borrows from the byte above it, whose own answer may be wrong: only the lowest bit counts.
 */
static inline const char *json_skip_plain(const char *at, const char *end)
{
    while (end - at >= 8) {
        uint64_t word, stop;

        memcpy(&word, at, sizeof(word));
        word = le64toh(word);
        stop = word | (word - JSON_EACH_BYTE(0x20)) |
               ((word ^ JSON_EACH_BYTE('"')) - JSON_EACH_BYTE(1)) |
               ((word ^ JSON_EACH_BYTE('\\')) - JSON_EACH_BYTE(1));
        stop &= JSON_EACH_BYTE(0x80);
        if (stop != 0)
            return at + __builtin_ctzll(stop) / 8;
        at += 8;
    }
    while (at < end && json_is_plain((unsigned char)*at))
        at++;
    return at;
}

/* The size of the UTF-8 character at @at, of which @size bytes, at least one, are there: 1 to 4, or
 * 0 for what is none: overlong, a surrogate, above U+10FFFF, cut off. */
static inline size_t json_utf8_size(const char *at, size_t size)
{
    const unsigned char *c = (const unsigned char *)at;
    unsigned char low = 0x80, high = 0xBF;
    size_t length = c[0] < 0xE0 ? 2 : c[0] < 0xF0 ? 3 : 4;

    if (c[0] < 0x80)
        return 1;
    if (c[0] < 0xC2 || c[0] > 0xF4 || size < length)
        return 0;
    /* The second byte is what rules out the forms that are too long and the values that are none.
     */
    if (c[0] == 0xE0)
        low = 0xA0;
    else if (c[0] == 0xED)
        high = 0x9F;
    else if (c[0] == 0xF0)
        low = 0x90;
    else if (c[0] == 0xF4)
        high = 0x8F;
    if (c[1] < low || c[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    return length;
}
