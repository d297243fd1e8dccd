/*
 * mihostctl: the command line of mihost. Everything is in the library, where tests reach it.
 */
#include "client/ctl.h"

#include <unistd.h>

int main(int argc, char **argv)
{
    return (int)ctl_main(argc, argv, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
}
