/* Lines over a pipe: pieces, limits, NUL bytes, and what comes after a line that was refused. */
// links: protocol base
#include "protocol/line.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct pipe_fixture {
    int read_end, write_end;
    struct assay_line_reader reader;
};

static int open_pipe(void **state)
{
    struct pipe_fixture *fixture = calloc(1, sizeof *fixture);
    int ends[2];

    assert_non_null(fixture);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fixture->read_end = ends[0];
    fixture->write_end = ends[1];
    assay_line_reader_init(&fixture->reader, ends[0], 64);
    *state = fixture;
    return 0;
}

static int close_pipe(void **state)
{
    struct pipe_fixture *fixture = *state;

    assay_line_reader_release(&fixture->reader);
    close(fixture->read_end);
    if (fixture->write_end >= 0) {
        close(fixture->write_end);
    }
    free(fixture);
    return 0;
}

static void put(struct pipe_fixture *fixture, const char *bytes, size_t length)
{
    assert_int_equal(write(fixture->write_end, bytes, length), (ssize_t)length);
}

static void expect_line(struct pipe_fixture *fixture, const char *wanted)
{
    struct assay_error error = { 0 };
    char *line = NULL;
    size_t length = 0;
    int code;

    do {
        code = assay_line_next(&line, &length, &fixture->reader, &error);
    } while (code == ASSAY_LINE_AGAIN);
    assert_int_equal(code, ASSAY_LINE_READY);
    assert_string_equal(line, wanted);
    assert_int_equal(length, strlen(wanted));
}

static void expect_code(struct pipe_fixture *fixture, int wanted, const char *text)
{
    struct assay_error error = { 0 };
    char *line = NULL;
    size_t length = 0;

    assert_int_equal(assay_line_next(&line, &length, &fixture->reader, &error), wanted);
    assert_string_equal(error.text, text);
    assert_null(line); /* outputs stay untouched */
}

static void lines_that_come_together_are_given_one_by_one(void **state)
{
    put(*state, "one\n\nthree\n", 11);
    expect_line(*state, "one");
    expect_line(*state, "");
    expect_line(*state, "three");
}

static void a_line_that_comes_in_pieces_is_one_line(void **state)
{
    put(*state, "hal", 3);
    expect_code(*state, ASSAY_LINE_AGAIN, "");
    put(*state, "f\nrest", 6);
    expect_line(*state, "half");
    put(*state, "\n", 1);
    expect_line(*state, "rest");
}

static void a_last_piece_without_line_feed_is_discarded(void **state)
{
    struct pipe_fixture *fixture = *state;

    put(fixture, "whole\npiece", 11);
    close(fixture->write_end);
    fixture->write_end = -1;
    expect_line(fixture, "whole");
    expect_code(fixture, ASSAY_LINE_END, "");
    expect_code(fixture, ASSAY_LINE_END, "");
}

static void a_line_of_the_limit_is_read_and_one_byte_more_is_refused(void **state)
{
    char bytes[66];

    memset(bytes, 'x', sizeof bytes);
    bytes[63] = '\n';
    put(*state, bytes, 64);
    bytes[63] = '\0';
    expect_line(*state, bytes);
    bytes[63] = 'x';
    bytes[64] = '\n';
    put(*state, bytes, 65);
    expect_code(*state, ASSAY_EINPUT, "line of 65 bytes: want at most 64");
    put(*state, "next\n", 5);
    expect_line(*state, "next");
}

static void the_rest_of_a_refused_line_is_skipped(void **state)
{
    char bytes[100];

    memset(bytes, 'x', sizeof bytes);
    put(*state, bytes, sizeof bytes);
    expect_code(*state, ASSAY_EINPUT, "line of more than 64 bytes: want at most that");
    put(*state, bytes, sizeof bytes);
    expect_code(*state, ASSAY_LINE_AGAIN, "");
    put(*state, "xx\nnext\n", 8);
    expect_line(*state, "next");
}

static void a_nul_byte_is_refused_and_the_next_line_is_read(void **state)
{
    put(*state, "a\0b\nnext\n", 9);
    expect_code(*state, ASSAY_EINPUT, "line with a NUL byte: want JSON text");
    expect_line(*state, "next");
}

static void an_empty_non_blocking_pipe_says_again(void **state)
{
    struct pipe_fixture *fixture = *state;

    assert_int_equal(fcntl(fixture->read_end, F_SETFL, O_NONBLOCK), 0);
    expect_code(fixture, ASSAY_LINE_AGAIN, "");
}

static void a_closed_descriptor_is_an_error(void **state)
{
    struct assay_error error = { 0 };
    struct assay_line_reader reader;
    char *line = NULL;
    size_t length = 0;

    (void)state;
    assay_line_reader_init(&reader, -1, 64);
    assert_int_equal(assay_line_next(&line, &length, &reader, &error), ASSAY_EIO);
    assert_int_equal(assay_line_write(-1, "x", 1, &error), ASSAY_EIO);
    assay_line_reader_release(&reader);
}

#define LONG ((size_t)3000000)

static void *write_long(void *context)
{
    struct pipe_fixture *fixture = context;
    char *bytes = malloc(LONG);
    struct assay_error error = { 0 };
    int code = -1;

    if (bytes) {
        memset(bytes, 'y', LONG);
        code = assay_line_write(fixture->write_end, bytes, LONG, &error);
    }
    free(bytes);
    return code == 0 ? fixture : NULL;
}

/* Larger than any pipe, so that both sides see short writes and reads; non-blocking, so that the writer waits. */
static void a_line_larger_than_the_pipe_goes_through(void **state)
{
    struct pipe_fixture *fixture = *state;
    struct assay_error error = { 0 };
    char *line = NULL;
    size_t length = 0, i;
    void *written = NULL;
    pthread_t thread;
    int code;

    fixture->reader.limit = ASSAY_REPLY_LINE_MAX;
    assert_int_equal(fcntl(fixture->write_end, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(pthread_create(&thread, NULL, write_long, fixture), 0);
    do {
        code = assay_line_next(&line, &length, &fixture->reader, &error);
    } while (code == ASSAY_LINE_AGAIN);
    assert_int_equal(pthread_join(thread, &written), 0);
    assert_non_null(written);
    assert_int_equal(code, ASSAY_LINE_READY);
    assert_int_equal(length, LONG);
    for (i = 0; i < length && line[i] == 'y'; i++) {
    }
    assert_int_equal(i, LONG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pipe, close_pipe)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_that_come_together_are_given_one_by_one),
        TEST(a_line_that_comes_in_pieces_is_one_line),
        TEST(a_last_piece_without_line_feed_is_discarded),
        TEST(a_line_of_the_limit_is_read_and_one_byte_more_is_refused),
        TEST(the_rest_of_a_refused_line_is_skipped),
        TEST(a_nul_byte_is_refused_and_the_next_line_is_read),
        TEST(an_empty_non_blocking_pipe_says_again),
        TEST(a_closed_descriptor_is_an_error),
        TEST(a_line_larger_than_the_pipe_goes_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
