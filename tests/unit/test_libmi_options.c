/*
 * The options of the client interface: of operations, of destinations, of deliveries. What was set
 * is got back by its name and its place, and what is no option is refused by its own result.
 */
#include "libmi/options.h"

#include "tests/support/cmocka.h"

#include <stdio.h>
#include <string.h>

static MI_OperationOptions operation_options(void)
{
    MI_OperationOptions options;

    assert_int_equal(operation_options_new(&options), MI_RESULT_OK);
    return options;
}

static MI_DestinationOptions destination_options(void)
{
    MI_DestinationOptions options;

    assert_int_equal(destination_options_new(&options), MI_RESULT_OK);
    return options;
}

static void what_was_set_is_got_by_name_and_by_place(void **state)
{
    MI_OperationOptions options = operation_options();
    MI_Uint32 number = 0, index = 9, flags = 9, count = 0;
    const MI_Char *text = NULL, *name = NULL;
    MI_Value value;
    MI_Type type;

    (void)state;
    assert_int_equal(options.ft->SetString(&options, "Name", "one", 3), MI_RESULT_OK);
    assert_int_equal(options.ft->SetNumber(&options, "Number", 7, 0), MI_RESULT_OK);
    assert_int_equal(options.ft->SetString(&options, "NAME", "two", 4), MI_RESULT_OK);
    assert_int_equal(options.ft->GetOptionCount(&options, &count), MI_RESULT_OK);
    assert_int_equal(count, 2);
    assert_int_equal(options.ft->GetString(&options, "name", &text, &index, &flags), MI_RESULT_OK);
    assert_string_equal(text, "two");
    assert_int_equal(index, 0);
    assert_int_equal(flags, 4);
    assert_int_equal(options.ft->GetNumber(&options, "number", &number, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(number, 7);
    assert_int_equal(options.ft->GetOptionAt(&options, 1, &name, &value, &type, &flags),
                     MI_RESULT_OK);
    assert_string_equal(name, "Number");
    assert_int_equal(type, MI_UINT32);
    assert_int_equal(value.uint32, 7);
    assert_int_equal(options.ft->GetOptionAt(&options, 1, NULL, NULL, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(options.ft->GetOption(&options, "Name", &value, &type, &index, NULL),
                     MI_RESULT_OK);
    assert_string_equal(value.string, "two");
    options.ft->Delete(&options);
}

static void what_is_no_option_is_refused(void **state)
{
    static const MI_Datetime point = {.isTimestamp = MI_TRUE,
                                      .u.timestamp = {.year = 2020, .month = 1, .day = 1}};
    MI_OperationOptions options = operation_options();
    MI_Value value = {.string = NULL};
    MI_Interval interval;
    const MI_Char *text;
    MI_Uint32 number;
    MI_Type type;

    (void)state;
    assert_int_equal(options.ft->SetString(&options, NULL, "x", 0), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->SetString(&options, "", "x", 0), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->SetString(&options, "N", NULL, 0), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->SetNumber(&options, NULL, 1, 0), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->SetInterval(&options, "N", NULL, 0), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->SetCustomOption(&options, "N", (MI_Type)99, &value, MI_FALSE, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->SetCustomOption(&options, "N", MI_STRING, NULL, MI_FALSE, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->GetString(&options, "N", &text, NULL, NULL),
                     MI_RESULT_NO_SUCH_PROPERTY);
    assert_int_equal(options.ft->GetOption(&options, "N", &value, &type, NULL, NULL),
                     MI_RESULT_NO_SUCH_PROPERTY);
    assert_int_equal(options.ft->GetOption(&options, NULL, &value, &type, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->GetOptionAt(&options, 0, &text, &value, &type, NULL),
                     MI_RESULT_NOT_FOUND);
    assert_int_equal(options.ft->SetNumber(&options, "N", 1, 0), MI_RESULT_OK);
    assert_int_equal(options.ft->GetString(&options, "N", &text, NULL, NULL),
                     MI_RESULT_TYPE_MISMATCH);
    assert_int_equal(options.ft->GetString(&options, "N", NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->GetNumber(&options, "N", NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->GetInterval(&options, "N", &interval, NULL, NULL),
                     MI_RESULT_TYPE_MISMATCH);
    assert_int_equal(options.ft->GetInterval(&options, "N", NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    value.datetime = point;
    assert_int_equal(options.ft->SetCustomOption(&options, "T", MI_DATETIME, &value, MI_FALSE, 0),
                     MI_RESULT_OK);
    assert_int_equal(options.ft->GetInterval(&options, "T", &interval, NULL, NULL),
                     MI_RESULT_TYPE_MISMATCH);
    assert_int_equal(options.ft->GetNumber(&options, "T", &number, NULL, NULL),
                     MI_RESULT_TYPE_MISMATCH);
    options.ft->Delete(&options);
}

static void what_is_no_handle_is_refused(void **state)
{
    MI_OperationOptions ended = operation_options(), copy;
    const MI_OperationOptionsFT *ft = ended.ft;
    MI_DestinationOptions none = {0};
    MI_UserCredentials credentials;
    MI_Value value;
    MI_Type type;
    MI_Uint32 count;
    char password[8];

    (void)state;
    ft->Delete(&ended);
    ft->Delete(&ended);
    ft->Delete(NULL);
    assert_int_equal(ft->SetString(&ended, "N", "x", 0), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->SetNumber(&ended, MI_OP_OPTION_CHANNEL, 1, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->Clone(&ended, &copy), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->GetOptionCount(&ended, &count), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->GetOption(NULL, "N", &value, &type, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->GetOptionAt(NULL, 0, NULL, &value, &type, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(ft->GetEnabledChannels(NULL, "N", NULL, 0, &count, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_destination_options_ft.GetCredentialsCount(&none, &count),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_destination_options_ft.GetCredentialsAt(&none, 0, NULL, &credentials, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_destination_options_ft.GetCredentialsPasswordAt(
                         &none, 0, NULL, password, sizeof(password), &count, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(mi_subscription_delivery_options_ft.Delete(NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(operation_options_new(NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(destination_options_new(NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(subscription_delivery_options_new(NULL), MI_RESULT_INVALID_PARAMETER);
}

static void there_is_an_end_to_the_number_of_options(void **state)
{
    MI_OperationOptions options = operation_options();
    char name[16];

    (void)state;
    for (int i = 0; i < OPTION_LIST_MAX; i++) {
        snprintf(name, sizeof(name), "N%d", i);
        assert_int_equal(options.ft->SetString(&options, name, "x", 0), MI_RESULT_OK);
    }
    assert_int_equal(options.ft->SetString(&options, "more", "x", 0),
                     MI_RESULT_SERVER_LIMITS_EXCEEDED);
    assert_int_equal(options.ft->SetString(&options, "n0", "another", 0), MI_RESULT_OK);
    options.ft->Delete(&options);
}

static void each_channel_is_an_option_of_its_own(void **state)
{
    MI_OperationOptions options = operation_options();
    MI_Uint32 channels[2] = {9, 9}, count = 0, flags = 9;

    (void)state;
    assert_int_equal(options.ft->SetString(&options, "Other", "x", 0), MI_RESULT_OK);
    for (MI_Uint32 channel = 0; channel < 3; channel++)
        assert_int_equal(options.ft->SetNumber(&options, MI_OP_OPTION_CHANNEL, channel, 0),
                         MI_RESULT_OK);
    assert_int_equal(
        options.ft->GetEnabledChannels(&options, MI_OP_OPTION_CHANNEL, channels, 2, &count, &flags),
        MI_RESULT_FAILED);
    assert_int_equal(count, 3);
    assert_int_equal(channels[1], 1);
    assert_int_equal(flags, 0);
    /* Disabled, it is not among them. */
    assert_int_equal(options.ft->SetNumber(&options, MI_OP_OPTION_CHANNEL, 1, 1), MI_RESULT_OK);
    assert_int_equal(
        options.ft->GetEnabledChannels(&options, MI_OP_OPTION_CHANNEL, channels, 2, &count, NULL),
        MI_RESULT_OK);
    assert_int_equal(count, 2);
    assert_int_equal(channels[1], 2);
    assert_int_equal(
        options.ft->GetEnabledChannels(&options, MI_OP_OPTION_CHANNEL, NULL, 0, &count, NULL),
        MI_RESULT_OK);
    assert_int_equal(count, 2);
    assert_int_equal(
        options.ft->GetEnabledChannels(&options, MI_OP_OPTION_CHANNEL, NULL, 1, &count, NULL),
        MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->GetEnabledChannels(&options, NULL, channels, 2, &count, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    options.ft->Delete(&options);
}

static void a_clone_has_all_of_it_and_outlives_it(void **state)
{
    const MI_UserCredentials basic = {.authenticationType = MI_AUTH_TYPE_BASIC,
                                      .credentials.usernamePassword = {"d", "u", "secret"}};
    MI_DestinationOptions options = destination_options(), clone;
    const MI_Interval minute = {.minutes = 1};
    MI_Interval interval;
    const MI_Char *text;
    MI_Uint32 count = 0, needed = 0;
    char password[8];

    (void)state;
    assert_int_equal(options.ft->SetString(&options, "S", "text", 0), MI_RESULT_OK);
    assert_int_equal(options.ft->SetInterval(&options, "I", &minute, 0), MI_RESULT_OK);
    assert_int_equal(options.ft->AddCredentials(&options, "C", &basic, 5), MI_RESULT_OK);
    assert_int_equal(options.ft->Clone(&options, NULL), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->Clone(&options, &clone), MI_RESULT_OK);
    options.ft->Delete(&options);
    assert_int_equal(clone.ft->GetString(&clone, "S", &text, NULL, NULL), MI_RESULT_OK);
    assert_string_equal(text, "text");
    assert_int_equal(clone.ft->GetInterval(&clone, "I", &interval, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(interval.minutes, 1);
    assert_int_equal(clone.ft->GetCredentialsCount(&clone, &count), MI_RESULT_OK);
    assert_int_equal(count, 1);
    assert_int_equal(clone.ft->GetCredentialsPasswordAt(&clone, 0, NULL, password, sizeof(password),
                                                        &needed, NULL),
                     MI_RESULT_OK);
    assert_string_equal(password, "secret");
    assert_int_equal(needed, 7);
    clone.ft->Delete(&clone);
}

static void credentials_are_shown_without_their_password(void **state)
{
    const MI_UserCredentials basic = {.authenticationType = MI_AUTH_TYPE_BASIC,
                                      .credentials.usernamePassword = {NULL, "u", "secret"}};
    const MI_UserCredentials certificate = {.authenticationType = "clientcerts",
                                            .credentials.certificateThumbprint = "12:34"};
    const MI_UserCredentials issuer = {.authenticationType = MI_AUTH_TYPE_ISSUER_CERT,
                                       .credentials.certificateThumbprint = "56"};
    MI_DestinationOptions options = destination_options();
    MI_UserCredentials shown;
    const MI_Char *name;
    MI_Uint32 flags = 0, needed = 0;
    char password[8] = "";

    (void)state;
    assert_int_equal(options.ft->AddCredentials(&options, "A", &basic, 5), MI_RESULT_OK);
    assert_int_equal(options.ft->AddCredentials(&options, "B", &certificate, 0), MI_RESULT_OK);
    assert_int_equal(options.ft->AddCredentials(&options, "C", &issuer, 0), MI_RESULT_OK);
    assert_int_equal(options.ft->GetCredentialsAt(&options, 0, &name, &shown, &flags),
                     MI_RESULT_OK);
    assert_string_equal(name, "A");
    assert_int_equal(flags, 5);
    assert_string_equal(shown.authenticationType, MI_AUTH_TYPE_BASIC);
    assert_string_equal(shown.credentials.usernamePassword.username, "u");
    assert_null(shown.credentials.usernamePassword.domain);
    assert_null(shown.credentials.usernamePassword.password);
    assert_int_equal(options.ft->GetCredentialsAt(&options, 1, NULL, &shown, NULL), MI_RESULT_OK);
    assert_string_equal(shown.credentials.certificateThumbprint, "12:34");
    assert_int_equal(options.ft->GetCredentialsAt(&options, 2, NULL, &shown, NULL), MI_RESULT_OK);
    assert_string_equal(shown.credentials.certificateThumbprint, "56");
    assert_int_equal(
        options.ft->GetCredentialsPasswordAt(&options, 0, &name, password, 6, &needed, &flags),
        MI_RESULT_FAILED);
    assert_int_equal(needed, 7);
    assert_string_equal(password, "");
    assert_int_equal(
        options.ft->GetCredentialsPasswordAt(&options, 1, NULL, password, 6, NULL, NULL),
        MI_RESULT_OK);
    assert_string_equal(password, "");
    options.ft->Delete(&options);
}

static void what_are_no_credentials_is_refused(void **state)
{
    const MI_UserCredentials none = {0};
    const MI_UserCredentials basic = {.authenticationType = MI_AUTH_TYPE_BASIC,
                                      .credentials.usernamePassword = {"d", "u", "p"}};
    MI_DestinationOptions options = destination_options();
    MI_UserCredentials shown;
    MI_Uint32 needed;

    (void)state;
    assert_int_equal(options.ft->AddCredentials(&options, "A", &none, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->AddCredentials(&options, "A", NULL, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->AddCredentials(&options, NULL, &basic, 0),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->GetCredentialsAt(&options, 0, NULL, &shown, NULL),
                     MI_RESULT_NOT_FOUND);
    assert_int_equal(options.ft->GetCredentialsAt(&options, 0, NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(
        options.ft->GetCredentialsPasswordAt(&options, 0, NULL, NULL, 0, &needed, NULL),
        MI_RESULT_NOT_FOUND);
    assert_int_equal(
        options.ft->GetCredentialsPasswordAt(&options, 0, NULL, NULL, 1, &needed, NULL),
        MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->GetCredentialsCount(&options, NULL), MI_RESULT_INVALID_PARAMETER);
    for (int i = 0; i < OPTION_LIST_MAX; i++)
        assert_int_equal(options.ft->AddCredentials(&options, "A", &basic, 0), MI_RESULT_OK);
    assert_int_equal(options.ft->AddCredentials(&options, "A", &basic, 0),
                     MI_RESULT_SERVER_LIMITS_EXCEEDED);
    options.ft->Delete(&options);
}

static void a_delivery_has_options_with_points_in_time(void **state)
{
    const MI_Datetime point = {.isTimestamp = MI_TRUE,
                               .u.timestamp = {.year = 2020, .month = 2, .day = 29}};
    const MI_UserCredentials basic = {.authenticationType = MI_AUTH_TYPE_DIGEST,
                                      .credentials.usernamePassword = {"d", "u", "p"}};
    MI_SubscriptionDeliveryOptions options, clone;
    MI_UserCredentials shown;
    MI_Datetime got;
    MI_Uint32 number;
    char password[2];

    (void)state;
    assert_int_equal(subscription_delivery_options_new(&options), MI_RESULT_OK);
    assert_int_equal(options.ft->SetDateTime(&options, "T", &point, 0), MI_RESULT_OK);
    assert_int_equal(options.ft->SetDateTime(&options, "T", NULL, 0), MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(options.ft->SetNumber(&options, "N", 3, 0), MI_RESULT_OK);
    assert_int_equal(options.ft->AddCredentials(&options, "C", &basic, 0), MI_RESULT_OK);
    assert_int_equal(options.ft->Clone(&options, &clone), MI_RESULT_OK);
    assert_int_equal(options.ft->Delete(&options), MI_RESULT_OK);
    assert_int_equal(clone.ft->GetDateTime(&clone, "T", &got, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(got.u.timestamp.day, 29);
    assert_int_equal(clone.ft->GetDateTime(&clone, "N", &got, NULL, NULL), MI_RESULT_TYPE_MISMATCH);
    assert_int_equal(clone.ft->GetDateTime(&clone, "T", NULL, NULL, NULL),
                     MI_RESULT_INVALID_PARAMETER);
    assert_int_equal(clone.ft->GetNumber(&clone, "N", &number, NULL, NULL), MI_RESULT_OK);
    assert_int_equal(number, 3);
    assert_int_equal(clone.ft->GetCredentialsAt(&clone, 0, NULL, &shown, NULL), MI_RESULT_OK);
    assert_string_equal(shown.authenticationType, MI_AUTH_TYPE_DIGEST);
    assert_int_equal(clone.ft->GetCredentialsPasswordAt(&clone, 0, NULL, password, 2, NULL, NULL),
                     MI_RESULT_OK);
    assert_string_equal(password, "p");
    assert_int_equal(clone.ft->Delete(&clone), MI_RESULT_OK);
}

static void the_library_reads_an_option_or_takes_the_default(void **state)
{
    const MI_Interval zero = {0}, tiny = {.microseconds = 1}, day = {.days = 1, .seconds = 2};
    MI_OperationOptions options = operation_options();
    const OptionList *list = operation_options_list(&options);

    (void)state;
    assert_int_equal(option_list_number(list, "N", 5), 5);
    assert_string_equal(option_list_string(list, "S", "default"), "default");
    assert_int_equal(option_list_milliseconds(list, "I"), 0);
    (void)options.ft->SetNumber(&options, "N", 6, 0);
    (void)options.ft->SetString(&options, "S", "x", 0);
    assert_int_equal(option_list_number(list, "N", 5), 6);
    assert_string_equal(option_list_string(list, "S", "default"), "x");
    assert_int_equal(option_list_number(list, "S", 5), 5); /* of another type */
    assert_string_equal(option_list_string(list, "N", "default"), "default");
    assert_int_equal(option_list_milliseconds(list, "N"), 0);
    (void)options.ft->SetInterval(&options, "I", &zero, 0);
    assert_int_equal(option_list_milliseconds(list, "I"), 0);
    (void)options.ft->SetInterval(&options, "I", &tiny, 0);
    assert_int_equal(option_list_milliseconds(list, "I"), 1);
    (void)options.ft->SetInterval(&options, "I", &day, 0);
    assert_int_equal(option_list_milliseconds(list, "I"), 86402000);
    options.ft->Delete(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_set_is_got_by_name_and_by_place),
        cmocka_unit_test(what_is_no_option_is_refused),
        cmocka_unit_test(what_is_no_handle_is_refused),
        cmocka_unit_test(there_is_an_end_to_the_number_of_options),
        cmocka_unit_test(each_channel_is_an_option_of_its_own),
        cmocka_unit_test(a_clone_has_all_of_it_and_outlives_it),
        cmocka_unit_test(credentials_are_shown_without_their_password),
        cmocka_unit_test(what_are_no_credentials_is_refused),
        cmocka_unit_test(a_delivery_has_options_with_points_in_time),
        cmocka_unit_test(the_library_reads_an_option_or_takes_the_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
