/*
 * Classes as the server sends them, printed in the manner of MOF:
 *
 *     // root/cimv2
 *     [Version("1.0")]
 *     class Linux_Process : CIM_Process
 *     {
 *         [Key]
 *         string Handle;
 *
 *         [Static]
 *         uint32 Measure([In, Required] string Path, [Out] uint64 Bytes);
 *     };
 *
 * What the server says by a member that is true ("key", "readOnly") becomes a qualifier too, so
 * that nothing which it will say one day is lost. It is for people: programs take the JSON.
 */
#pragma once

#include "base/buffer.h"

/* True if @value is a class; else a sentence about it is appended to @why. */
bool mof_is_class(Span value, Buffer *why);

/* Appends a valid class. */
void mof_put_class(Buffer *to, Span class);
