/*
 * MI.h: the name that existing providers include. With it come the annotations that their
 * generated sources are written with (mi/annotations.h), and <stdio.h>, which many of them use
 * without including it, as the header that they were written for did; mi.h has the rest.
 */
#ifndef MIHOST_OMI_H
#define MIHOST_OMI_H

#include <mi.h>
#include <mi/annotations.h>
#include <stdio.h>

#endif
