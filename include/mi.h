/* mi.h: part of the MI interface. */
#ifndef MIHOST_MI_H
#define MIHOST_MI_H

#include <mi/aliases.h>
#include <mi/class.h>
#include <mi/client.h>
#include <mi/context.h>
#include <mi/declarations.h>
#include <mi/destination.h>
#include <mi/destination_wellknown.h>
#include <mi/fields.h>
#include <mi/instance.h>
#include <mi/lifecycle.h>
#include <mi/operation.h>
#include <mi/operation_options.h>
#include <mi/platform.h>
#include <mi/property_set.h>
#include <mi/provider.h>
#include <mi/serializer.h>
#include <mi/session.h>
#include <mi/subscription.h>
#include <mi/types.h>

#endif
