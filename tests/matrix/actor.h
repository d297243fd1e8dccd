/*
 * Actor: what a provider does on a stage. The same code plays in the test's own process and in an
 * agent's, and sees <mi.h> alone, as a provider does.
 */
#pragma once

#include "tests/matrix/stage.h"

#include <mi.h>

/* Posts one instance. */
typedef MI_Result (*ActorPost)(MI_Context *context);

/* Forgets what was seen, and sets what is wanted. */
void stage_set(Stage *stage, Moment moment, Callback callback, Registering registering,
               unsigned provider_turns, unsigned callback_turns);

/* Lets @turns turns of a loop pass, some of which give the processor away. */
void stage_spin(unsigned turns);

/* Waits until @flag is set. 0: in vain, for a time in which even a loaded machine does it. */
int stage_wait(const atomic_int *flag);

/* An operation on @stage, from the provider's function's first line to its last. */
void actor_perform(Stage *stage, MI_Context *context, ActorPost post);

/* As actor_perform: enters, meets, posts and returns. For who holds a place that others wait for.
 */
void actor_hold(Stage *stage, MI_Context *context);
