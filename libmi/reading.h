/*
 * Reading: what a host says, made into the instances and classes that a client is handed.
 *
 * Each is read when it is its turn, into the instance that the last one was in. What its class
 * looks like is asked for when it is first needed, and once more when an instance doesn't fit it: a
 * provider may have been replaced. All of it is for the thread that has the operation's turn, and
 * without the lock, for it may wait for the host.
 *
 * Errors of all: -EINVAL with results.reader.message; -ENOMEM; -EPIPE: the host is lost.
 */
#pragma once

#include "libmi/operation.h"

/* Reads the instance @json, a checked value; *@instance as mi_json_read_instance() has it. 0. */
int reading_instance(Operation *operation, Span json, MI_Instance **instance);

/* Reads the next instance of `rest`, the list that is being handed over, into results.instance. 1;
 * 0: there is none. */
int reading_next(Operation *operation);

/* The same of a list of classes, into results.class_result. */
int reading_next_class(Operation *operation);

/* Reads out parameters, and what was @returned (absent if its data is NULL), into *@ret, which is
 * freed first. 0. */
int reading_parameters(Operation *operation, Span returned, Span parameters, MI_Instance **ret);

/* Reads a class, or where only names were asked for a name, into results.class_result. 0. */
int reading_class(Operation *operation, Span json);
