/*
 * Behaviour: what one kind of villain does in place of what an agent should.
 *
 * A behaviour is a row of villain_lawful or villain_lawless: its name, and a function for each
 * frame to which it reacts in its own way. A function puts frames into villain->out, which is
 * written when it returns. Nothing is checked here: an agent has no test to fail, it can only end.
 */
#pragma once

#include "protocol/payload.h"
#include "tests/unit/villain.h"

#define VILLAIN_BATCH "[{\"class\":\"X\",\"properties\":{\"N\":1}}]"

typedef struct Villain Villain;

/* NULL: as it should. */
typedef struct Behaviour {
    const char *name;
    void (*begin)(Villain *villain); /* in place of HELLO */
    void (*operation)(Villain *villain, uint64_t id);
    void (*cancel)(Villain *villain, uint64_t id);
    void (*credit)(Villain *villain); /* villain->credit has grown */
    void (*ping)(Villain *villain);
    void (*stop)(Villain *villain);
} Behaviour;

struct Villain {
    const Behaviour *behaviour;
    FrameReader reader;
    Buffer out;
    char input[65536];
    Span unread;
    char library[PAYLOAD_MAX_PATH + 1]; /* of CONFIG: a path that is the test's to give a meaning */
    int64_t credit;
    OperationKind kind; /* of the operation that came last */
    uint64_t last;      /* that operation: they must rise */
    uint64_t stream;    /* the operation that streams */
    uint32_t left;      /* batches that it has not sent */
    uint64_t canceled;  /* the operation whose cancel was ignored */
    bool kept;          /* KEEP was sent */
};

/* Both end with a row that has no name. */
extern const Behaviour villain_lawful[], villain_lawless[];

/* Writes what was put; ends the process if the server has gone, or has cut the villain off. */
void villain_flush(Villain *villain);

/* Waits for the end that the server brings. */
void villain_rest(void) __attribute__((noreturn));

/* Each puts one frame, or two: a cancel's RESULT is followed by RELEASED. */
void villain_put_hello(Villain *villain, uint32_t version);
void villain_put_started(Villain *villain, uint64_t id);
void villain_put_body(Villain *villain, uint64_t id, const char *body);
void villain_put_batch(Villain *villain, uint64_t id, uint32_t count, const char *json);
void villain_put_parameter(Villain *villain, uint64_t id, const char *values);
void villain_put_canceled(Villain *villain, uint64_t id);
void villain_put_released(Villain *villain, uint64_t id);

/* What an operation that succeeds has for a result; villain->kind says which. */
void villain_put_result(Villain *villain, uint64_t id);

/* A question of its kind that is in order. */
void villain_put_question(Villain *villain, uint64_t id, uint32_t number);

/* A header that promises what need not follow. */
void villain_put_header(Villain *villain, uint32_t length, uint16_t type, uint64_t id);

/* STARTED, RESULT, RELEASED: what an agent should do with an operation. */
void villain_answer(Villain *villain, uint64_t id);
