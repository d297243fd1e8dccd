/*
 * Cancel: what a client, the server and an agent do with one request that may be canceled, with every interleaving of their
 * steps. docs/model.md explains it, says which step is which function, and what is left out. tests/model/run checks it.
 *
 * A step is what the code does without giving its turn away: a handler of the server's loop, or what a thread of the agent does
 * between taking and giving back the operation's lock (or, to take a job, the pool's). Steps have the names of their functions,
 * states those of their enums; which state follows which is read from the tables of the code (tables.pml, made by the script).
 * Time has no length: a timer that is armed may go off at any moment.
 *
 * A property is an assertion, MUST(name, condition). What holds only in the end is asserted by the monitor, when nothing can
 * happen any more; as no run is endless (that is checked too), it comes about in every run. Variables that begin with "seen_"
 * are for the properties: no step is decided by them.
 *
 * There are three worlds, since one would be too large:
 *   (none)     providers that do all they can, and nothing that would end what got stuck
 *   -DHOST     graces, mishaps, and providers that stop doing anything
 *   -DPARTS    the same with a request of two parts
 * -DMUTANT_... takes one guard away: it must be noticed.
 */
#if defined(PARTS) && !defined(HOST)
#define HOST
#endif
#ifdef HOST
#define STEPS          1 /* calls that each thread of the provider makes on its context, at most */
#ifndef EVENTS
#define EVENTS         3 /* wishes and mishaps in one run, at most */
#endif
#define CANCEL_THREADS 1
#define UNLESS_HOST(option)
#define OR_STUCK :: true -> end_stuck: false /* does nothing more, and does not return */
#else
#define STEPS          2
#ifndef EVENTS
#define EVENTS         2
#endif
#define CANCEL_THREADS 2
#define UNLESS_HOST(option) option
#define OR_STUCK
#endif

#define MUST(property, condition) assert((condition) || !property)

/* The numbers are those of the contract. */
mtype = {
    P1_the_last_registered_is_called, P2_at_most_once, P2_with_the_reason_of_the_first_cancel,
    P3_never_after_completion, P4_no_callback_after_a_final_post, P4_never_waits_in_a_callback,
    P6_no_cancel_is_lost, P7_refused_once_delivered, P9_no_callback_after_taking_back,
    P10_no_post_sleeps_after_a_cancel, P13_released_only_when_dead, P13_uses_are_balanced,
    P13_released_in_the_end, P14_not_entered_once_canceled, C2_at_most_one_response,
    C2_a_response_in_the_end, C3_not_sent_once_canceled, C4_relayed_once,
    C5_the_response_is_what_was_decided, S1_a_lost_client_cancels, S3_a_stop_cancels,
    S6_S8_nothing_stays_behind, S6_canceled_before_it_is_killed, S7_a_death_answers_everything,
    S9_nothing_is_run_twice, frame_is_allowed, transition_is_legal
};

/* ---- Between the processes ---- */

mtype = { ASK, CANCEL_REQUEST, HANG_UP };
mtype = { FRAME_OPERATION, FRAME_CANCEL, FRAME_STOP, FRAME_STARTED, FRAME_RESULT, FRAME_RELEASED };
mtype = { MI_REASON_NONE, MI_REASON_TIMEOUT, MI_REASON_SERVICESTOP };

chan to_server = [0] of { mtype };              /* what is on its way is not sent yet, seen from here */
chan to_agent = [3] of { mtype, mtype };        /* type, reason */
chan from_agent = [3] of { mtype, bool, bool }; /* type, canceled, delivered */

byte events = EVENTS;

/* The agent's process. */
bool alive = true;
bool kill_sent; /* SIGKILL is on its way */
byte busy;      /* its threads that are at something, a bit each: its exit is seen when there is none */

/* ---- What the agent has: agent/cancel.h, agent/operation.h ---- */

mtype = { CANCEL_OPEN, CANCEL_ARMED, CANCEL_ARRIVED, CANCEL_DUE, CANCEL_RUNNING, CANCEL_DELIVERED,
          CANCEL_CLOSING, CANCEL_ENDED, CANCEL_COMPLETED, CANCEL_EXEMPT };
mtype = { OPERATION_NONE, OPERATION_QUEUED, OPERATION_PREPARING, OPERATION_ENTERED,
          OPERATION_RETURNED, OPERATION_RELEASED };
mtype = { MI_RESULT_OK, MI_RESULT_FAILED, MI_RESULT_INVALID_PARAMETER, MI_RESULT_NOT_SUPPORTED };

#define NONE 0 /* no callback */

/* Threads that can sleep. */
#define CALL   0
#define SECOND 1
#define CANCEL 2 /* either of them: they sleep in mutants only */
/* thread_callback != 0: cancel threads call in callbacks only. */
#define IN_CALLBACK(me) (me == CANCEL)

mtype cancel = CANCEL_OPEN;
mtype cancel_reason;
byte cancel_callback;
mtype phase = OPERATION_NONE;
byte uses;
bool call_job, cancel_job; /* it is on its pool's queue */
bool asleep[3];            /* waits on `changed` */
bool second_thread;        /* the provider has started it, and it has not begun */
#ifdef MUTANT_CLAIMED_WHEN_QUEUED
byte claimed;
#endif

byte seen_registered; /* the last pair that RegisterCancel took */
bool seen_posted;     /* a RESULT was sent */
bool seen_canceled;   /* and says that the operation was canceled */
bool seen_entered;    /* the provider's function was called, by any agent */
bool seen_function;   /* it has not returned */
bool seen_called;     /* a callback was called */
bool seen_inside;     /* it has not returned */
byte seen_posting;    /* threads inside a final post */
byte seen_no_room;    /* threads that wait for room in the window */
byte seen_cancels;    /* CANCEL frames that were sent to the agent */

/* ---- What the server has: server/request.h, server/call.h, server/agent.h ---- */

mtype = { REQUEST_NONE, REQUEST_RUNNING, REQUEST_CANCELING, REQUEST_ANSWERED, REQUEST_DONE };
mtype = { CALL_NONE, CALL_QUEUED, CALL_SENT, CALL_RUNNING, CALL_CANCELING, CALL_ABANDONED,
          CALL_RELEASING, CALL_DONE };
mtype = { AGENT_STARTING, AGENT_RUNNING, AGENT_DRAINING, AGENT_DRAINED, AGENT_STOPPING, AGENT_EXITED,
          AGENT_KILLED, AGENT_GONE };
mtype = { RESPONSE, RESPONSE_CANCELED, RESPONSE_FAILED };

/* The parts of the request. Of the agent of the other one only its frames are here. */
#define MAIN  0
#define OTHER 1
#ifdef PARTS
#define PART_COUNT 2
#else
#define PART_COUNT 1
#endif

mtype request = REQUEST_NONE, request_reason;
bool connected = true; /* request->client */
byte waiting;          /* parts that have no outcome */
bool merged_canceled, merged_failed;
mtype call[PART_COUNT] = CALL_NONE;
byte sends;            /* of the main call */
mtype agent = AGENT_RUNNING;
bool unread_go_on;
bool grace_timer, release_timer, end_timer, stop_timer;

mtype seen_reason; /* of the first cancel that the server took */
byte seen_responses;
bool seen_buried;  /* an agent died with the main call */

#define is_on_agent(part) (call[part] != CALL_NONE && call[part] != CALL_QUEUED && call[part] != CALL_DONE)

#include "tables.pml"
#include "agent.pml"
#include "server.pml"

/* ---- The client ---- */

active proctype client()
{
    to_server!ASK;
end_idle:
    do
    :: atomic { events > 0 -> events--; to_server!CANCEL_REQUEST }
    :: atomic { events > 0 -> events--; to_server!HANG_UP; break }
    od
}

/* ---- What kills a process: SIGKILL, some time after it was sent; and a mistake of the provider's ---- */

active proctype kernel()
{
end_idle:
    do
    :: atomic { alive && kill_sent -> die() }
#ifdef HOST
    :: atomic { alive && events > 0 && is_on_agent(MAIN) -> events--; die() }
#endif
    od
}

/* ---- The end ---- */

#define is_answered (!connected || seen_responses == 1)
/* A provider has posted nothing, and may still do so. */
#ifdef HOST
#define is_owed (alive && !seen_posted && request == REQUEST_RUNNING)
#else
#define is_owed (alive && !seen_posted)
#endif

active proctype monitor()
{
    timeout ->
    MUST(P6_no_cancel_is_lost,
         !alive || seen_cancels == 0 || seen_registered == NONE || seen_posted || seen_called);
    MUST(P10_no_post_sleeps_after_a_cancel, !alive || seen_no_room == 0 || !(is_canceled || seen_posted));
#ifndef HOST
    MUST(P13_released_in_the_end, !alive || !seen_posted || phase == OPERATION_RELEASED);
#endif
    MUST(S1_a_lost_client_cancels, connected || request != REQUEST_RUNNING);
    MUST(S3_a_stop_cancels, !stop_timer || request != REQUEST_RUNNING);
    MUST(S7_a_death_answers_everything, !seen_buried || is_answered);
    MUST(C2_a_response_in_the_end, is_answered || is_owed);
    MUST(S6_S8_nothing_stays_behind, request == REQUEST_DONE || is_owed)
}
