/*
 * The interface of Management Infrastructure (MI): what a provider is written against, and a
 * client.
 *
 * It is binary compatible with the published one (x86-64 Linux, MI_API_VERSION 2, MI_Char is
 * char): a provider or a client that was compiled elsewhere runs here unchanged. tests/abi/
 * compares all of it with the facts of that interface.
 *
 * The parts, each of which can be read and included on its own:
 *
 *     mi/platform.h             what the compiler must know: versions, MI_EXPORT, MI_INLINE
 *     mi/types.h                scalars, dates, arrays, MI_Value, MI_Result
 *     mi/fields.h               properties as members of a C structure
 *     mi/declarations.h         classes, properties and methods as static data
 *     mi/instance.h             an instance of a class
 *     mi/property_set.h         which properties are wanted, and which instances
 *     mi/context.h              one operation, as its provider sees it; cancellation
 *     mi/lifecycle.h            the context of lifecycle indications
 *     mi/provider.h             what a provider library consists of, and its entry point MI_Main
 *     mi/class.h                a class as data, as a client gets it
 *     mi/destination.h, mi/destination_wellknown.h
 *                               where a session connects to
 *     mi/operation_options.h, mi/subscription.h
 *                               how an operation, a subscription is done
 *     mi/operation.h            one operation, as its client sees it
 *     mi/session.h              a connection, on which operations start
 *     mi/serializer.h           instances and classes as bytes
 *     mi/client.h               the application object, from which a client makes all the others
 *     mi/aliases.h              shorter and former names
 *
 * How to read the comments:
 *
 *     [page]    The published page of that name says more: learn.microsoft.com, "<name> function
 *               (mi.h)", or structure, enumeration. Where there is no [page], there is none.
 *
 * What holds wherever a comment does not say otherwise:
 * - A function returns MI_RESULT_OK or the error; after an error its out parameters are not to
 *   be used. An object that is NULL, or was never made, is MI_RESULT_INVALID_PARAMETER.
 * - Strings end with a zero byte and are UTF-8. What is passed in is copied, and stays the
 *   caller's. What comes out, other than by New or Clone, belongs to the object, until that is
 *   changed or ends.
 * - Names of classes, properties, methods and options are compared without regard to case.
 * - Where a function has several out parameters, those that a caller has no use for may be NULL.
 *   An only one may not.
 * - A context, a session and an operation may be used by any thread at any time; any other
 *   object by one thread at a time.
 */
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
