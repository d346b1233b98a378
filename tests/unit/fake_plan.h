/* A catalog of stand-ins and the plans that are made from it, for the tests of plans. */
#ifndef ASSAY_TESTS_FAKE_PLAN_H
#define ASSAY_TESTS_FAKE_PLAN_H

#include "plan/plan.h"

#include "fake_catalog.h"

static struct assay_catalog *catalog;

static inline int setup(void **state)
{
    if (fake_setup(state) != 0) {
        return -1;
    }
    fake_write(fake_plugins, "a.so", FAKE_REPLY(FAKE_TRIAL "," FAKE_ROOT));
    fake_write(fake_plugins, "b.so",
               FAKE_REPLY("{\"name\":\"gone\",\"summary\":\"x\",\"parameters\":[],\"unavailable\":\"no AVX-512 here\"}"));
    fake_write(fake_plugins, "lua.worker.yaml", "format: 1\nimplementation: lua\ncommand: [no-such-lua]\n");
    catalog = fake_open();
    return 0;
}

static inline int teardown(void **state)
{
    assay_catalog_close(catalog);
    return fake_teardown(state);
}

static inline struct assay_plan_options options_for(const char *const *names)
{
    struct assay_plan_options options = { .benchmarks = names, .protocol = ASSAY_PROTOCOL_UNSET };
    return options;
}

static inline struct assay_plan *planned(const struct assay_plan_options *options)
{
    struct assay_error error = { 0 };
    struct assay_plan *plan = NULL;
    if (assay_plan_new(&plan, catalog, NULL, fake_directory, options, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return plan;
}

#define SUITE "format: 1\nname: s\nversion: 2.1.0\n"
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
