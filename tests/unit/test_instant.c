/* RFC 3339 to seconds: what is a date, and which point in time it is. */
// links: history base
#include "history/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* ---- dates; the seconds are those of `date -u -d ... +%s` ---- */

static void dates_are_points_in_time(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } known[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "2026-02-07T09:30:00+01:00", 1770453000 },
        { "2026-02-07T09:30:00.25-05:30", 1770476400 },
        { "2000-02-29 23:59:59Z", 951868799 },
        { "1969-12-31t23:59:59z", -1 },
        { "2016-12-31T23:59:60Z", 1483228800 },
    };
    static const char *const wrong[] = { "",
                                         "2026",
                                         "2026-02-07",
                                         "2026-02-07T09:30:00",
                                         "2026-02-07T09:30:00+0100",
                                         "2026-02-07T09:30:00.Z",
                                         "2026-02-30T00:00:00Z",
                                         "2025-02-29T00:00:00Z",
                                         "2026-13-01T00:00:00Z",
                                         "2026-00-01T00:00:00Z",
                                         "2026-02-07T24:00:00Z",
                                         "2026-02-07T09:30:00Zx",
                                         "2026-02-07T09:30:00+24:00",
                                         "yesterday" };
    int64_t seconds = 42;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!assay_history_instant(&seconds, known[i].text) || seconds != known[i].seconds)
            fail_msg("'%s' is %lld, want %lld", known[i].text, (long long)seconds, (long long)known[i].seconds);
    }
    seconds = 42;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (assay_history_instant(&seconds, wrong[i]) || seconds != 42)
            fail_msg("'%s' was taken for %lld", wrong[i], (long long)seconds);
    }
    assert_false(assay_history_instant(&seconds, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_points_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
