/*
 * MI.h: the name that existing providers include. With it come the annotations that their
 * generated sources are written with (mi/annotations.h); mi.h has the rest.
 */
#ifndef MIHOST_OMI_H
#define MIHOST_OMI_H

#include <mi.h>
#include <mi/annotations.h>

#endif
