/*
 * FakeHost: a host that says what its script has, whatever a host should say: a thread of the test.
 *
 * It takes one connection, and answers each line with the next text of the script; an empty text is
 * no answer. ' stands for ". After the last it reads on until the client leaves, or leaves itself.
 */
#pragma once

#include "tests/support/fixture.h"

#include <pthread.h>
#include <semaphore.h>

typedef struct FakeHost {
    char path[128];
    int listener, fd;
    const char *const *script; /* ends with NULL */
    bool leaves;
    pthread_t thread;
    sem_t has_said_all;
    char heard[16384]; /* what the client said, in all; to be read after fake_stop() */
} FakeHost;

/* Listens at `path`. The script must live until fake_stop(). */
void fake_start(FakeHost *fake, const Fixture *f, const char *const *script, bool leaves);

/* Says something more, once the script has been said. For one thread. */
void fake_say(FakeHost *fake, const char *text);

/* Hangs up, once the script has been said. */
void fake_leave(FakeHost *fake);

/* Waits for its end; the client has closed its session. */
void fake_stop(FakeHost *fake);

/* The first answers of a host: to host/info (id 1), which a connection begins with, and to
 * mi/getClass (id 3), which is asked along with the first operation (id 2): a class A with an Id.
 */
#define FAKE_INFO "{'jsonrpc':'2.0','id':1,'result':{'protocol':1}}\n"
#define FAKE_CLASS                                                                                 \
    "{'jsonrpc':'2.0','id':3,'result':{'class':{'class':'A','flags':[],'qualifiers':{},"           \
    "'properties':{'Id':{'type':'uint32','key':true,'qualifiers':{}}},'methods':{}}}}\n"

/* Its answers to the request with the id @id, and a notification. */
#define FAKE_RESULT(id, result)     "{'jsonrpc':'2.0','id':" id ",'result':" result "}\n"
#define FAKE_ERROR(id, error)       "{'jsonrpc':'2.0','id':" id ",'error':" error "}\n"
#define FAKE_NOTICE(method, params) "{'jsonrpc':'2.0','method':'" method "','params':" params "}\n"
#define FAKE_QUESTION(id, method, params)                                                          \
    "{'jsonrpc':'2.0','id':" id ",'method':'" method "','params':" params "}\n"
