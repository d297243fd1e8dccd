/*
 * No cliff: what a request costs as there is more and more of something.
 */
#pragma once

/* Starts daemons of its own. @plots: a folder for what gnuplot draws, or NULL. */
void scale_report(const char *plots);
