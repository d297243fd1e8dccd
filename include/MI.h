/* MI.h: part of the MI interface. */
#ifndef MIHOST_MI_H
#define MIHOST_MI_H

#include <mi.h>

#endif
