/* A program that asks, as far as it needs no server. */
#include <mi.h>

int main(void)
{
    MI_Application application = {0};

    if (MI_Application_InitializeV1(0, NULL, NULL, &application) != MI_RESULT_OK)
        return 1;
    return MI_Application_Close(&application) == MI_RESULT_OK ? 0 : 1;
}
