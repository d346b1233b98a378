/* Which side of a block gets its request first. Both sides' channels write into one pipe, and nobody replies: the user
 * has stopped the comparison. */
// links: compare measure plan catalog result stats protocol machine base
#include "compare/experiment.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const volatile sig_atomic_t stopped = 1;
static char lead_in[] = "lead-in", warm[] = "warm";
static char *capabilities[] = { lead_in, NULL };
enum { FIRST_ID = 100 }; /* of base's request; head's is twice as much */

/* An experiment of two benchmarks as far as sending looks at it. */
struct stage {
    struct experiment experiment;
    struct contest contest;
    struct block block;
    struct assay_plan plan;
    struct assay_planned items[SIDES];
    struct assay_bench benches[SIDES];
    struct assay_benchmark benchmarks[SIDES];
    struct assay_document document;
    struct assay_measure_options options;
    struct assay_channel channels[SIDES];
    struct assay_error error;
    int requests[2];
};

static void stage_init(struct stage *stage)
{
    *stage = (struct stage){ .contest = { .bench = { BASE, HEAD }, .iterations = { 3, 3 }, .batches = 1 } };
    assert_int_equal(pipe2(stage->requests, O_CLOEXEC | O_NONBLOCK), 0);
    stage->options.stop = &stopped;
    stage->plan = (struct assay_plan){ .items = stage->items, .count = SIDES };
    stage->document.benchmarks = stage->benchmarks;
    stage->experiment.error = &stage->error;
    stage->experiment.run = (struct assay_run){ .plan = &stage->plan,
                                                .options = &stage->options,
                                                .document = &stage->document,
                                                .benches = stage->benches,
                                                .journal = { .fd = -1, .line = ASSAY_TEXT_INIT },
                                                .limits = { .timeout_s = 60, .stop = &stopped } };
    for (int side = BASE; side < SIDES; side++) {
        struct assay_channel *channel = &stage->channels[side];
        stage->items[side].mode = warm;
        channel->process = (struct assay_spawned){ getpid(), -1, stage->requests[1], -1, -1 };
        channel->hello.capabilities = capabilities;
        channel->id = (uint64_t)(side + 1) * FIRST_ID - 1;
        stage->block.slots[side] = (struct assay_slot){ .bench = (size_t)side, .channel = channel, .steal_ns = -1 };
        stage->block.relay[side][0] = -1;
        stage->block.relay[side][1] = stage->requests[1];
    }
}

static void stage_release(struct stage *stage)
{
    for (int side = BASE; side < SIDES; side++) {
        assay_text_release(&stage->channels[side].line);
    }
    close(stage->requests[0]);
    close(stage->requests[1]);
}

/* The sides that were written to, in order: "BH" or "HB". */
static void read_order(char order[SIDES + 1], const struct stage *stage)
{
    char bytes[4096], base[32], head[32];
    ssize_t got = read(stage->requests[0], bytes, sizeof bytes - 1);
    assert_true(got > 0);
    bytes[got] = '\0';
    snprintf(base, sizeof base, "\"id\":%d", FIRST_ID);
    snprintf(head, sizeof head, "\"id\":%d", 2 * FIRST_ID);
    assert_non_null(strstr(bytes, base));
    assert_non_null(strstr(bytes, head));
    strcpy(order, strstr(bytes, base) < strstr(bytes, head) ? "BH" : "HB");
}

static void who_waits_gets_its_turns_first(void **state)
{
    (void)state;
    for (int first = BASE; first < SIDES; first++) {
        struct stage stage;
        char order[SIDES + 1];
        stage_init(&stage);
        stage.contest.relayed = true;
        stage.block.quartets = 1;
        for (int i = 0; i < 4; i++) {
            stage.block.order[i] = (unsigned char)(i == 0 || i == 3 ? first : 1 - first);
        }
        assert_false(assay_turns_run(&stage.experiment, &stage.contest, &stage.block));
        read_order(order, &stage);
        assert_string_equal(order, first == BASE ? "HB" : "BH");
        assert_string_equal(stage.contest.reason, "interrupted");
        stage_release(&stage);
    }
}

static void the_coin_says_who_begins_a_duet(void **state)
{
    (void)state;
    for (int first = BASE; first < SIDES; first++) {
        struct stage stage;
        char order[SIDES + 1];
        double log_ns[SIDES];
        stage_init(&stage);
        stage.block.head_first = first == HEAD;
        assert_int_equal(assay_block_side(&stage.block, 0), first);
        assert_int_equal(assay_block_side(&stage.block, 1), 1 - first);
        assert_false(assay_turns_together(&stage.experiment, &stage.contest, &stage.block, 0, log_ns));
        read_order(order, &stage);
        assert_string_equal(order, first == BASE ? "BH" : "HB");
        assert_string_equal(stage.contest.reason, "interrupted");
        assert_true(stage.contest.cut_short);
        stage_release(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits_gets_its_turns_first),
        cmocka_unit_test(the_coin_says_who_begins_a_duet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
