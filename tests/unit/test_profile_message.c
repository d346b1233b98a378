/* Requests to profile and the profile of a reply: to lines and back, and every refusal with its words. */
// links: protocol base
#include "protocol/message.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REPLY "{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":2,\"elapsed_ns\":7}],\"profile\":"

static void expect_request_again(const char *line)
{
    struct assay_request request = { 0 };
    struct assay_error error = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;

    assert_int_equal(assay_request_read(&request, line, strlen(line), &error), 0);
    assert_int_equal(request.kind, ASSAY_REQUEST_PROFILE);
    assay_request_write(&text, &request);
    assert_string_equal(text.bytes, line);
    assay_text_release(&text);
    assay_request_release(&request);
}

static void every_record_is_asked_for_by_its_word(void **state)
{
    static const char *const words[ASSAY_RECORDS] = { "calls", "tree", "samples", "allocations", "lines", "functions" };
    char line[160];
    int i;

    (void)state;
    for (i = 0; i < ASSAY_RECORDS; i++) {
        assert_string_equal(assay_record_word((enum assay_record)i), words[i]);
        snprintf(line, sizeof line, "{\"id\":7,\"request\":\"profile\",\"record\":\"%s\",\"iterations\":512}", words[i]);
        expect_request_again(line);
    }
    expect_request_again("{\"id\":7,\"request\":\"profile\",\"record\":\"samples\",\"iterations\":512,\"batches\":20,"
                         "\"lead_in\":3,\"period_ns\":250000,\"timer\":true}");
    expect_request_again("{\"id\":7,\"request\":\"profile\",\"record\":\"tree\",\"iterations\":1,\"timed_share\":0.125}");
}

static void a_request_to_profile_has_defaults(void **state)
{
    struct assay_request request = { 0 };
    struct assay_error error = { 0 };
    const char *line = "{\"id\":7,\"request\":\"profile\",\"record\":\"tree\",\"iterations\":4,\"colour\":1}";

    (void)state;
    assert_int_equal(assay_request_read(&request, line, strlen(line), &error), 0);
    assert_int_equal(request.record, ASSAY_RECORD_TREE);
    assert_int_equal(request.batches, 1);
    assert_int_equal(request.lead_in, 0);
    assert_true(request.period_ns == 0 && request.timed_share == 0);
    assert_false(request.timer);
    assay_request_release(&request);
}

static void expect_bad_request(const char *fields, const char *wanted)
{
    struct assay_request request = { .iterations = 77 };
    struct assay_error error = { 0 };
    char line[200];

    snprintf(line, sizeof line, "{\"id\":7,\"request\":\"profile\"%s}", fields);
    assert_int_equal(assay_request_read(&request, line, strlen(line), &error), ASSAY_EINPUT);
    assert_string_equal(error.text, wanted);
    assert_int_equal(request.id, 7);
    assert_int_equal(request.iterations, 77);
}

static void a_bad_request_to_profile_says_what_is_wrong(void **state)
{
    (void)state;
    expect_bad_request(",\"iterations\":1", "missing \"record\"");
    expect_bad_request(",\"record\":\"tree\"", "missing \"iterations\"");
    expect_bad_request(",\"record\":\"dance\",\"iterations\":1",
                       "bad \"record\" 'dance': want calls, tree, samples, allocations, lines or functions");
    expect_bad_request(",\"record\":1,\"iterations\":1", "bad \"record\": want one line of text");
    expect_bad_request(",\"record\":\"tree\",\"iterations\":0", "bad \"iterations\": want an integer from 1 to 9007199254740992");
    expect_bad_request(",\"record\":\"tree\",\"iterations\":1,\"batches\":0", "bad \"batches\": want an integer from 1 to 10000");
    expect_bad_request(",\"record\":\"tree\",\"iterations\":1,\"timed_share\":1.5",
                       "bad \"timed_share\": want a share from 0 to 1");
    expect_bad_request(",\"record\":\"samples\",\"iterations\":1,\"period_ns\":9999", "bad \"period_ns\": want 10000 to 1e9");
    expect_bad_request(",\"record\":\"samples\",\"iterations\":1,\"period_ns\":1000000001", "bad \"period_ns\": want 10000 to 1e9");
    expect_bad_request(",\"record\":\"samples\",\"iterations\":1,\"timer\":1", "bad \"timer\": want true or false");
}

/* Reads a reply and writes what it read: the same line again. */
static void expect_profile_again(const char *profile)
{
    struct assay_reply reply = { 0 };
    struct assay_error error = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;
    char *line = assay_formatted(REPLY "%s}", profile);

    assert_int_equal(assay_reply_read(&reply, line, strlen(line), &error), 0);
    assert_true(reply.has_profile);
    assay_reply_write(&text, &reply);
    assert_false(text.failed);
    assert_string_equal(text.bytes, line);
    assay_text_release(&text);
    assay_reply_release(&reply);
    free(line);
}

static void every_profile_is_read_as_it_was_written(void **state)
{
    (void)state;
    expect_profile_again("{\"objects\":[]}");
    expect_profile_again("{\"objects\":[{\"path\":\"/a b.so\",\"build_id\":\"0f\"},{\"path\":\"/x\"}],\"nodes\":{"
                         "\"parent\":[-1,0,1],\"object\":[-1,0,1],\"address\":[0,4096,281474976710655],\"thread\":[0,0,1],"
                         "\"calls\":[0,1,9007199254740992],\"intervals\":[1,2,3],\"timed\":[1,2,2],\"cost_ns\":[0.25,1,2.125],"
                         "\"folded\":[0,0,7]},\"elapsed_ns\":100.5,\"cpu_ns\":99,\"main_cpu_ns\":98,\"queued_ns\":97,\"inside_ns\":18.25,"
                         "\"inside_spread_ns\":2,\"outside_ns\":20,\"outside_spread_ns\":3,\"inside_most_ns\":28.5,\"outside_most_ns\":40,\"untimed_ns\":5,\"untimed_spread_ns\":1,"
                         "\"tick_ns\":0.375,\"truncated\":4,\"threads\":2,\"folded_calls\":7,\"lost_calls\":1,\"jumps\":3,\"moved\":5,"
                         "\"deepest\":4096,\"contexts\":6,\"bytes\":9056,\"source\":\"rdtscp\"}");
    expect_profile_again("{\"objects\":[{\"path\":\"/x\"}],\"nodes\":{\"parent\":[-1],\"object\":[0],\"address\":[7],"
                         "\"samples\":[3],\"weight_ns\":[3000000.125]},\"period_ns\":1000000,\"lost\":2,"
                         "\"source\":\"cpu-clock\",\"note\":\"a note\"}");
    expect_profile_again("{\"objects\":[],\"nodes\":{\"parent\":[-1],\"object\":[-1],\"address\":[0],\"first\":[1],\"second\":[64]}}");
    expect_profile_again("{\"objects\":[],\"functions\":[{\"name\":\"<lambda>\",\"file\":\"a.py\",\"line\":4294967295,\"calls\":5,"
                         "\"primitive\":3,\"own_ns\":1.5,\"total_ns\":2},{\"name\":\"len\",\"file\":\"~\",\"line\":0,\"calls\":1,"
                         "\"primitive\":1,\"own_ns\":0,\"total_ns\":0}],\"edges\":[{\"caller\":0,\"callee\":1,\"calls\":1,"
                         "\"primitive\":1,\"own_ns\":0,\"total_ns\":0.001}],\"source\":\"cProfile\"}");
}

static void what_a_profile_does_not_say_is_not_known(void **state)
{
    struct assay_reply reply = { 0 };
    struct assay_error error = { 0 };
    const char *line = "{\"id\":5,\"ok\":true,\"profile\":{\"note\":null}}";

    (void)state;
    assert_int_equal(assay_reply_read(&reply, line, strlen(line), &error), 0);
    assert_true(reply.has_profile);
    assert_true(isnan(reply.profile.elapsed_ns) && isnan(reply.profile.inside_ns) && isnan(reply.profile.tick_ns));
    assert_true(reply.profile.lost == 0 && reply.profile.jumps == 0 && reply.profile.truncated == 0);
    assert_null(reply.profile.parent);
    assert_null(reply.profile.note);
    assay_reply_release(&reply);
}

static void a_profile_may_stand_in_a_refusal(void **state)
{
    struct assay_reply reply = { 0 };
    struct assay_error error = { 0 };
    const char *line = "{\"id\":5,\"ok\":false,\"status\":\"failed\",\"message\":\"m\",\"profile\":null}";

    (void)state;
    assert_int_equal(assay_reply_read(&reply, line, strlen(line), &error), 0);
    assert_false(reply.has_profile);
    assay_reply_release(&reply);
}

static void expect_bad_profile(const char *profile, const char *wanted)
{
    struct assay_reply reply = { .iterations = 77 };
    struct assay_error error = { 0 };
    char *line = assay_formatted(REPLY "%s}", profile);

    assert_int_equal(assay_reply_read(&reply, line, strlen(line), &error), ASSAY_EINPUT);
    assert_string_equal(error.text, wanted);
    assert_int_equal(reply.iterations, 77);
    free(line);
}

#define OBJECT "\"objects\":[{\"path\":\"/x\"}],"
#define NODES(parents, objects, addresses) \
    "{" OBJECT "\"nodes\":{\"parent\":[" parents "],\"object\":[" objects "],\"address\":[" addresses "]"
#define FUNCTION "{\"name\":\"f\",\"file\":\"a.py\",\"line\":1,\"calls\":1,\"primitive\":1,\"own_ns\":1,\"total_ns\":1}"
#define EDGE(caller, callee) \
    "{\"caller\":" caller ",\"callee\":" callee ",\"calls\":1,\"primitive\":1,\"own_ns\":1,\"total_ns\":1}"

static void bad_nodes_are_refused(void **state)
{
    (void)state;
    expect_bad_profile("[]", "bad \"profile\": want an object");
    expect_bad_profile("{\"objects\":[1]}", "bad \"objects\": want an array of objects");
    expect_bad_profile("{\"objects\":[{}]}", "missing \"path\"");
    expect_bad_profile("{\"objects\":[{\"path\":\"a\\nb\"}]}", "bad \"path\": want one line of text");
    expect_bad_profile("{" OBJECT "\"nodes\":{}}", "missing \"parent\"");
    expect_bad_profile("{" OBJECT "\"nodes\":{\"parent\":[-1]}}", "missing \"object\"");
    expect_bad_profile(NODES("-1,0", "0", "1,2") "}}", "bad \"object\": want as many as parents, and at most 150000, not 1");
    expect_bad_profile(NODES("-1,0", "0,0", "1,2") ",\"calls\":[1,2,3]}}",
                       "bad \"calls\": want as many as parents, and at most 150000, not 3");
    expect_bad_profile(NODES("0", "0", "1") "}}", "bad \"parent\": want parents before their children, or -1");
    expect_bad_profile(NODES("-1,1", "0,0", "1,1") "}}", "bad \"parent\": want parents before their children, or -1");
    expect_bad_profile(NODES("-2", "0", "1") "}}", "bad \"parent\": want parents before their children, or -1");
    expect_bad_profile(NODES("-0.5", "0", "1") "}}", "bad \"parent\": want parents before their children, or -1");
    expect_bad_profile(NODES("\"-1\"", "0", "1") "}}", "bad \"parent\": want parents before their children, or -1");
    expect_bad_profile(NODES("-1", "1", "1") "}}", "bad \"object\": want indexes of objects, or -1");
    expect_bad_profile(NODES("-1", "-2", "1") "}}", "bad \"object\": want indexes of objects, or -1");
    expect_bad_profile(NODES("-1", "0", "-1") "}}", "bad \"address\": want whole numbers from 0 to 2^53");
    expect_bad_profile(NODES("-1", "0", "9007199254740994") "}}", "bad \"address\": want whole numbers from 0 to 2^53");
    expect_bad_profile(NODES("-1", "0", "1") ",\"calls\":[0.5]}}", "bad \"calls\": want whole numbers from 0 to 2^53");
    expect_bad_profile(NODES("-1", "0", "1") ",\"weight_ns\":[-0.5]}}", "bad \"weight_ns\": want numbers from 0 to 1e18");
    expect_bad_profile(NODES("-1", "0", "1") ",\"weight_ns\":[1e19]}}", "bad \"weight_ns\": want numbers from 0 to 1e18");
    expect_bad_profile(NODES("-1", "0", "1") ",\"weight_ns\":[null]}}", "bad \"weight_ns\": want numbers from 0 to 1e18");
}

static void bad_functions_and_numbers_are_refused(void **state)
{
    (void)state;
    expect_bad_profile("{\"functions\":[{\"name\":\"f\"}]}", "missing \"file\"");
    expect_bad_profile("{\"functions\":[" FUNCTION ",7]}", "bad \"functions\": want an array of objects");
    expect_bad_profile("{\"edges\":[" EDGE("0", "0") "]}", "bad \"edges\": want functions that they join");
    expect_bad_profile("{\"functions\":[" FUNCTION "],\"edges\":[" EDGE("0", "1") "]}",
                       "bad \"callee\": want an integer from 0 to 0");
    expect_bad_profile("{\"functions\":[" FUNCTION "],\"edges\":[" EDGE("-1", "0") "]}",
                       "bad \"caller\": want an integer from 0 to 0");
    expect_bad_profile("{\"elapsed_ns\":-1}", "bad \"elapsed_ns\": want a number from 0 to 1e18");
    expect_bad_profile("{\"lost\":0.5}", "bad \"lost\": want a whole number from 0 to 2^53");
    expect_bad_profile("{\"source\":7}", "bad \"source\": want one line of text");
    expect_bad_profile("{\"note\":\"two\\nlines\"}", "bad \"note\": want one line of text");
}

/* What a line holds: the most nodes, each of them as long as the widest tree's. */
static void the_most_nodes_fit_a_line(void **state)
{
    struct assay_reply reply = { .id = 5, .ok = true, .has_profile = true };
    struct assay_reply again = { 0 };
    struct assay_error error = { 0 };
    struct assay_message_profile *profile = &reply.profile;
    struct assay_text text = ASSAY_TEXT_INIT;
    double **const columns[] = { &profile->parent, &profile->object, &profile->address, &profile->thread, &profile->calls,
                                 &profile->intervals, &profile->timed, &profile->cost_ns, &profile->folded };
    static const double values[] = { 149998, 0, 12345678, 100, 1e10, 1e11, 1e11, 123456789012.125, 0 };
    size_t i, j;

    (void)state;
    assay_message_profile_init(profile);
    profile->node_count = ASSAY_PROFILE_NODES_MAX;
    profile->objects = calloc(1, sizeof *profile->objects);
    assert_non_null(profile->objects);
    profile->object_count = 1;
    profile->objects[0].path = assay_copy("/x");
    for (i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        *columns[i] = calloc(profile->node_count, sizeof **columns[i]);
        assert_non_null(*columns[i]);
        for (j = 0; j < profile->node_count; j++) {
            (*columns[i])[j] = i == 0 ? (double)j - 1 : values[i];
        }
    }
    assay_reply_write(&text, &reply);
    assert_false(text.failed);
    assert_true(text.length < (size_t)1 << 24);
    assert_int_equal(assay_reply_read(&again, text.bytes, text.length, &error), 0);
    assert_int_equal(again.profile.node_count, ASSAY_PROFILE_NODES_MAX);
    assert_true(again.profile.cost_ns[ASSAY_PROFILE_NODES_MAX - 1] == 123456789012.125);
    assay_text_release(&text);
    assay_reply_release(&reply);
    assay_reply_release(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_is_asked_for_by_its_word),
        cmocka_unit_test(a_request_to_profile_has_defaults),
        cmocka_unit_test(a_bad_request_to_profile_says_what_is_wrong),
        cmocka_unit_test(every_profile_is_read_as_it_was_written),
        cmocka_unit_test(what_a_profile_does_not_say_is_not_known),
        cmocka_unit_test(a_profile_may_stand_in_a_refusal),
        cmocka_unit_test(bad_nodes_are_refused),
        cmocka_unit_test(bad_functions_and_numbers_are_refused),
        cmocka_unit_test(the_most_nodes_fit_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
