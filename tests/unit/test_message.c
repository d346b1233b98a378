/* Requests, replies and the hello: to lines and back, and every refusal with its words. */
// links: protocol base
#include "protocol/message.h"

#include "protocol/fast.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST "804f74b128ae4592804f74b128ae4592804f74b128ae4592804f74b128ae4592"

/* Reads a line and writes what it read: the same line again. */
static void expect_request_again(const char *line)
{
    struct assay_request request = { 0 };
    struct assay_error error = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;

    assert_int_equal(assay_request_read(&request, line, strlen(line), &error), 0);
    assay_request_write(&text, &request);
    assert_false(text.failed);
    assert_string_equal(text.bytes, line);
    assay_text_release(&text);
    assay_request_release(&request);
}

static void expect_reply_again(const char *line)
{
    struct assay_reply reply = { 0 };
    struct assay_error error = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;

    assert_int_equal(assay_reply_read(&reply, line, strlen(line), &error), 0);
    assay_reply_write(&text, &reply);
    assert_false(text.failed);
    assert_string_equal(text.bytes, line);
    assay_text_release(&text);
    assay_reply_release(&reply);
}

static void expect_bad_request(const char *line, uint64_t id, const char *wanted)
{
    struct assay_request request = { .iterations = 77 };
    struct assay_error error = { 0 };

    assert_int_equal(assay_request_read(&request, line, strlen(line), &error), ASSAY_EINPUT);
    assert_string_equal(error.text, wanted);
    assert_int_equal(request.id, id);
    assert_int_equal(request.iterations, 77);
}

static void expect_bad_reply(const char *line, const char *wanted)
{
    struct assay_reply reply = { .iterations = 77 };
    struct assay_error error = { 0 };

    assert_int_equal(assay_reply_read(&reply, line, strlen(line), &error), ASSAY_EINPUT);
    assert_string_equal(error.text, wanted);
    assert_int_equal(reply.iterations, 77);
}

static void every_request_is_read_as_it_was_written(void **state)
{
    (void)state;
    expect_request_again("{\"id\":1,\"request\":\"describe\"}");
    expect_request_again("{\"id\":2,\"request\":\"expect\",\"kernel\":\"primes.trial\",\"parameters\":{\"limit\":\"10000\"}}");
    expect_request_again("{\"id\":3,\"request\":\"setup\",\"kernel\":\"a\",\"parameters\":{\"x\":\"\\\"\xc3\xa4\",\"y\":\"\"},"
                         "\"seed\":\"18446744073709551615\",\"threads\":4,\"expected\":{\"count\":1229,\"sum\":\"5736396\","
                         "\"sha256\":\"" DIGEST "\",\"source\":\"a table\"},\"counters\":true}");
    expect_request_again("{\"id\":3,\"request\":\"setup\",\"kernel\":\"a\",\"parameters\":{},\"seed\":\"0\",\"threads\":1,"
                         "\"expected\":{\"sum\":\"0\"}}");
    expect_request_again("{\"id\":4,\"request\":\"calibrate\",\"batch_ns\":10000000}");
    expect_request_again("{\"id\":5,\"request\":\"run\",\"iterations\":512}");
    expect_request_again("{\"id\":9007199254740992,\"request\":\"run\",\"iterations\":9007199254740992,\"batches\":10000,"
                         "\"flush\":true}");
    expect_request_again("{\"id\":5,\"request\":\"run\",\"iterations\":512,\"lead_in\":1}");
    expect_request_again("{\"id\":5,\"request\":\"run\",\"iterations\":512,\"lead_in\":1,\"turns\":\"1210\",\"extra_work\":77}");
    expect_request_again("{\"id\":5,\"request\":\"run\",\"iterations\":512,\"batches\":2,\"flush\":true,"
                         "\"lead_in\":9007199254740992}");
    expect_request_again("{\"id\":6,\"request\":\"answer\"}");
    expect_request_again("{\"id\":8,\"request\":\"teardown\"}");
    expect_request_again("{\"id\":9,\"request\":\"quit\"}");
    expect_request_again("{\"id\":10,\"request\":\"dance\"}");
}

static void a_lead_in_of_none_is_not_written(void **state)
{
    struct assay_request request = { .id = 5, .kind = ASSAY_REQUEST_RUN, .iterations = 8, .batches = 1, .lead_in = 0 };
    struct assay_text text = ASSAY_TEXT_INIT;

    (void)state;
    assay_request_write(&text, &request);
    assert_string_equal(text.bytes, "{\"id\":5,\"request\":\"run\",\"iterations\":8}");
    assay_text_release(&text);
}

static void an_unknown_request_keeps_its_word(void **state)
{
    struct assay_request request = { 0 };
    struct assay_error error = { 0 };
    const char *line = "{\"id\":1,\"request\":\"dance\",\"iterations\":-1}";

    (void)state;
    assert_int_equal(assay_request_read(&request, line, strlen(line), &error), 0);
    assert_int_equal(request.kind, ASSAY_REQUEST_UNKNOWN);
    assert_string_equal(request.word, "dance");
    assay_request_release(&request);
}

static void a_run_request_has_defaults_and_ignores_unknown_fields(void **state)
{
    struct assay_request request = { 0 };
    struct assay_error error = { 0 };
    const char *line = " {\"iterations\":8, \"id\":5, \"colour\":{\"deep\":[]}, \"request\":\"run\", \"batches\":null}\r";

    (void)state;
    assert_int_equal(assay_request_read(&request, line, strlen(line), &error), 0);
    assert_int_equal(request.kind, ASSAY_REQUEST_RUN);
    assert_int_equal(request.iterations, 8);
    assert_int_equal(request.batches, 1);
    assert_false(request.flush);
    assert_int_equal(request.lead_in, 0);
    assay_request_release(&request);
}

static void a_bad_request_keeps_its_id_and_says_what_is_wrong(void **state)
{
    (void)state;
    expect_bad_request("[1]", 0, "line is no object: want {...}");
    expect_bad_request("{\"request\":\"run\"}", 0, "missing \"id\"");
    expect_bad_request("{\"id\":0,\"request\":\"run\"}", 0, "bad \"id\": want an integer from 1 to 9007199254740992");
    expect_bad_request("{\"id\":\"5\",\"request\":\"run\"}", 0, "bad \"id\": want an integer from 1 to 9007199254740992");
    expect_bad_request("{\"id\":5}", 5, "missing \"request\"");
    expect_bad_request("{\"id\":5,\"request\":\"run\"}", 5, "missing \"iterations\"");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":0}", 5,
                       "bad \"iterations\": want an integer from 1 to 9007199254740992");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":9007199254740993}", 5,
                       "bad \"iterations\": want an integer from 1 to 9007199254740992");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":1.0}", 5,
                       "bad \"iterations\": want an integer from 1 to 9007199254740992");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":1,\"batches\":10001}", 5,
                       "bad \"batches\": want an integer from 1 to 10000");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":1,\"flush\":1}", 5, "bad \"flush\": want true or false");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":1,\"lead_in\":-1}", 5,
                       "bad \"lead_in\": want an integer from 0 to 9007199254740992");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":1,\"lead_in\":9007199254740993}", 5,
                       "bad \"lead_in\": want an integer from 0 to 9007199254740992");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":1,\"lead_in\":true}", 5,
                       "bad \"lead_in\": want an integer from 0 to 9007199254740992");
    expect_bad_request("{\"id\":5,\"request\":\"calibrate\",\"batch_ns\":0}", 5, "bad \"batch_ns\": want a time above 0");
    expect_bad_request("{\"id\":5,\"request\":\"calibrate\",\"batch_ns\":-1}", 5, "bad \"batch_ns\": want a number from 0 to 1e18");
}

static void a_bad_setup_says_what_is_wrong(void **state)
{
    (void)state;
    expect_bad_request("{\"id\":5,\"request\":\"setup\",\"seed\":\"1\"}", 5, "missing \"kernel\"");
    expect_bad_request("{\"id\":5,\"request\":\"setup\",\"kernel\":\"A\",\"seed\":\"1\"}", 5,
                       "bad \"kernel\": want a name such as primes.below");
    expect_bad_request("{\"id\":5,\"request\":\"setup\",\"kernel\":\"a\",\"seed\":1}", 5,
                       "bad \"seed\": want a text of decimal digits, up to 2^64-1");
    expect_bad_request("{\"id\":5,\"request\":\"setup\",\"kernel\":\"a\",\"seed\":\"18446744073709551616\"}", 5,
                       "bad \"seed\": want a text of decimal digits, up to 2^64-1");
    expect_bad_request("{\"id\":5,\"request\":\"setup\",\"kernel\":\"a\",\"seed\":\"1\",\"parameters\":{\"n\":7}}", 5,
                       "bad \"parameters\": want names with texts, not 'n'");
    expect_bad_request("{\"id\":5,\"request\":\"setup\",\"kernel\":\"a\",\"seed\":\"1\",\"threads\":1025}", 5,
                       "bad \"threads\": want an integer from 1 to 1024");
    expect_bad_request("{\"id\":5,\"request\":\"setup\",\"kernel\":\"a\",\"seed\":\"1\",\"expected\":{\"sha256\":\"AB\"}}", 5,
                       "bad \"sha256\": want 64 lower-case hexadecimal digits");
    expect_bad_request("{\"id\":5,\"request\":\"setup\",\"kernel\":\"a\",\"seed\":\"1\",\"expected\":{\"count\":-1}}", 5,
                       "bad \"count\": want an integer from 0 to 9007199254740992");
}

static void what_is_not_json_is_refused(void **state)
{
    static const char *const lines[] = { "", "x", "{", "{}x", "{\"id\":NaN}", "{\"id\":1,\"id\":1}", "{\"id\":1e999}",
                                         "{\"id\":99999999999999999999}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\xff\"}" };
    struct assay_request request = { 0 };
    struct assay_reply reply = { 0 };
    struct assay_hello hello = { 0 };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct assay_error error = { 0 };
        size_t length = strlen(lines[i]);
        assert_int_equal(assay_request_read(&request, lines[i], length, &error), ASSAY_EINPUT);
        assert_non_null(strstr(error.text, "line is not JSON: "));
        assert_int_equal(assay_reply_read(&reply, lines[i], length, &error), ASSAY_EINPUT);
        assert_int_equal(assay_hello_read(&hello, lines[i], length, &error), ASSAY_EINPUT);
    }
}

static void every_reply_is_read_as_it_was_written(void **state)
{
    (void)state;
    expect_reply_again("{\"id\":3,\"ok\":true}");
    expect_reply_again("{\"id\":null,\"ok\":false,\"status\":\"protocol-error\",\"message\":\"line is not JSON\"}");
    expect_reply_again("{\"id\":1,\"ok\":true,\"implementation\":\"lua\",\"kernels\":[]}");
    expect_reply_again("{\"id\":2,\"ok\":true,\"expected\":{\"count\":0,\"source\":\"a table\"},\"work\":{\"items\":0,\"bytes\":8.5,"
                       "\"least_operations\":117709}}");
    expect_reply_again("{\"id\":4,\"ok\":true,\"iterations\":512,\"elapsed_ns\":31000000.25}");
    expect_reply_again("{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":512,\"elapsed_ns\":10012345.5,\"cpu_ns\":10011000,"
                       "\"untimed_ns\":4321,\"voluntary_switches\":0,\"involuntary_switches\":1,\"migrations\":2,\"faults\":3,\"operations\":4,"
                       "\"allocations\":5,\"allocated_bytes\":6,\"cycles\":7,\"instructions\":8,\"branch_misses\":9,"
                       "\"cache_misses\":10,\"verified\":true,\"measures\":{\"rate\":1.5,\"debt\":-3},"
                       "\"observed\":{\"trip\":[1,2.25],\"none\":[]}},{\"iterations\":512,\"elapsed_ns\":0.001}]}");
    expect_reply_again("{\"id\":5,\"ok\":false,\"status\":\"wrong-answer\",\"message\":\"count is 1228, want 1229\",\"batches\":"
                       "[{\"iterations\":1,\"elapsed_ns\":1,\"verified\":false}],\"answer\":{\"count\":1228,\"sum\":\"7\","
                       "\"sha256\":\"" DIGEST "\"}}");
    expect_reply_again("{\"id\":6,\"ok\":true,\"answer\":{\"count\":1,\"sum\":\"18446744073709551615\",\"sha256\":\"" DIGEST
                       "\"},\"verified\":false}");
    expect_reply_again("{\"id\":7,\"ok\":true,\"peak_bytes\":3145728}");
}

static void what_a_batch_does_not_say_is_not_known(void **state)
{
    struct assay_reply reply = { 0 };
    struct assay_error error = { 0 };
    const char *line = "{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":0,\"cpu_ns\":null,\"verified\":null,"
                       "\"heat\":\"much\"}]}";

    (void)state;
    assert_int_equal(assay_reply_read(&reply, line, strlen(line), &error), 0);
    assert_int_equal(reply.batch_count, 1);
    assert_true(isnan(reply.batches[0].untimed_ns));
    assert_true(isnan(reply.batches[0].cpu_ns) && isnan(reply.batches[0].faults) && isnan(reply.batches[0].cache_misses));
    assert_int_equal(reply.batches[0].verified, -1);
    assert_true(reply.batches[0].elapsed_ns == 0.0);
    assert_true(isnan(reply.peak_bytes));
    assert_int_equal(reply.verified, -1);
    assay_reply_release(&reply);
}

static void a_bad_reply_says_what_is_wrong(void **state)
{
    (void)state;
    expect_bad_reply("{\"ok\":true}", "missing \"id\"");
    expect_bad_reply("{\"id\":1}", "missing \"ok\"");
    expect_bad_reply("{\"id\":1,\"ok\":1}", "bad \"ok\": want true or false");
    expect_bad_reply("{\"id\":1,\"ok\":false,\"message\":\"m\"}", "missing \"status\"");
    expect_bad_reply("{\"id\":1,\"ok\":false,\"status\":\"failed\"}", "missing \"message\"");
    expect_bad_reply("{\"id\":1,\"ok\":false,\"status\":\"ok\",\"message\":\"m\"}",
                     "bad \"status\" 'ok': want failed, unavailable, protocol-error, wrong-answer or out-of-memory");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"iterations\":0}", "bad \"iterations\": want an integer from 1 to 9007199254740992");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"elapsed_ns\":-1}", "bad \"elapsed_ns\": want a number from 0 to 1e18");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"batches\":[1]}", "bad \"batches\": want an array of objects");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"batches\":[{\"iterations\":1}]}", "missing \"elapsed_ns\"");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":-0.5}]}",
                     "bad \"elapsed_ns\": want a number from 0 to 1e18");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1e300}]}",
                     "bad \"elapsed_ns\": want a number from 0 to 1e18");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1,\"faults\":\"1\"}]}",
                     "bad \"faults\": want a whole number from 0 to 2^53");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1,\"migrations\":0.5}]}",
                     "bad \"migrations\": want a whole number from 0 to 2^53");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1,\"faults\":1e17}]}",
                     "bad \"faults\": want a whole number from 0 to 2^53");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1,\"measures\":{\"rate\":\"x\"}}]}",
                     "bad \"measures\": want names with numbers, not 'rate'");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1,\"observed\":{\"trip\":[null]}}]}",
                     "bad \"observed\": want names with numbers, not 'trip'");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"answer\":{\"sum\":7}}", "bad \"sum\": want a text of decimal digits, up to 2^64-1");
    expect_bad_reply("{\"id\":1,\"ok\":true,\"kernels\":[]}", "missing \"implementation\"");
}

/* Read once by the short cut, once (behind a space) in full. */
static void both_readers_agree(const char *line, double elapsed_ns, double faults, int verified)
{
    struct assay_error error = { 0 };
    char spaced[256] = " ";
    const char *lines[] = { line, spaced };
    size_t i;

    strcat(spaced, line);
    for (i = 0; i < 2; i++) {
        struct assay_reply reply = { 0 };
        assert_int_equal(assay_reply_read(&reply, lines[i], strlen(lines[i]), &error), 0);
        assert_int_equal(reply.id, 5);
        assert_int_equal(reply.batch_count, 1);
        assert_int_equal(reply.batches[0].iterations, 512);
        assert_true(reply.batches[0].elapsed_ns == elapsed_ns);
        assert_true(reply.batches[0].faults == faults || (isnan(faults) && isnan(reply.batches[0].faults)));
        assert_int_equal(reply.batches[0].verified, verified);
        assert_int_equal(reply.verified, -1);
        assert_true(isnan(reply.peak_bytes));
        assay_reply_release(&reply);
    }
}

static void the_short_cut_reads_what_the_full_reader_reads(void **state)
{
    (void)state;
    both_readers_agree("{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":512,\"elapsed_ns\":10012345.678,\"cpu_ns\":1,"
                       "\"faults\":3,\"verified\":true}]}",
                       10012345.678, 3.0, 1);
    both_readers_agree("{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":512,\"elapsed_ns\":0.1,\"verified\":null}]}", 0.1,
                       (double)NAN, -1);
    both_readers_agree("{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":512,\"elapsed_ns\":1.2345678e4,\"faults\":0}]}",
                       12345.678, 0.0, -1);
}

/* The short cut first, then (behind a space) the full reader. */
static void both_readers_agree_on_a_run(const char *line, bool is_short, uint64_t iterations, uint64_t lead_in)
{
    struct assay_request fast = { 0 };
    struct assay_error error = { 0 };
    char spaced[256] = " ";
    const char *lines[] = { line, spaced };
    size_t i;

    strcat(spaced, line);
    assert_int_equal(assay_fast_run_request(&fast, line, strlen(line)), is_short);
    for (i = 0; i < 2; i++) {
        struct assay_request request = { 0 };
        assert_int_equal(assay_request_read(&request, lines[i], strlen(lines[i]), &error), 0);
        assert_int_equal(request.id, 5);
        assert_int_equal(request.kind, ASSAY_REQUEST_RUN);
        assert_int_equal(request.iterations, iterations);
        assert_int_equal(request.lead_in, lead_in);
        assert_int_equal(request.batches, 1);
        assert_int_equal(request.threads, 1);
        assert_false(request.flush);
        assay_request_release(&request);
    }
}

static void the_short_cut_reads_a_lead_in(void **state)
{
    (void)state;
    both_readers_agree_on_a_run("{\"id\":5,\"request\":\"run\",\"iterations\":512}", true, 512, 0);
    both_readers_agree_on_a_run("{\"id\":5,\"request\":\"run\",\"iterations\":512,\"lead_in\":70}", true, 512, 70);
    both_readers_agree_on_a_run("{\"id\":5,\"request\":\"run\",\"iterations\":512,\"lead_in\":0}", true, 512, 0);
    both_readers_agree_on_a_run("{\"id\":5,\"request\":\"run\",\"iterations\":512,\"lead_in\":9007199254740992}", false, 512,
                                9007199254740992);
    both_readers_agree_on_a_run("{\"id\":5,\"request\":\"run\",\"iterations\":512,\"lead_in\":null}", false, 512, 0);
    both_readers_agree_on_a_run("{\"id\":5,\"request\":\"run\",\"lead_in\":70,\"iterations\":512}", false, 512, 70);
}

static void the_short_cut_lets_nothing_through(void **state)
{
    (void)state;
    expect_bad_reply("{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":0,\"elapsed_ns\":1}]}",
                     "bad \"iterations\": want an integer from 1 to 9007199254740992");
    expect_bad_reply("{\"id\":0,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1}]}",
                     "bad \"id\": want an integer from 1 to 9007199254740992");
    expect_bad_reply("{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1,\"faults\":1,\"faults\":1}]}",
                     "line is not JSON: duplicate object key near '\"faults\"'");
    expect_bad_reply("{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":01,\"elapsed_ns\":1}]}",
                     "line is not JSON: invalid token near '0'");
    expect_bad_reply("{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1,\"faults\":}]}",
                     "line is not JSON: unexpected token near '}'");
    expect_bad_reply("{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":1,\"elapsed_ns\":1,\"verified\":false}]}",
                     "bad \"verified\": want no false in a reply that is ok, but a refusal as wrong-answer");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":8,\"lead_in\":}", 0,
                       "line is not JSON: unexpected token near '}'");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":8,\"lead_in\":1,\"lead_in\":1}", 0,
                       "line is not JSON: duplicate object key near '\"lead_in\"'");
    expect_bad_request("{\"id\":5,\"request\":\"run\",\"iterations\":8}}", 0,
                       "line is not JSON: end of file expected near '}'");
}

static void a_refusal_is_one_line_whatever_the_kernel_said(void **state)
{
    struct assay_reply reply = { 0 };
    struct assay_error error = { 0 };
    const char *line = "{\"id\":1,\"ok\":false,\"status\":\"failed\",\"message\":\"two\\nlines\"}";

    (void)state;
    assert_int_equal(assay_reply_read(&reply, line, strlen(line), &error), 0);
    assert_string_equal(reply.message, "two lines");
    assay_reply_release(&reply);
}

static void a_batch_that_knows_nothing_is_written_short(void **state)
{
    struct assay_batch batch;
    struct assay_reply reply = { .id = 5, .ok = true, .batches = &batch, .batch_count = 1 };
    struct assay_text text = ASSAY_TEXT_INIT;

    (void)state;
    assay_batch_init(&batch);
    batch.iterations = 512;
    batch.elapsed_ns = 10012345.000000002; /* seconds times 1e9: the clock meant 10012345 */
    assay_reply_write(&text, &reply);
    assert_string_equal(text.bytes, "{\"id\":5,\"ok\":true,\"batches\":[{\"iterations\":512,\"elapsed_ns\":10012345}]}");
    assay_text_release(&text);
}

static void a_hello_is_read_as_it_was_written(void **state)
{
    const char *line = "{\"assay_worker\":1,\"minor\":3,\"implementation\":\"pypy\",\"version\":\"PyPy 7.3\",\"pid\":4711,"
                       "\"capabilities\":[\"expect\",\"counters\"]}";
    struct assay_hello hello = { 0 };
    struct assay_error error = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;

    (void)state;
    assert_int_equal(assay_hello_read(&hello, line, strlen(line), &error), 0);
    assert_int_equal(hello.minor, 3);
    assert_int_equal(hello.pid, 4711);
    assert_true(assay_hello_can(&hello, "counters"));
    assert_false(assay_hello_can(&hello, "flush"));
    assay_hello_write(&text, &hello);
    assert_string_equal(text.bytes, line);
    assay_text_release(&text);
    assay_hello_release(&hello);
}

static void expect_bad_hello(const char *line, const char *wanted)
{
    struct assay_hello hello = { .pid = 77 };
    struct assay_error error = { 0 };

    assert_int_equal(assay_hello_read(&hello, line, strlen(line), &error), ASSAY_EINPUT);
    assert_string_equal(error.text, wanted);
    assert_int_equal(hello.pid, 77);
}

static void another_version_is_refused_in_words(void **state)
{
    (void)state;
    expect_bad_hello("{\"assay_worker\":2,\"everything\":\"else is new\"}", "worker speaks protocol 2, want 1");
    expect_bad_hello("{\"assay_worker\":0}", "worker speaks protocol 0, want 1");
    expect_bad_hello("{\"hello\":\"world\"}", "first line is no hello of a worker: missing \"assay_worker\"");
    expect_bad_hello("{\"assay_worker\":1,\"minor\":0,\"pid\":1}", "missing \"implementation\"");
    expect_bad_hello("{\"assay_worker\":1,\"minor\":0,\"implementation\":\"c\",\"pid\":-1}",
                     "bad \"pid\": want an integer from 0 to 2147483647");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_is_read_as_it_was_written),
        cmocka_unit_test(a_lead_in_of_none_is_not_written),
        cmocka_unit_test(an_unknown_request_keeps_its_word),
        cmocka_unit_test(a_run_request_has_defaults_and_ignores_unknown_fields),
        cmocka_unit_test(a_bad_request_keeps_its_id_and_says_what_is_wrong),
        cmocka_unit_test(a_bad_setup_says_what_is_wrong),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(every_reply_is_read_as_it_was_written),
        cmocka_unit_test(what_a_batch_does_not_say_is_not_known),
        cmocka_unit_test(a_bad_reply_says_what_is_wrong),
        cmocka_unit_test(the_short_cut_reads_what_the_full_reader_reads),
        cmocka_unit_test(the_short_cut_reads_a_lead_in),
        cmocka_unit_test(the_short_cut_lets_nothing_through),
        cmocka_unit_test(a_refusal_is_one_line_whatever_the_kernel_said),
        cmocka_unit_test(a_batch_that_knows_nothing_is_written_short),
        cmocka_unit_test(a_hello_is_read_as_it_was_written),
        cmocka_unit_test(another_version_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
