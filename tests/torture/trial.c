#include "tests/torture/trial.h"

#include "tests/support/fixture.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE 20 /* seconds, until a trial hangs */
#define MANY     20 /* wrongs, and it ends */

static char now[256]; /* what goes on, for who hears of nothing more */
static unsigned wrong;

static void say_where(int signal)
{
    static const char text[] = ": here it was ended, or hung; the first failure was\n";

    (void)!write(STDERR_FILENO, now, strlen(now));
    (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
    faults_print_place();
    (void)sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    (void)raise(signal);
}

void trials_begin(void)
{
    static const int signals[] = {SIGALRM, SIGSEGV, SIGABRT};
    const struct sigaction action = {.sa_handler = say_where};

    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        (void)sigaction(signals[i], &action, NULL);
}

void trial_begin(const char *program, const char *name, FaultKind kind, unsigned nth,
                 FaultExtent extent)
{
    snprintf(now, sizeof(now), "%s:%s:%s:%u%s", program, name, fault_name(kind), nth,
             extent == FAULT_SINCE ? " and all that follow" : "");
    alarm(PATIENCE);
}

void trial_complain(const char *format, ...)
{
    char why[1024];
    va_list list;

    va_start(list, format);
    vsnprintf(why, sizeof(why), format, list);
    va_end(list);
    print_message("%s: %s; the first failure was\n", now, why);
    faults_print_place();
    if (++wrong == MANY)
        test_failed("that is enough");
}

unsigned trials_wrong(void)
{
    return wrong;
}
