/*
 * Server: the request, its parts, their agents, and the rules of cancellation. A part of cancel.pml.
 *
 * One loop runs one handler at a time, so each is one atomic step.
 */
#define CALL_MAX_SENDS 2 /* three in the code: one more of the same */

/* ---- server/request.c, server/call.c, server/agent.c: the setters. ..._may_become is in tables.pml. ---- */

inline request_set_state(to)
{
    MUST(transition_is_legal, request_may_become(request, to));
    request = to
}

inline call_set_state(part, to)
{
    MUST(transition_is_legal, call_may_become(call[part], to));
    call[part] = to
}

inline agent_set_state(to)
{
    MUST(transition_is_legal, agent_may_become(agent, to));
    agent = to
}

/* ---- server/request.c ---- */

#ifdef PARTS
#define has_calls (call[MAIN] != CALL_DONE || call[OTHER] != CALL_DONE)
#else
#define has_calls (call[MAIN] != CALL_DONE)
#endif

inline request_check_done()
{
    if
    :: request == REQUEST_ANSWERED && !has_calls -> request_set_state(REQUEST_DONE)
    :: else
    fi
}

inline request_respond(what)
{
    MUST(C2_at_most_one_response, request != REQUEST_ANSWERED && request != REQUEST_DONE);
    MUST(C5_the_response_is_what_was_decided,
         what != RESPONSE_CANCELED || request_reason == seen_reason);
#ifndef PARTS
    MUST(C5_the_response_is_what_was_decided,
         call[MAIN] != CALL_RELEASING || (what == RESPONSE_CANCELED) == seen_canceled);
#endif
    grace_timer = false;
    waiting = 0;
    merged_canceled = false;
    merged_failed = false;
    request_set_state(REQUEST_ANSWERED);
    if
    :: connected -> seen_responses++
    :: else
    fi;
    request_check_done()
}

/* A part has ended. With the last one the response goes. */
inline request_end_part(what)
{
#ifdef PARTS
    merged_canceled = merged_canceled || what == RESPONSE_CANCELED; /* merged_add */
    merged_failed = merged_failed || what == RESPONSE_FAILED;
#ifdef MUTANT_FIRST_PART_ANSWERS
    waiting = 0;
#else
    waiting--;
#endif
    if
    :: waiting > 0
    :: waiting == 0 && merged_canceled -> request_respond(RESPONSE_CANCELED)
    :: waiting == 0 && !merged_canceled && merged_failed -> request_respond(RESPONSE_FAILED)
    :: waiting == 0 && !merged_canceled && !merged_failed -> request_respond(RESPONSE)
    fi
#else
    request_respond(what)
#endif
}

/* A part that nobody waits for has no outcome. */
#ifdef MUTANT_LATE_RESULT_ANSWERS
#define IS_OVER false
#else
#define IS_OVER (request == REQUEST_ANSWERED)
#endif

/* ---- server/agent.c: of the main part ---- */

inline check_idle()
{
    if
    :: !is_on_agent(MAIN) && (agent == AGENT_DRAINING || agent == AGENT_DRAINED) ->
        to_agent!FRAME_STOP(0);
        agent_set_state(AGENT_STOPPING);
        end_timer = true
    :: else
    fi
}

inline agent_send_cancel(part, why)
{
    if
    :: part == MAIN ->
        MUST(C4_relayed_once, seen_cancels == 0);
        seen_cancels++;
        to_agent!FRAME_CANCEL(why)
    :: else
    fi
}

inline agent_kill()
{
    if
    :: agent != AGENT_KILLED && agent != AGENT_GONE -> agent_set_state(AGENT_KILLED); kill_sent = true
    :: else
    fi
}

inline agent_drain()
{
    if
    :: agent == AGENT_RUNNING -> agent_set_state(AGENT_DRAINING); end_timer = true; check_idle()
    :: else
    fi
}

/* A fresh process. */
inline agent_new()
{
    agent = AGENT_RUNNING;
    unread_go_on = false;
    seen_posted = false;
    seen_called = false;
    seen_canceled = false;
    seen_cancels = 0;
    alive = true
}

/* ---- server/router.c ---- */

inline router_end_call(part)
{
    call_set_state(part, CALL_DONE);
    if
    :: part == MAIN -> release_timer = false; check_idle() /* agent_remove_call */
    :: else
    fi;
    request_check_done() /* call_free */
}

inline abandon_call(part)
{
    if
    :: call[part] != CALL_RELEASING && call[part] != CALL_ABANDONED && call[part] != CALL_DONE ->
        call_set_state(part, CALL_ABANDONED)
    :: else
    fi
}

inline router_abandon(what)
{
    abandon_call(MAIN);
#ifdef PARTS
    abandon_call(OTHER);
#endif
    request_respond(what)
}

inline give_up_call(part)
{
    if
    :: call[part] == CALL_QUEUED -> router_end_call(part)
#ifdef MUTANT_CANCELED_IS_TOLD_AGAIN
    :: call[part] == CALL_SENT || call[part] == CALL_RUNNING || call[part] == CALL_CANCELING ->
#else
    :: call[part] == CALL_SENT || call[part] == CALL_RUNNING ->
#endif
        seen_reason = MI_REASON_NONE;
        agent_send_cancel(part, MI_REASON_NONE)
    :: else
    fi;
    if
    :: part == MAIN && call[part] != CALL_RELEASING && call[part] != CALL_DONE -> release_timer = true
    :: else
    fi
}

inline router_give_up(what)
{
    give_up_call(MAIN);
#ifdef PARTS
    give_up_call(OTHER);
#endif
    router_abandon(what)
}

inline send_call(part)
{
    MUST(C3_not_sent_once_canceled, request == REQUEST_RUNNING);
    if
    :: part == MAIN -> to_agent!FRAME_OPERATION(0); sends++ /* agent_send_operation */
    :: else
    fi;
    call_set_state(part, CALL_SENT)
}

/* Its agent has a place for it, or it waits in the agent's queue. */
inline dispatch(part)
{
    if
    :: send_call(part)
    :: skip
    fi
}

inline cancel_call(part, why)
{
    if
#ifndef MUTANT_QUEUED_GOES_ON
    :: call[part] == CALL_QUEUED ->
#ifndef MUTANT_QUEUED_IS_NOT_ANSWERED
        request_end_part(RESPONSE_CANCELED);
#endif
        router_end_call(part)
#endif
    :: call[part] == CALL_SENT || call[part] == CALL_RUNNING ->
#ifdef MUTANT_REASON_IS_NOT_RELAYED
        agent_send_cancel(part, MI_REASON_NONE);
#else
        agent_send_cancel(part, why);
#endif
#ifndef MUTANT_CANCELED_CALL_STAYS_RUNNING
        call_set_state(part, CALL_CANCELING)
#endif
    :: else
    fi
}

inline router_cancel(why)
{
#ifdef MUTANT_LAST_REASON_IS_TOLD
    request_reason = why;
#endif
    if
#ifdef MUTANT_CANCELED_TWICE
    :: request == REQUEST_RUNNING || request == REQUEST_CANCELING ->
#else
    :: request == REQUEST_RUNNING ->
#endif
        request_reason = why;
        seen_reason = why;
        request_set_state(REQUEST_CANCELING);
        grace_timer = true;
        cancel_call(MAIN, why);
#ifdef PARTS
        cancel_call(OTHER, why)
#endif
    :: else
    fi
}

inline bury_call(part)
{
    seen_buried = seen_buried || part == MAIN;
    if
    :: call[part] == CALL_RELEASING || call[part] == CALL_ABANDONED || request == REQUEST_ANSWERED
#ifndef MUTANT_DEATH_IS_SILENT
    :: else ->
        if
        :: request == REQUEST_RUNNING -> request_end_part(RESPONSE_FAILED)
        :: else -> request_end_part(RESPONSE_CANCELED)
        fi
#else
    :: else
#endif
    fi;
    router_end_call(part)
}

inline router_agent_gone()
{
    if
#if defined(MUTANT_STARTED_IS_RUN_AGAIN)
    :: (call[MAIN] == CALL_SENT || call[MAIN] == CALL_RUNNING) && unread_go_on && sends < CALL_MAX_SENDS ->
#elif defined(MUTANT_UNREAD_GOES_ON_FOR_EVER)
    :: call[MAIN] == CALL_SENT && unread_go_on ->
        sends = 0;
#else
    :: call[MAIN] == CALL_SENT && unread_go_on && sends < CALL_MAX_SENDS ->
#endif
        call[MAIN] = CALL_QUEUED; /* requeue, dispatch_again, find_agent */
        agent_new();
        send_call(MAIN)
    :: else ->
        if
        :: is_on_agent(MAIN) -> bury_call(MAIN)
        :: else
        fi
    fi
}

/* ---- server/relay.c. frame_may_come is in tables.pml. ---- */

inline take_result(part, is_canceled_result)
{
    call_set_state(part, CALL_RELEASING);
    if
#ifndef MUTANT_NOBODY_WAITS_FOR_THE_RELEASE
    :: part == MAIN -> release_timer = true
#endif
    :: else
    fi;
    if
    :: IS_OVER /* counted, and dropped */
    :: !IS_OVER && is_canceled_result -> request_end_part(RESPONSE_CANCELED)
#ifdef MUTANT_CANCEL_THAT_LOST_IS_TOLD
    :: !IS_OVER && !is_canceled_result && request == REQUEST_CANCELING -> request_end_part(RESPONSE_CANCELED)
#endif
    :: else -> request_end_part(RESPONSE)
    fi
}

inline router_agent_frame()
{
    from_agent?type, canceled, delivered;
    MUST(frame_is_allowed, frame_may_come(type, call[MAIN]));
    if
    :: type == FRAME_STARTED -> /* take_started */
        if
        :: call[MAIN] == CALL_SENT -> call_set_state(MAIN, CALL_RUNNING)
        :: else
        fi
    :: type == FRAME_RESULT ->
        MUST(frame_is_allowed, !canceled || call[MAIN] != CALL_RUNNING);
        MUST(C5_the_response_is_what_was_decided, canceled == seen_canceled && delivered == seen_called);
        take_result(MAIN, canceled)
    :: type == FRAME_RELEASED -> /* take_released */
        router_end_call(MAIN);
        seen_canceled = false
    fi;
    type = 0; canceled = false; delivered = false
}

/* ---- The loop ---- */

active proctype server()
{
    mtype type;
    bool canceled, delivered;

end_idle:
    do
    :: atomic { to_server?ASK -> /* request_new, router_start, make_calls, dispatch_all */
        request = REQUEST_RUNNING;
        waiting = PART_COUNT;
        call[MAIN] = CALL_QUEUED;
#ifdef PARTS
        call[OTHER] = CALL_QUEUED;
        dispatch(OTHER);
#endif
        dispatch(MAIN)
       }
    :: atomic { call[MAIN] == CALL_QUEUED -> send_call(MAIN) } /* router_send_queued */
    :: atomic { nempty(from_agent) && (agent != AGENT_KILLED || unread_go_on) -> router_agent_frame() }

    /* Wishes. */
    :: atomic { to_server?CANCEL_REQUEST -> router_cancel(MI_REASON_NONE) } /* take_cancel */
    :: atomic { to_server?HANG_UP -> /* router_client_gone */
        connected = false;
#ifndef MUTANT_HANG_UP_CANCELS_NOTHING
        router_cancel(MI_REASON_NONE)
#endif
       }
#ifndef HOST /* where it would be one more cancel of the client's */
    :: atomic { events > 0 && request == REQUEST_RUNNING -> events--; router_cancel(MI_REASON_TIMEOUT) } /* on_deadline */
#endif
    :: atomic { events > 0 && request != REQUEST_NONE && request != REQUEST_DONE && !stop_timer -> /* server_stop */
        events--;
        stop_timer = true;
#ifndef MUTANT_STOP_CANCELS_NOTHING
        router_cancel(MI_REASON_SERVICESTOP);
#endif
        agent_drain() /* agent_stop */
       }
    :: atomic { events > 0 && is_on_agent(MAIN) && agent == AGENT_RUNNING -> /* UNLOAD, another registration, ... */
        events--;
        agent_drain()
       }
    :: atomic { events > 0 && (call[MAIN] == CALL_RUNNING || call[MAIN] == CALL_CANCELING) && /* end_collecting */
                request != REQUEST_ANSWERED ->
        events--;
        router_give_up(RESPONSE_FAILED)
       }

#ifdef HOST
    /* Timers. */
    :: atomic { grace_timer -> /* on_grace */
        router_abandon(RESPONSE_CANCELED);
#ifndef MUTANT_ABANDONED_AGENT_GOES_ON
        if
        :: call[MAIN] == CALL_ABANDONED -> agent_drain()
        :: else
        fi
#endif
       }
    :: atomic { release_timer -> release_timer = false; agent_drain() } /* on_release_late */
    :: atomic { end_timer -> /* on_end */
        end_timer = false;
        if
        :: agent == AGENT_DRAINING -> /* expire */
            agent_set_state(AGENT_DRAINED);
            end_timer = true;
#ifndef MUTANT_REST_OF_A_DRAIN_IS_NOT_CANCELED
            router_cancel(MI_REASON_SERVICESTOP) /* router_agent_drained */
#endif
        :: else ->
            MUST(S6_canceled_before_it_is_killed, agent != AGENT_DRAINED || request != REQUEST_RUNNING);
            agent_kill()
        fi
       }
    :: atomic { stop_timer && agent != AGENT_KILLED && agent != AGENT_GONE -> agent_kill() } /* on_stop_time */
    :: atomic { events > 0 && is_on_agent(MAIN) && agent != AGENT_KILLED && agent != AGENT_GONE &&
                empty(from_agent) -> /* on_watch: no PONG, and nothing left to read */
#ifndef MUTANT_UNREAD_GOES_ON_FOR_EVER
        events--;
#endif
        unread_go_on = true;
        agent_kill()
       }
#endif

    /* on_process_exit. What an agent wrote is read first, unless it was killed for a mistake. */
    :: atomic { !alive && busy == 0 && agent != AGENT_GONE &&
#ifdef MUTANT_WHAT_A_KILLED_AGENT_WROTE_IS_LOST
                (empty(from_agent) || agent == AGENT_KILLED) ->
#else
                (empty(from_agent) || (agent == AGENT_KILLED && !unread_go_on)) ->
#endif
        do
        :: nempty(from_agent) -> from_agent?_, _, _
        :: nempty(to_agent) -> to_agent?_, _
        :: empty(from_agent) && empty(to_agent) -> break
        od;
        if
        :: agent != AGENT_KILLED -> agent_set_state(AGENT_EXITED)
        :: else
        fi;
        agent_set_state(AGENT_GONE);
        end_timer = false;
        kill_sent = false;
        router_agent_gone()
       }

#ifdef PARTS
    /* The other part, at an agent that always goes on. */
    :: atomic { call[OTHER] == CALL_QUEUED -> send_call(OTHER) }
    :: atomic { call[OTHER] == CALL_SENT -> call_set_state(OTHER, CALL_RUNNING) } /* take_started */
    :: atomic { frame_may_come(FRAME_RESULT, call[OTHER]) -> take_result(OTHER, false) }
    :: atomic { frame_may_come(FRAME_RESULT, call[OTHER]) && call[OTHER] != CALL_RUNNING -> take_result(OTHER, true) }
    :: atomic { call[OTHER] == CALL_RELEASING -> router_end_call(OTHER) } /* take_released */
    :: atomic { events > 0 && is_on_agent(OTHER) -> events--; bury_call(OTHER) }
#endif
    od
}
