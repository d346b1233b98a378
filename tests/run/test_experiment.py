#!/usr/bin/env python3
"""The experiment of a comparison, proven from its document: what stands in a block's row is what its batches did.

Each check returns what is wrong as a list, and is tried on a tampered document too."""

import copy
import json
import math
import os
import shutil
import signal
import time

from support import ASSAY, BUILD, PLUGINS, Case, main

COMPARE = ("compare", "--pairs", "640", "--seed", "11", "--quiet", "-o")

# Its answer, which no oracle knows, is one more when built with -DODD.
ODD_SOURCE = """#include <assay/kernel.h>
static int k_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    (void)host, (void)arguments, (void)seed;
    *state = calloc(1, 1);
    return 0;
}
static int k_run(void *state, uint64_t iterations)
{
    while (iterations-- > 0) {
        for (volatile int i = 0; i < 100; i++) {
        }
        assay_use(state);
    }
    return 0;
}
static int k_answer(void *state, const struct assay_sink *sink)
{
    uint64_t value = 7;
    (void)state;
#ifdef ODD
    value++;
#endif
    sink->integer(sink->context, value);
    return 0;
}
static const struct assay_kernel k = { .struct_size = sizeof k, .name = "k.work", .summary = "works", .setup = k_setup,
    .run = k_run, .answer = k_answer, .teardown = free };
ASSAY_PLUGIN(&k)
"""


def samples_of(benchmark, process):
    columns = benchmark["samples"]
    rows = [i for i, value in enumerate(columns["process"]) if value == process]
    return [(columns["start_ns"][i], columns["elapsed_ns"][i] / columns["iterations"][i]) for i in rows]


def blocks_of(document):
    """Each block as its row, and its batches in the order of time: (side, nanoseconds an iteration)."""
    comparison = document["comparisons"][0]
    base, head = (document["benchmarks"][comparison[side]] for side in ("base", "head"))
    columns = comparison["blocks"]
    for i in range(len(columns["log_ratio"])):
        row = {name: values[i] for name, values in columns.items()}
        batches = [(start, "A", ns) for start, ns in samples_of(base, row["base_process"])]
        batches += [(start, "B", ns) for start, ns in samples_of(head, row["head_process"])]
        yield row, [(side, ns) for _, side, ns in sorted(batches)], base["processes"][row["base_process"]], \
            head["processes"][row["head_process"]]


def wrong_order(document):
    found = []
    for number, (row, batches, _, _) in enumerate(blocks_of(document)):
        order = "".join(side for side, _ in batches)
        want = "".join("BAAB" if int(row["order"]) >> quartet & 1 else "ABBA" for quartet in range(len(batches) // 4))
        if order != want:
            found.append("block %d ran %s, its coins say %s" % (number, order, want))
    return found


def ratio(batches):
    """Of neighbours two by two, head less base, the mean of the middle third."""
    logs = [(side, math.log(ns)) for side, ns in batches]
    pairs = sorted((a - b) * (1 if side == "B" else -1) for (side, a), (_, b) in zip(logs[::2], logs[1::2]))
    dropped = len(pairs) // 3
    kept = pairs[dropped:len(pairs) - dropped]
    return sum(kept) / len(kept)


def wrong_ratio(document):
    found = []
    for number, (row, batches, _, _) in enumerate(blocks_of(document)):
        half = len(batches) // 4 // 2 * 4
        for name, part in (("log_ratio", batches), ("first_half", batches[:half]), ("second_half", batches[half:])):
            if abs(row[name] - ratio(part)) > 1e-9:
                found.append("block %d's %s is %.9f, its batches say %.9f" % (number, name, row[name], ratio(part)))
    return found


def unlike_sides(document):
    """Both sides of a block share layout and seed, and nothing is used twice."""
    found, layouts, seeds, processes = [], [], [], []
    for number, (row, _, base, head) in enumerate(blocks_of(document)):
        if base["layout"] != head["layout"] or base["layout"] != row["layout"]:
            found.append("block %d loaded layouts %s and %s" % (number, base["layout"], head["layout"]))
        if base["seed"] != head["seed"]:
            found.append("block %d gave its sides different seeds" % number)
        layouts.append(base["layout"])
        seeds.append(base["seed"])
        processes += [("A", row["base_process"]), ("B", row["head_process"])]
    for what, values in (("layout", layouts), ("seed", seeds), ("process", processes)):
        if len(set(values)) != len(values):
            found.append("a %s was used twice" % what)
    return found


def unfair_coins(document):
    """Each coin falls both ways, and not so unevenly that a fair one would do it once in a million."""
    rows = [row for row, _, _, _ in blocks_of(document)]
    n = len(rows)
    coins = {"first quartet": [int(row["order"]) & 1 for row in rows],
             "second quartet": [int(row["order"]) >> 1 & 1 for row in rows], "start": [row["head_first"] for row in rows]}
    return ["the coin of the %s fell %d of %d times one way" % (name, sum(coin), n) for name, coin in coins.items()
            if abs(sum(coin) - n / 2) > 4.9 * math.sqrt(n) / 2 or sum(coin) in (0, n)]


CHECKS = (wrong_order, wrong_ratio, unlike_sides, unfair_coins)


class Experiment(Case):
    def compared(self, *words):
        self.environment["ASSAY_PATH"] = ""
        ended = self.assay(*COMPARE, "x.json", *words)
        self.assertIn(ended.status, (0, 1), ended.err)
        with open(self.path("x.json"), encoding="utf-8") as file:
            return json.load(file)

    def test_rows_are_what_their_batches_did(self):
        document = self.compared("effort.branchy:units=20", "effort.branchy:units=20")
        self.assertGreaterEqual(len(document["comparisons"][0]["blocks"]["log_ratio"]), 20)
        self.assertGreaterEqual(document["comparisons"][0]["pairs"], 640)
        for check in CHECKS:
            self.assertEqual(check(document), [], check.__name__)
        lengths = {len(batches) for _, batches, _, _ in blocks_of(document)}
        self.assertEqual(len(lengths), 1)
        self.assertEqual(lengths.pop() % 4, 0)

    def test_the_same_seed_tosses_the_same_coins(self):
        coins = []
        for seed in ("11", "11", "12"):
            document = self.compared("--seed", seed, "effort.integer:units=20", "effort.integer:units=20")
            blocks = document["comparisons"][0]["blocks"]
            # How many quartets there are depends on how long a batch takes; the first two are always there.
            coins.append(list(zip([int(order) & 3 for order in blocks["order"]], blocks["head_first"], blocks["layout"]))[:20])
        self.assertEqual(coins[0], coins[1])
        self.assertNotEqual(coins[0], coins[2])

    def test_the_checks_can_fail(self):
        document = self.compared("effort.integer:units=20", "effort.integer:units=20")

        def tampered(change):
            changed = copy.deepcopy(document)
            change(changed, changed["comparisons"][0]["blocks"])
            return changed

        def flip(_, blocks):
            blocks["order"][3] = int(blocks["order"][3]) ^ 1

        def drift(_, blocks):
            blocks["log_ratio"][5] += 1e-6

        def repeat(changed, blocks):
            first = blocks["layout"][0]
            blocks["layout"][7] = first
            comparison = changed["comparisons"][0]
            for side in ("base", "head"):
                process = blocks[side + "_process"][7]
                changed["benchmarks"][comparison[side]]["processes"][process]["layout"] = first

        def always(_, blocks):
            blocks["head_first"] = [1] * len(blocks["head_first"])

        for check, change in zip(CHECKS, (flip, drift, repeat, always)):
            self.assertNotEqual(check(tampered(change)), [], check.__name__)

    def test_a_side_that_crashes_later_keeps_what_was_measured(self):
        """The worker's command is good for some blocks, then its kernel dies."""
        self.environment["ASSAY_PATH"] = self.plug
        count = os.path.join(self.place, "count")
        self.environment["ODD_COUNT"] = count
        ended = self.assay("compare", "--pairs", "96", "--seed", "11", "-q", "-o", "x.json", self.odd("plain"), self.odd("dies_later"))
        self.assertEqual(ended.status, 3, ended.err)
        with open(self.path("x.json"), encoding="utf-8") as file:
            document = json.load(file)
        comparison = document["comparisons"][0]
        self.assertEqual(comparison["verdict"], "inconclusive")
        self.assertRegex(comparison["reason"], r"^head crashed in block 9: ")
        self.assertEqual(len(comparison["blocks"]["log_ratio"]), 8)
        for row, batches, _, _ in blocks_of(document): # slot by slot: eight of them, each some batches
            self.assertEqual(len(batches) % 8, 0)


class Limits(Case):
    """What cannot be decided, or must not be said."""

    def setUp(self):
        super().setUp()
        self.environment["ASSAY_PATH"] = ""
        self.kernels = os.path.join(BUILD, "kernels")

    def compared(self, *words, statuses=(0, 1), **options):
        ended = self.assay("compare", "-q", "--seed", "5", "-o", "x.json", *words, **options)
        self.assertIn(ended.status, statuses, ended.err)
        with open(self.path("x.json"), encoding="utf-8") as file:
            document = json.load(file)
        return document["comparisons"][0], document

    def bare(self, name, layouts=0):
        """effort.so without what a new link needs, and with so many layouts of its own: copies, all the same."""
        place = self.make(name)
        plugin = shutil.copy(os.path.join(self.kernels, "effort.so"), place)
        if layouts:
            os.makedirs(os.path.join(place, "effort.builds", "layouts"))
            for k in range(layouts):
                shutil.copy(plugin, os.path.join(place, "effort.builds", "layouts", "%02d.so" % k))
        return plugin

    def test_one_layout_proves_no_direction(self):
        plugin = self.bare("one")
        row, _ = self.compared("--budget", "20s", plugin + ":effort.integer:units=100",
                               plugin + ":effort.integer:units=150")
        self.assertEqual(row["verdict"], "inconclusive")
        self.assertIn("a rebuild alone could move the result", row["reason"])
        self.assertEqual(row["direction"], 1)  # of these two files it is proven

    def test_one_layout_that_was_asked_for_is_said_so(self):
        row, _ = self.compared("--budget", "20s", "--no-layouts", "effort.integer:units=100", "effort.integer:units=150")
        self.assertEqual((row["verdict"], row["direction"]), ("inconclusive", 1))
        self.assertTrue(row["reason"].startswith("one layout only, as asked (--no-layouts): a rebuild alone"), row["reason"])

    def test_foreign_layouts_are_the_unit(self):
        for count, verdict in ((5, "inconclusive"), (12, "slower")):
            plugin = self.bare("of%d" % count, count)
            row, _ = self.compared("--pairs", str(32 * 2 * count), plugin + ":effort.integer:units=100",
                                   plugin + ":effort.integer:units=150")
            self.assertEqual((row["design"], row["verdict"]), ("layouts", verdict), row)
            self.assertEqual(sorted(set(row["blocks"]["layout"])), list(range(1, count + 1)))
        self.assertAlmostEqual(row["ratio"], 1.5, delta=0.1)

    def test_different_parameters_and_units_are_said(self):
        row, _ = self.compared("--pairs", "64", "effort.integer:units=100", "effort.integer:units=101")
        self.assertIn("different parameters: units is 100 in base, 101 in head", row["notes"])
        self.assertEqual(row["unit"], "iteration")
        row, document = self.compared("--pairs", "64", "sieve.bytes:limit=10000", "sieve.bytes:limit=20000")
        self.assertEqual(row["unit"], "item")
        self.assertTrue(any("times are per item" in note for note in row["notes"]), row["notes"])
        self.assertLess(abs(math.log(row["ratio"])), 0.5, "twice the work takes twice the time, an item the same")
        self.assertEqual(wrong_order(document), [])

    def test_different_answers_are_refused(self):
        row, document = self.compared("primes.trial:limit=100", "primes.listed_root:limit=100,variant=as-written", statuses=(3,))
        self.assertRegex(row["reason"], "^refused: the sides compute different answers")
        self.assertEqual((row["verdict"], row["blocks"]["log_ratio"]), ("inconclusive", []))
        self.assertEqual([each["status"] for each in document["benchmarks"]], ["failed", "failed"])
        self.assertEqual({each["message"] for each in document["benchmarks"]}, {"not measured: " + row["reason"]})

    def test_a_side_that_another_pair_measured_has_not_failed(self):
        """Builds of one source, of which the second computes something else."""
        with open(self.path("k.c"), "w", encoding="utf-8") as file:
            file.write(ODD_SOURCE)
        _, document = self.compared("--pairs", "64", "--no-layouts", "--cflags=-O1", "--cflags=-O1 -DODD", "--cflags=-O2",
                                    "k.c:k.work", statuses=(3,))
        refused, measured = document["comparisons"]
        self.assertRegex(refused["reason"], "^refused: the sides compute different answers")
        self.assertEqual((refused["base"], measured["base"]), (0, 0))
        self.assertGreaterEqual(measured["pairs"], 64)
        self.assertEqual([(each["status"], each["message"]) for each in document["benchmarks"]],
                         [("ok", None), ("failed", "not measured: " + refused["reason"]), ("ok", None)])

    def test_a_side_whose_other_one_cannot_run_says_why_it_was_not_measured(self):
        good = os.path.join(self.plug, "good.so")
        row, document = self.compared("--pairs", "8", good + ":good.sum", good + ":good.absent", statuses=(3,))
        self.assertRegex(row["reason"], "^head cannot run: ")
        self.assertEqual([(each["status"], each["message"]) for each in document["benchmarks"]],
                         [("failed", "not measured: " + row["reason"]), ("unavailable", row["reason"].partition(": ")[2])])

    def test_threads_take_every_processor(self):
        good, diary = (os.path.join(PLUGINS, name) for name in ("good.so", "diary.so"))
        for words in ((good + ":good.threaded",) * 2, ("--threads", "2") + (good + ":good.sum",) * 2,
                      (diary + ":diary.pool",) * 2):
            row, document = self.compared("--pairs", "8", *words)
            self.assertIn("it makes threads or processes: both sides take all processors in turn", row["notes"])
            self.assertEqual({process["processor"] for each in document["benchmarks"] for process in each["processes"]}, {None})
            for _, batches, _, _ in blocks_of(document):  # slot by slot, as the workers cannot pass the turn
                self.assertEqual(len(batches) % 8, 0)
        self.assertEqual({each["answer"]["sum"] for each in document["benchmarks"]}, {str(len(os.sched_getaffinity(0)))},
                         "also threads that setup made")

    def test_one_processor_is_enough_and_said(self):
        processor = str(max(os.sched_getaffinity(0)))
        ended = self.assay("-c", processor, ASSAY, "compare", "-q", "--pairs", "64", "-o", "x.json", "effort.integer:units=20",
                           "effort.integer:units=20", program=shutil.which("taskset"))
        self.assertEqual(ended.status, 0, ended.err)
        with open(self.path("x.json"), encoding="utf-8") as file:
            document = json.load(file)
        self.assertIn("one processor only", " ".join(document["comparisons"][0]["notes"]))
        self.assertEqual(wrong_order(document), [])

    def test_a_pause_sets_its_block_aside(self):
        """The coordinator is stopped for a while, as a machine that is suspended would be. Some times: not every moment is one of a
        block, and the first six blocks are what the others are held against."""
        process = self.start("compare", "-q", "--pairs", "9600", "--no-layouts", "-o", "x.json", "effort.integer:units=20",
                             "effort.integer:units=20")
        time.sleep(2)
        for _ in range(4):
            process.send_signal(signal.SIGSTOP)
            time.sleep(0.7)
            process.send_signal(signal.SIGCONT)
            time.sleep(0.6)
        _, err = process.communicate(timeout=100)
        self.assertEqual(process.returncode, 0, err)
        with open(self.path("x.json"), encoding="utf-8") as file:
            blocks = json.load(file)["comparisons"][0]["blocks"]
        aside = [i for i, value in enumerate(blocks["set_aside"]) if value]
        self.assertGreaterEqual(len(aside), 1)
        self.assertGreater(max(blocks["seconds"][i] for i in aside), 0.6)
        self.assertLess(len(aside), len(blocks["set_aside"]) / 4)

    def test_a_duet_wants_processors_that_share_nothing(self):
        ended = self.assay("compare", "-q", "--duet", "--pairs", "64", "effort.integer:units=20", "effort.integer:units=20")
        if ended.status == 2:
            self.assertRegex(ended.err, r"bad --duet: want two processors that share nothing; ")
        processors = sorted(os.sched_getaffinity(0))[:2]
        if len(processors) == 2:
            row, _ = self.compared("--duet", "--cpu", "%d,%d" % tuple(processors), "--pairs", "64", "effort.integer:units=20",
                                   "effort.integer:units=20")
            self.assertEqual(row["design"], "duet")
            self.assertGreaterEqual(row["pairs"], 64)

    def test_self_injects_what_it_says(self):
        ended = self.assay("compare", "-q", "--self", "2", "--pairs", "320", "-o", "x.json", "effort.branchy:units=1000")
        self.assertEqual(ended.status, 0, ended.err)
        with open(self.path("x.json"), encoding="utf-8") as file:
            rows = json.load(file)["comparisons"]
        injected = sorted(row["injected"] for row in rows)
        self.assertEqual(injected[:2], [0, 0])
        for share in injected[2:]:
            self.assertAlmostEqual(share, 0.01, delta=0.002)


if __name__ == "__main__":
    main()
