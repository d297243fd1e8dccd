/*
 * The provider that the tests of the agent have: it does what the test's script says.
 *
 * Test_Thing {key Id: string, Value: uint32} has the methods Run(Count) -> Text and Stream(), and
 * derived from it is Test_Part. The agent runs in the test's own process, so the script is a
 * variable that both see: a test begins with a fresh one, and sets it before it asks.
 */
#pragma once

#include "tests/unit/latch.h"

#include <mi.h>
#include <stdatomic.h>

typedef struct Thing {
    MI_Instance instance;
    MI_ConstStringField Id;
    MI_ConstUint32Field Value;
} Thing;

typedef struct ThingRun {
    MI_Instance instance;
    MI_ConstUint32Field MIReturn;
    MI_ConstUint32Field Count;
    MI_ConstStringField Text;
} ThingRun;

/* Stream() -> MIReturn, and streamed: Numbers, which has no field, and Things, which has one. */
typedef struct ThingStream {
    MI_Instance instance;
    MI_ConstUint32Field MIReturn;
    MI_ConstInstanceAField Things;
} ThingStream;

/* What the provider's functions do: set by a test before it asks. NULL: it posts
 * MI_RESULT_NOT_SUPPORTED. */
typedef struct Script {
    void (*get)(MI_Context *context, const MI_Instance *path);
    void (*enumerate)(MI_Context *context);
    void (*invoke)(MI_Context *context, const MI_Instance *parameters);
    void (*load_module)(MI_Context *context);
    void (*load_class)(MI_Context *context);
    void (*unload)(MI_Context *context);
    atomic_int loads, unloads, calls;
} Script;

extern Script script;

/* A fresh script; what a test, or its setup, begins with. */
int script_clear(void **state);

/* ---- What many scripts do ---- */

/* A get: posts the Test_Thing that is asked for, and OK. */
void post_asked(MI_Context *context, const MI_Instance *path);

/* Returns without a post: the context is the test's from now on. */
void keep_and_return(MI_Context *context);

extern MI_Context *kept;
extern Latch kept_open;

/* ---- Its declarations ---- */

extern const MI_ClassDecl thing_decl;

/* It has EnumerateInstances and nothing else. */
extern const MI_ClassDecl part_decl;

/* Nobody's: its instances are not what was asked for. */
extern const MI_ClassDecl other_decl;

/* "Declared", the third, is implemented by nobody. */
extern const MI_MethodDecl thing_run_method, thing_stream_method;

/* For tests that change a copy of it. */
extern MI_Module thing_module;

MI_Module *thing_main(MI_Server *server);

/* ---- Posts ---- */

/* Each posts one, on a thread of the provider, and returns what the agent says. */
MI_Result post_thing(MI_Context *context, const char *id, MI_Uint32 number);
MI_Result post_instance_of(MI_Context *context, const MI_ClassDecl *decl, const char *id,
                           MI_Uint32 number);

/* Posts Run's out parameters. */
MI_Result post_run(MI_Context *context, MI_Uint32 result, const char *text);
