/*
 * empty: a library without MI_Main, and so no provider.
 */
extern __attribute__((visibility("default"))) const int empty_is_here;
const int empty_is_here = 1;
