/*
 * What the tests of classes share: classes with all that a declaration can say, and one of them,
 * made.
 */
#pragma once

#include "mi/class_impl.h"
#include "tests/support/cmocka.h"
#include "tests/unit/declared.h"
#include "tests/unit/instances.h"

/* Test_Device, of root/test on the server `here`. */
static inline MI_Class *new_device(void)
{
    MI_Class *class;

    assert_ok(class_new(&device_class, "root/test", "here", &class));
    return class;
}
