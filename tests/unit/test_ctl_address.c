/*
 * Where mihostctl looks for the server, and what it takes for the name of a host: parts of it
 * become words of ssh's command line, and may reach a shell.
 */
#include "tests/support/cmocka.h"

#include "client/address.h"

#include <errno.h>
#include <stdlib.h>

static const char *text_of(Buffer *buffer)
{
    return buffer_string(buffer);
}

static void expect_url(const char *url, const char *user, const char *host, const char *port)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(address_deinit) Address address;

    address_init(&address);
    assert_int_equal(address_parse_url(&address, url, &why), 0);
    assert_int_equal(address.kind, ADDRESS_SSH);
    assert_string_equal(text_of(&address.name), url);
    assert_string_equal(text_of(&address.user), user);
    assert_string_equal(text_of(&address.host), host);
    assert_string_equal(text_of(&address.port), port);
    assert_int_equal(why.size, 0);
}

static void expect_no_url(const char *url, const char *sentence)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(address_deinit) Address address;

    address_init(&address);
    assert_int_equal(address_parse_url(&address, url, &why), -EINVAL);
    assert_non_null(strstr(buffer_string(&why), url));
    assert_non_null(strstr(why.data, sentence));
}

static void a_host_may_have_a_user_and_a_port(void **state)
{
    (void)state;
    expect_url("ssh://web1", "", "web1", "");
    expect_url("SSH://web-1.example_2.org:2222", "", "web-1.example_2.org", "2222");
    expect_url("ssh://admin@10.0.0.1:22", "admin", "10.0.0.1", "22");
    expect_url("ssh://a.b_c+d-e@example.org@web1", "a.b_c+d-e@example.org", "web1", "");
    expect_url("ssh://[::1]", "", "::1", "");
    expect_url("ssh://root@[fe80::1%eth0]:22", "root", "fe80::1%eth0", "22");
}

static void what_ssh_or_a_shell_could_take_for_something_else_is_no_host(void **state)
{
    static const char *const urls[] = {"ssh://-oProxyCommand=x",
                                       "ssh://[-oProxyCommand]",
                                       "ssh://a b",
                                       "ssh://a;b",
                                       "ssh://$(x)",
                                       "ssh://`x`",
                                       "ssh://a\nb",
                                       "ssh://a'b",
                                       "ssh://\xC3\xA4",
                                       "ssh://a%b",
                                       "ssh://",
                                       "ssh://@",
                                       "ssh://[::1",
                                       "ssh://[]",
                                       "ssh://u@",
                                       "ssh://:22",
                                       "ssh://u@-x",
                                       "ssh://a\\b",
                                       "ssh://a\"b",
                                       "ssh://a*",
                                       "ssh://a|b",
                                       "ssh://a&b",
                                       "ssh://[::1]x"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(urls); i++)
        expect_no_url(urls[i], "");
    expect_no_url("ssh://-x", "a host is letters, digits and .-_");
}

static void the_same_holds_for_a_user(void **state)
{
    (void)state;
    expect_no_url("ssh://-l@web1", "a user is letters, digits");
    expect_no_url("ssh://$(x)@web1", "a user is letters, digits");
    expect_no_url("ssh://a b@web1", "a user is letters, digits");
    expect_no_url("ssh://root:secret@web1", "without a password");
}

static void a_name_has_an_end(void **state)
{
    char url[400] = "ssh://";

    (void)state;
    (void)memset(url + strlen(url), 'x', 300);
    expect_no_url(url, "a host is");
}

static void what_is_no_url_is_told_how_to_be_one(void **state)
{
    (void)state;
    expect_no_url("web1", "a host is written as ssh://[USER@]HOST[:PORT]");
    expect_no_url("tcp://web1", "a host is written as");
    expect_no_url("", "a host is written as");
    expect_no_url("ssh://web1/run/x", "--socket names the socket there");
    expect_no_url("ssh://web1:", "a port is");
    expect_no_url("ssh://web1:0", "a port is");
    expect_no_url("ssh://web1:65536", "a port is");
    expect_no_url("ssh://web1:ssh", "a port is");
    expect_no_url("ssh://web1:22x", "a port is");
}

static void expect_choice(const Options *options, AddressScope scope, AddressKind kind,
                          const char *name)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(address_deinit) Address address;

    address_init(&address);
    assert_int_equal(address_choose(&address, options, scope, &why), 0);
    assert_int_equal(address.kind, kind);
    assert_string_equal(address.name.data, name);
}

static int forget_environment(void **state)
{
    (void)state;
    return unsetenv("MIHOST_HOST") + unsetenv("MIHOST_SOCKET") + unsetenv("XDG_RUNTIME_DIR");
}

static void options_go_before_the_environment_and_a_host_before_a_socket(void **state)
{
    const Options none = {.socket = NULL}, host = {.host = "ssh://a", .socket = "/there"},
                  socket = {.socket = "/here"};

    (void)state;
    expect_choice(&none, ADDRESS_ANYWHERE, ADDRESS_SOCKET, "/run/mihost/mihost.sock");
    assert_int_equal(setenv("MIHOST_SOCKET", "/environment", 1), 0);
    expect_choice(&none, ADDRESS_ANYWHERE, ADDRESS_SOCKET, "/environment");
    assert_int_equal(setenv("MIHOST_HOST", "ssh://b", 1), 0);
    expect_choice(&none, ADDRESS_ANYWHERE, ADDRESS_SSH, "ssh://b");
    expect_choice(&socket, ADDRESS_ANYWHERE, ADDRESS_SOCKET, "/here");
    expect_choice(&host, ADDRESS_ANYWHERE, ADDRESS_SSH, "ssh://a");
    expect_choice(&none, ADDRESS_HERE, ADDRESS_SOCKET, "/environment");
    assert_int_equal(setenv("MIHOST_HOST", "", 1), 0);
    expect_choice(&none, ADDRESS_ANYWHERE, ADDRESS_SOCKET, "/environment");
}

static void a_host_of_the_environment_is_checked_too(void **state)
{
    CLEANUP(buffer_deinit) Buffer why = BUFFER_INIT;
    CLEANUP(address_deinit) Address address;
    const Options none = {.socket = NULL};

    (void)state;
    address_init(&address);
    assert_int_equal(setenv("MIHOST_HOST", "ssh://-x", 1), 0);
    assert_int_equal(address_choose(&address, &none, ADDRESS_ANYWHERE, &why), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_may_have_a_user_and_a_port),
        cmocka_unit_test(what_ssh_or_a_shell_could_take_for_something_else_is_no_host),
        cmocka_unit_test(the_same_holds_for_a_user),
        cmocka_unit_test(a_name_has_an_end),
        cmocka_unit_test(what_is_no_url_is_told_how_to_be_one),
        cmocka_unit_test_setup_teardown(
            options_go_before_the_environment_and_a_host_before_a_socket, forget_environment,
            forget_environment),
        cmocka_unit_test_setup_teardown(a_host_of_the_environment_is_checked_too,
                                        forget_environment, forget_environment),
    };
    return cmocka_run_group_tests_name("ctl: where the server is", tests, NULL, NULL);
}
