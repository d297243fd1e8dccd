/*
 * The checker of JSON text: one pass over the bytes, driven by what may come next.
 *
 * The only memory is one bit for each bracket that is open (is it an object?). It runs over every
 * byte of every result, so that nothing behind it has to doubt the text.
 */
#include "protocol/json.h"
#include "protocol/json_scan.h"

typedef enum Expect {
    EXPECT_VALUE,         /* at the beginning, after a colon, after a comma in an array */
    EXPECT_FIRST_ELEMENT, /* after [ : a value or ] */
    EXPECT_FIRST_MEMBER,  /* after { : a key or } */
    EXPECT_MEMBER,        /* after a comma in an object: a key */
    EXPECT_NEXT,          /* after a value: a comma or the closing bracket */
    EXPECT_NOTHING,       /* after the outermost value */
} Expect;

typedef struct Checker {
    const char *at, *end;
    Expect expect;
    bool one_line; /* of white space, only the blank may stand between tokens */
    unsigned depth, max_depth;
    uint64_t is_object[JSON_DEPTH_LIMIT / 64]; /* bit n: the bracket at depth n + 1 is { */
    const char *what;                          /* what is wrong at `at` */
} Checker;

static bool fail(Checker *checker, const char *what)
{
    checker->what = checker->at == checker->end ? "the text ends early" : what;
    return false;
}

static void skip_space(Checker *checker)
{
    if (checker->one_line)
        while (checker->at < checker->end && *checker->at == ' ')
            checker->at++;
    else
        checker->at = json_skip_space(checker->at, checker->end);
}

static void value_ended(Checker *checker)
{
    checker->expect = checker->depth == 0 ? EXPECT_NOTHING : EXPECT_NEXT;
}

static bool in_object(const Checker *checker)
{
    unsigned top = checker->depth - 1;

    return (checker->is_object[top / 64] >> top % 64 & 1) != 0;
}

static bool open_bracket(Checker *checker, bool object)
{
    uint64_t bit = UINT64_C(1) << checker->depth % 64;

    if (checker->depth == checker->max_depth)
        return fail(checker, "nested too deeply");
    if (object)
        checker->is_object[checker->depth / 64] |= bit;
    else
        checker->is_object[checker->depth / 64] &= ~bit;
    checker->depth++;
    checker->at++;
    checker->expect = object ? EXPECT_FIRST_MEMBER : EXPECT_FIRST_ELEMENT;
    return true;
}

static bool close_bracket(Checker *checker)
{
    checker->at++;
    checker->depth--;
    value_ended(checker);
    return true;
}

static bool check_word(Checker *checker, const char *word)
{
    for (; *word != '\0'; word++, checker->at++)
        if (checker->at == checker->end || *checker->at != *word)
            return fail(checker, "unexpected character");
    value_ended(checker);
    return true;
}

static bool is_digit(const Checker *checker)
{
    return checker->at < checker->end && *checker->at >= '0' && *checker->at <= '9';
}

static bool is_one_of(const Checker *checker, char a, char b)
{
    return checker->at < checker->end && (*checker->at == a || *checker->at == b);
}

static bool check_digits(Checker *checker)
{
    if (!is_digit(checker))
        return fail(checker, "a number lacks a digit");
    while (is_digit(checker))
        checker->at++;
    return true;
}

static bool check_number(Checker *checker)
{
    if (*checker->at == '-')
        checker->at++;
    if (is_one_of(checker, '0', '0'))
        checker->at++; /* and no digit behind it */
    else if (!check_digits(checker))
        return false;
    if (is_one_of(checker, '.', '.')) {
        checker->at++;
        if (!check_digits(checker))
            return false;
    }
    if (is_one_of(checker, 'e', 'E')) {
        checker->at++;
        if (is_one_of(checker, '+', '-'))
            checker->at++;
        if (!check_digits(checker))
            return false;
    }
    value_ended(checker);
    return true;
}

static bool check_hex(Checker *checker, unsigned *ret)
{
    *ret = 0;
    for (unsigned i = 0; i < 4; i++, checker->at++) {
        char c = checker->at < checker->end ? *checker->at : '\0';

        if (c >= '0' && c <= '9')
            *ret = *ret << 4 | (unsigned)(c - '0');
        else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
            *ret = *ret << 4 | ((unsigned)(c & 7) + 9);
        else
            return fail(checker, "\\u without four hexadecimal digits");
    }
    return true;
}

/* The four digits behind \u; half of a surrogate pair needs its other half. */
static bool check_unicode(Checker *checker)
{
    unsigned high, low;

    if (!check_hex(checker, &high))
        return false;
    if (high < 0xD800 || high > 0xDFFF)
        return true;
    if (high < 0xDC00 && is_one_of(checker, '\\', '\\')) {
        checker->at++;
        if (is_one_of(checker, 'u', 'u')) {
            checker->at++;
            if (!check_hex(checker, &low))
                return false;
            if (low >= 0xDC00 && low <= 0xDFFF)
                return true;
        }
    }
    return fail(checker, "half of a surrogate pair");
}

static bool check_escape(Checker *checker)
{
    checker->at++;
    if (checker->at == checker->end)
        return fail(checker, NULL);
    switch (*checker->at) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        checker->at++;
        return true;
    case 'u':
        checker->at++;
        return check_unicode(checker);
    default:
        return fail(checker, "unknown escape");
    }
}

static bool check_string(Checker *checker)
{
    checker->at++;
    for (;;) {
        checker->at = json_skip_plain(checker->at, checker->end);
        if (checker->at == checker->end)
            return fail(checker, NULL);
        if (*checker->at == '"') {
            checker->at++;
            return true;
        }
        if (*checker->at == '\\') {
            if (!check_escape(checker))
                return false;
        } else {
            size_t size = json_utf8_size(checker->at, (size_t)(checker->end - checker->at));

            if (size <= 1)
                return fail(checker, size == 0 ? "not UTF-8" : "a control character in a string");
            checker->at += size;
        }
    }
}

static bool check_value(Checker *checker)
{
    switch (*checker->at) {
    case '{':
        return open_bracket(checker, true);
    case '[':
        return open_bracket(checker, false);
    case '"':
        value_ended(checker);
        return check_string(checker);
    case 't':
        return check_word(checker, "true");
    case 'f':
        return check_word(checker, "false");
    case 'n':
        return check_word(checker, "null");
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return check_number(checker);
    default:
        return fail(checker, "a value is expected");
    }
}

static bool check_key(Checker *checker)
{
    if (*checker->at != '"')
        return fail(checker, "a member's name in quotes is expected");
    if (!check_string(checker))
        return false;
    skip_space(checker);
    if (!is_one_of(checker, ':', ':'))
        return fail(checker, "a colon is expected");
    checker->at++;
    checker->expect = EXPECT_VALUE;
    return true;
}

static bool check_next(Checker *checker)
{
    bool object = in_object(checker);

    if (*checker->at == (object ? '}' : ']'))
        return close_bracket(checker);
    if (*checker->at != ',')
        return fail(checker, object ? "a comma or } is expected" : "a comma or ] is expected");
    checker->at++;
    checker->expect = object ? EXPECT_MEMBER : EXPECT_VALUE;
    return true;
}

static bool check_token(Checker *checker)
{
    skip_space(checker);
    if (checker->at == checker->end) {
        if (checker->expect != EXPECT_NOTHING)
            return fail(checker, NULL);
        return true;
    }
    switch (checker->expect) {
    case EXPECT_FIRST_ELEMENT:
        return *checker->at == ']' ? close_bracket(checker) : check_value(checker);
    case EXPECT_VALUE:
        return check_value(checker);
    case EXPECT_FIRST_MEMBER:
        return *checker->at == '}' ? close_bracket(checker) : check_key(checker);
    case EXPECT_MEMBER:
        return check_key(checker);
    case EXPECT_NEXT:
        return check_next(checker);
    case EXPECT_NOTHING:
    default:
        return fail(checker, "something follows the value");
    }
}

static bool check(Span text, unsigned max_depth, bool one_line, JsonFault *fault)
{
    Checker checker = {
        .at = text.data,
        .end = text.size == 0 ? text.data : text.data + text.size,
        .one_line = one_line,
        .max_depth = max_depth < JSON_DEPTH_LIMIT ? max_depth : JSON_DEPTH_LIMIT,
    };
    bool ok = true;

    while (ok && (checker.at < checker.end || checker.expect != EXPECT_NOTHING))
        ok = check_token(&checker);
    if (!ok && fault != NULL)
        *fault = (JsonFault){(size_t)(checker.at - text.data), checker.what};
    return ok;
}

bool json_check(Span text, unsigned max_depth, JsonFault *fault)
{
    return check(text, max_depth, false, fault);
}

bool json_check_line(Span text, unsigned max_depth, JsonFault *fault)
{
    return check(text, max_depth, true, fault);
}
