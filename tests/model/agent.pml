/*
 * Agent: the operation, the reader, the call thread, a thread of the provider's, and the cancel threads. A part of cancel.pml.
 *
 * `r` is a thread's local variable: what its last step was told. While a thread holds the lock, its step is atomic; where it
 * sleeps it gives the lock back, as on a condition variable.
 */

#define is_canceled (cancel == CANCEL_ARRIVED || cancel == CANCEL_DUE || cancel == CANCEL_RUNNING || \
                     cancel == CANCEL_DELIVERED || cancel == CANCEL_CLOSING || cancel == CANCEL_ENDED)
#define is_running  (cancel == CANCEL_RUNNING || cancel == CANCEL_CLOSING)
#define is_finished (cancel == CANCEL_CLOSING || cancel == CANCEL_ENDED || cancel == CANCEL_COMPLETED)

/* ---- agent/cancel.c. The steps themselves, step_ON_..., are in tables.pml. ---- */

inline cancel_register(number)
{
    if
#ifdef MUTANT_REGISTERED_ONCE_DELIVERED
    :: cancel == CANCEL_RUNNING || cancel == CANCEL_DELIVERED -> cancel = CANCEL_DUE; r = MI_RESULT_OK
#endif
#ifdef MUTANT_REGISTERED_TOO_LATE
    :: cancel == CANCEL_ARRIVED -> r = MI_RESULT_FAILED
#endif
    :: else -> step_ON_REGISTER()
    fi;
    if
    :: r == MI_RESULT_OK -> cancel_callback = number; seen_registered = number
    :: else
    fi
}

inline cancel_take_back()
{
    if
#ifdef MUTANT_NOT_TAKEN_BACK
    :: cancel == CANCEL_DUE -> r = MI_RESULT_OK
#endif
    :: else -> step_ON_TAKE_BACK()
    fi;
    if
    :: r == MI_RESULT_OK -> cancel_callback = NONE; seen_registered = NONE
    :: else
    fi
}

inline cancel_request(why)
{
    if
#ifdef MUTANT_CANCELED_ONCE_COMPLETED
    :: cancel == CANCEL_COMPLETED && cancel_callback != NONE -> cancel = CANCEL_DUE; r = MI_RESULT_OK
#endif
    :: else -> step_ON_REQUEST()
    fi;
    if
    :: r == MI_RESULT_OK -> cancel_reason = why
    :: else
    fi
}

inline cancel_claim()
{
    if
#ifdef MUTANT_CLAIMED_TWICE
    :: cancel == CANCEL_RUNNING || cancel == CANCEL_DELIVERED -> cancel = CANCEL_RUNNING; r = MI_RESULT_OK
#endif
#ifdef MUTANT_CLAIMED_ONCE_ENDED
    :: cancel == CANCEL_ENDED && cancel_callback != NONE -> cancel = CANCEL_CLOSING; r = MI_RESULT_OK
#endif
    :: else -> step_ON_CLAIM()
    fi
}

inline cancel_finish()
{
    facts_canceled = is_canceled;
    facts_delivered = (cancel == CANCEL_RUNNING || cancel == CANCEL_DELIVERED);
    if
#ifdef MUTANT_FINISHED_TWICE
    :: cancel == CANCEL_ENDED || cancel == CANCEL_COMPLETED -> r = MI_RESULT_OK
#endif
    :: else -> step_ON_FINISH()
    fi
}

/* ---- agent/operation.c ---- */

inline broadcast()
{
    asleep[CALL] = false;
    asleep[SECOND] = false;
    asleep[CANCEL] = false
}

inline drop_use()
{
    MUST(P13_uses_are_balanced, uses > 0);
    uses--
}

/* RELEASED goes when the lock has been given back. That it is put here changes nothing: a CANCEL that comes in between is for
 * nobody, as it is afterwards. */
inline operation_leave()
{
    drop_use();
    if
    :: uses == 0 ->
        MUST(P13_released_only_when_dead,
             seen_posted && !seen_function && !seen_inside && seen_posting == 0);
        MUST(transition_is_legal, phase == OPERATION_RETURNED);
        phase = OPERATION_RELEASED;
        cancel_reason = 0; /* nobody asks for these any more */
        cancel_callback = NONE;
        seen_registered = NONE;
        from_agent!FRAME_RELEASED(false, false)
    :: else
    fi
}

inline call_if_due()
{
    if
    :: cancel == CANCEL_DUE && !cancel_job ->
        cancel_job = true;
#ifdef MUTANT_CLAIMED_WHEN_QUEUED
        claimed = cancel_callback;
#endif
#ifndef MUTANT_JOB_WITHOUT_USE
        uses++
#endif
    :: else
    fi
}

inline withdraw_jobs()
{
    if
    :: is_canceled && cancel_job ->
        cancel_job = false;
#ifndef MUTANT_WITHDRAWN_JOB_KEEPS_ITS_USE
        drop_use()
#endif
    :: else
    fi
}

/* operation_finish up to its wait. */
inline finish()
{
    cancel_finish();
    if
    :: r == MI_RESULT_OK ->
        withdraw_jobs();
        seen_posted = true;
        seen_canceled = facts_canceled;
        from_agent!FRAME_RESULT(facts_canceled, facts_delivered); /* answer_send */
#ifndef MUTANT_FINAL_POST_WAKES_NOBODY
        broadcast()
#endif
    :: else
    fi;
    facts_canceled = false;
    facts_delivered = false
}

/* The same where there is nothing to wait for: the provider was not called. */
inline finish_unentered()
{
    finish();
    if
    :: r == MI_RESULT_OK -> drop_use()
    :: else
    fi
}

inline wait_for_callback(me)
{
    do
#ifdef MUTANT_WAITS_IN_A_CALLBACK
    :: is_running ->
#else
    :: !IN_CALLBACK(me) && is_running ->
#endif
        MUST(P4_never_waits_in_a_callback, !IN_CALLBACK(me));
        asleep[me] = true;
        !asleep[me]
    :: else -> break
    od
}

/* A context function: nothing happens once it is released; else it has a use until it leaves. */
#define OPERATION_ENTER if :: phase == OPERATION_RELEASED :: else -> uses++;
#define OPERATION_LEAVE operation_leave() fi

/* PostResult, PostError, PostCimError. */
inline operation_finish(me)
{
    OPERATION_ENTER
        seen_posting++;
        finish();
        if
#ifdef MUTANT_FINAL_POST_DOES_NOT_WAIT
        :: r == MI_RESULT_OK
#endif
#ifdef MUTANT_LOST_POST_DOES_NOT_WAIT
        :: r == MI_RESULT_INVALID_PARAMETER
#endif
        :: else -> wait_for_callback(me)
        fi;
        if
        :: r == MI_RESULT_OK -> drop_use()
        :: else
        fi;
        seen_posting--;
    OPERATION_LEAVE;
    MUST(P4_no_callback_after_a_final_post, IN_CALLBACK(me) || !seen_inside);
    r = 0
}

/* RegisterCancel(callback). */
inline operation_register_cancel(number)
{
    OPERATION_ENTER
        cancel_register(number);
        MUST(P7_refused_once_delivered, r != MI_RESULT_OK || !seen_called);
        MUST(P6_no_cancel_is_lost, r != MI_RESULT_FAILED || seen_called);
        if
#ifndef MUTANT_LATE_REGISTRATION_IS_NOT_CALLED
        :: r == MI_RESULT_OK -> call_if_due()
#endif
        :: else
        fi;
    OPERATION_LEAVE;
    r = 0
}

/* RegisterCancel(NULL). */
inline operation_take_back(me)
{
    OPERATION_ENTER
        cancel_take_back();
        if
#if defined(MUTANT_TAKING_BACK_LATE_DOES_NOT_WAIT)
        :: r == MI_RESULT_FAILED -> wait_for_callback(me)
#elif !defined(MUTANT_TAKING_BACK_DOES_NOT_WAIT)
        :: r != MI_RESULT_OK -> wait_for_callback(me)
#endif
        :: else
        fi;
    OPERATION_LEAVE;
    MUST(P9_no_callback_after_taking_back, IN_CALLBACK(me) || !seen_inside);
    r = 0
}

/* PostInstance, for a client that does not read. Whatever else waits on `changed` waits like this. */
inline operation_post_instance(me)
{
    OPERATION_ENTER
        do /* wait_for_room */
        :: !is_canceled && !is_finished ->
            seen_no_room++;
            asleep[me] = true;
end_no_room:
            !asleep[me];
            seen_no_room--
        :: else -> break
        od;
    OPERATION_LEAVE
}

#define is_unentered (phase == OPERATION_QUEUED || phase == OPERATION_PREPARING)

inline cancel_unentered()
{
    if
    :: call_job -> call_job = false; phase = OPERATION_RETURNED; drop_use()
    :: else
    fi;
    finish_unentered()
}

inline operation_cancel(why)
{
    cancel_request(why);
    if
#ifndef MUTANT_UNENTERED_GOES_ON
    :: r == MI_RESULT_OK && is_unentered -> cancel_unentered()
#endif
    :: r == MI_RESULT_OK && !is_unentered ->
#ifndef MUTANT_CANCEL_WAKES_NOBODY
        broadcast();
#endif
#ifndef MUTANT_CANCEL_CALLS_NOBODY
        call_if_due()
#endif
    :: else
    fi
}

/* ---- Its threads. One whose process has ended leaves its work as it is. ---- */

#define WORKS busy = busy | (1 << _pid)
#define RESTS busy = busy & ~(1 << _pid)

/* The end of the process, and of all that was in it. */
inline die()
{
    alive = false;
    phase = OPERATION_NONE;
    cancel = CANCEL_OPEN;
    cancel_reason = 0;
    cancel_callback = NONE;
    uses = 0;
    call_job = false;
    cancel_job = false;
    second_thread = false;
    broadcast();
    seen_registered = NONE;
    seen_function = false;
    seen_inside = false;
    seen_posting = 0;
    seen_no_room = 0
}

inline take_operation()
{
    phase = OPERATION_QUEUED; /* operations_add, operation_begin */
#ifdef MUTANT_CALL_WITHOUT_USE
    uses = 1;
#else
    uses = 2;
#endif
    if
    :: cancel = CANCEL_OPEN
    UNLESS_HOST(:: cancel = CANCEL_EXEMPT)
    fi;
    from_agent!FRAME_STARTED(false, false);
    if
    :: call_job = true
    UNLESS_HOST(:: finish_unentered(); phase = OPERATION_RETURNED; operation_leave()) /* refuse_without_thread */
    fi
}

inline take_cancel(why)
{
    MUST(frame_is_allowed, phase != OPERATION_NONE);
    OPERATION_ENTER /* operations_find */
        operation_cancel(why);
    OPERATION_LEAVE
}

inline take_stop()
{
    MUST(frame_is_allowed, phase == OPERATION_NONE || phase == OPERATION_RELEASED);
    die()
}

active proctype reader()
{
    mtype type, why, r;
    bool facts_canceled, facts_delivered;

end_idle:
    do
    :: atomic { alive && nempty(to_agent) ->
        to_agent?type, why;
        if
        :: type == FRAME_OPERATION -> take_operation()
        :: type == FRAME_CANCEL -> take_cancel(why)
        :: type == FRAME_STOP -> take_stop()
        fi;
        type = 0; why = 0; r = 0
       }
    od
}

/* What the provider does, in its function or in a thread of its own. */
#define PROVIDER(me, number)                                                              \
    do                                                                                    \
    :: steps > 0 -> atomic { steps--; operation_register_cancel(number) }                 \
    :: steps > 0 -> atomic { steps--; operation_finish(me) }                              \
    UNLESS_HOST(:: steps > 0 -> atomic { steps--; operation_take_back(me) })              \
    UNLESS_HOST(:: steps > 0 -> atomic { steps--; operation_post_instance(me) })          \
    OR_STUCK                                                                              \
    :: break                                                                              \
    od

#define IS_KILLED \
    atomic { !alive -> r = 0; facts_canceled = false; facts_delivered = false; steps = 0; RESTS }

inline operation_begin_call()
{
    MUST(transition_is_legal, phase == OPERATION_QUEUED);
    phase = OPERATION_PREPARING;
    r = (is_finished -> MI_RESULT_FAILED : MI_RESULT_OK)
}

inline operation_enter_provider()
{
    if
#ifndef MUTANT_CANCELED_IS_ENTERED
    :: is_finished -> r = MI_RESULT_FAILED
#endif
    :: else ->
        MUST(transition_is_legal, phase == OPERATION_PREPARING);
        MUST(P14_not_entered_once_canceled, !is_canceled);
        MUST(S9_nothing_is_run_twice, !seen_entered);
        phase = OPERATION_ENTERED;
        seen_entered = true;
        seen_function = true
    fi
}

inline operation_end_call()
{
    MUST(transition_is_legal, phase == OPERATION_PREPARING || phase == OPERATION_ENTERED);
    seen_function = false;
    phase = OPERATION_RETURNED;
    operation_leave()
}

/* dispatch_run. */
active proctype call_thread()
{
    mtype r;
    byte steps;
    bool facts_canceled, facts_delivered;

end_idle:
    do
    :: atomic { alive && call_job -> call_job = false; WORKS; steps = STEPS };
        {
            atomic { operation_begin_call() };
            if
            UNLESS_HOST(:: atomic { r == MI_RESULT_OK -> finish_unentered(); r = MI_RESULT_FAILED }) /* operation_refuse */
            :: atomic { r == MI_RESULT_OK -> operation_enter_provider() }
            :: r != MI_RESULT_OK
            fi;
            if
            :: r == MI_RESULT_OK -> /* call_provider */
#ifndef PARTS
                if
                :: second_thread = true
                :: skip
                fi;
#endif
                PROVIDER(CALL, 1)
            :: else
            fi;
            atomic { operation_end_call(); r = 0; steps = 0; RESTS }
        } unless { IS_KILLED }
    od
}

#ifndef PARTS
/* A thread of the provider's own. */
active proctype second()
{
    mtype r;
    byte steps;
    bool facts_canceled, facts_delivered;

end_idle:
    do
    :: atomic { alive && second_thread -> second_thread = false; WORKS; steps = STEPS };
        {
            PROVIDER(SECOND, 2);
            atomic { steps = 0; RESTS }
        } unless { IS_KILLED }
    od
}
#endif

#ifdef MUTANT_CLAIMED_WHEN_QUEUED
#define to_call claimed
#else
#define to_call cancel_callback
#endif

/* run_callback, up to the callback. */
inline claim_callback()
{
    cancel_claim();
    if
    :: r == MI_RESULT_OK ->
        MUST(P2_at_most_once, !seen_called);
        MUST(P3_never_after_completion, !seen_posted);
        MUST(P1_the_last_registered_is_called, to_call == seen_registered && to_call != NONE);
        MUST(P2_with_the_reason_of_the_first_cancel, cancel_reason == seen_reason);
        seen_called = true;
        seen_inside = true
    :: else -> operation_leave(); r = 0; RESTS
    fi
}

/* run_callback, after it. */
inline callback_returned()
{
    seen_inside = false;
    step_ON_RETURN(); /* cancel_return */
    MUST(transition_is_legal, r == MI_RESULT_OK);
#ifndef MUTANT_RETURN_WAKES_NOBODY
    broadcast();
#endif
    operation_leave()
}

active [CANCEL_THREADS] proctype cancel_thread()
{
    mtype r;
    byte steps;
    bool facts_canceled, facts_delivered;

end_idle:
    do
    :: atomic { alive && cancel_job -> cancel_job = false; WORKS };
        {
            atomic { claim_callback() };
            if
            :: r == MI_RESULT_OK ->
                if /* What the provider does in it. */
                :: skip
                :: atomic { operation_finish(CANCEL) }
                UNLESS_HOST(:: atomic { skip; operation_register_cancel(3) })
                UNLESS_HOST(:: atomic { skip; operation_take_back(CANCEL) })
                OR_STUCK
                fi;
                atomic { callback_returned(); r = 0; RESTS }
            :: else
            fi
        } unless { IS_KILLED }
    od
}
