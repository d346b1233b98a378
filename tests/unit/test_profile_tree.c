/* The worker's tree of contexts: nodes are found again, leaves that do not fit are cut and booked to their parents, and
 * addresses become those of files. */
// links: worker-core protocol base
#include "worker/profile_tree.h"

#include "worker/loader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const enum assay_tree_column columns[] = { ASSAY_TREE_CALLS, ASSAY_TREE_COST };

static int64_t add(struct assay_profile_tree *tree, int64_t parent, uint64_t address, double calls)
{
    const struct assay_tree_key key = { .parent = parent, .file = -1, .address = address };
    int64_t node = assay_profile_tree_node(tree, &key);
    assert_true(node >= 0);
    assay_profile_tree_values(tree, node)[0] += calls;
    assay_profile_tree_values(tree, node)[1] += 10 * calls;
    return node;
}

static void the_same_key_is_the_same_node(void **state)
{
    struct assay_profile_tree tree;
    (void)state;
    assay_profile_tree_init(&tree, columns, 2);
    int64_t root = add(&tree, -1, 1, 1);
    int64_t child = add(&tree, root, 1, 1);
    for (uint64_t i = 0; i < 5000; i++) { /* through several tables */
        add(&tree, child, 100 + i, 1);
    }
    assert_int_equal(tree.count, 5002);
    for (uint64_t i = 0; i < 5000; i++) {
        assert_int_equal(add(&tree, child, 100 + i, 1), 2 + (int64_t)i);
    }
    assert_int_equal(add(&tree, -1, 1, 1), root);
    assert_int_equal(tree.count, 5002);
    const struct assay_tree_key other = { .parent = -1, .file = -1, .address = 1, .thread = 1 };
    assert_int_equal(assay_profile_tree_node(&tree, &other), 5002);
    assay_profile_tree_release(&tree);
}

/*  root(1) - a(50) - a1(2), a2(40)
 *          - b(7) - b1(1)
 *  The rarest leaf is b1, then a1, then b with what b1 had. */
static void make_small(struct assay_profile_tree *tree)
{
    assay_profile_tree_init(tree, columns, 2);
    int64_t root = add(tree, -1, 1, 1);
    int64_t a = add(tree, root, 2, 50);
    int64_t b = add(tree, root, 3, 7);
    add(tree, a, 4, 2);
    add(tree, b, 5, 1);
    add(tree, a, 6, 40);
}

static void what_fits_is_kept(void **state)
{
    struct assay_profile_tree tree;
    struct assay_objects objects = { 0 };
    struct assay_message_profile out;
    (void)state;
    make_small(&tree);
    assay_message_profile_init(&out);
    assert_int_equal(assay_profile_tree_write(&out, &tree, &objects, 6), 0);
    assert_int_equal(out.node_count, 6);
    assert_true(out.truncated == 0);
    assert_true(out.parent[5] == 1 && out.address[5] == 6 && out.calls[5] == 40 && out.cost_ns[5] == 400);
    assert_true(out.object[0] == -1 && out.parent[0] == -1);
    assert_null(out.samples);
    assay_message_profile_release(&out);
    assay_profile_tree_release(&tree);
}

static void the_rarest_leaves_are_booked_to_their_parents(void **state)
{
    struct assay_profile_tree tree;
    struct assay_objects objects = { 0 };
    struct assay_message_profile out;
    (void)state;
    make_small(&tree);
    assay_message_profile_init(&out);
    assert_int_equal(assay_profile_tree_write(&out, &tree, &objects, 3), 0);
    assert_int_equal(out.node_count, 3);
    assert_true(out.truncated == 3);
    assert_true(out.address[0] == 1 && out.calls[0] == 1 + 7 + 1 && out.cost_ns[0] == 90); /* root, b and b1 */
    assert_true(out.address[1] == 2 && out.calls[1] == 52 && out.cost_ns[1] == 520);       /* a and a1 */
    assert_true(out.address[2] == 6 && out.calls[2] == 40 && out.parent[2] == 1);          /* renumbered */
    assay_message_profile_release(&out);
    assay_profile_tree_release(&tree);
}

static void addresses_are_those_of_files(void **state)
{
    struct assay_objects objects = { 0 };
    struct assay_profile_tree tree;
    struct assay_message_profile out;
    uint64_t inside, here = (uint64_t)(uintptr_t)addresses_are_those_of_files;
    (void)state;
    assert_int_equal(assay_objects_refresh(&objects), 0);
    size_t files = objects.file_count;
    assert_int_equal(assay_objects_refresh(&objects), 0);
    assert_int_equal(objects.file_count, files); /* known already */
    long file = assay_objects_find(&inside, &objects, here);
    assert_true(file >= 0);
    assert_int_equal(inside, here - objects.files[file].bias);
    assert_non_null(strstr(objects.files[file].path, "/test_profile_tree"));
    assert_int_equal(objects.files[file].path[0], '/');
    assert_int_equal(assay_objects_find(&inside, &objects, (uint64_t)(uintptr_t)&tree), -1); /* the stack is no code */

    assay_profile_tree_init(&tree, columns, 2);
    assay_objects_find(&inside, &objects, here);
    const struct assay_tree_key key = { .parent = -1, .file = file, .address = inside };
    assert_int_equal(assay_profile_tree_node(&tree, &key), 0);
    assay_message_profile_init(&out);
    assert_int_equal(assay_profile_tree_write(&out, &tree, &objects, 10), 0);
    assert_int_equal(out.object_count, 1); /* only what a node lies in */
    assert_true(out.object[0] == 0 && out.address[0] == (double)inside);
    assert_string_equal(out.objects[0].path, objects.files[file].path);
    assay_message_profile_release(&out);
    assay_profile_tree_release(&tree);
    assay_objects_release(&objects);
}

/* ---- what a plug-in exports as assay_profile ------------------------------------------------------------ */

static int start_any(uint32_t records)
{
    return records != 0 ? 0 : -1;
}
static void stop_any(void)
{
}
static int read_none(assay_profile_visitor visitor, void *context)
{
    (void)visitor;
    (void)context;
    return 0;
}

static void hooks_of_an_older_minor_can_only_count(void **state)
{
    struct assay_profile profile = { .magic = { 'A', 'S', 'S', 'A', 'Y', 'P', 'R', 'F' },
                                     .struct_size = offsetof(struct assay_profile, read_tree),
                                     .major = 1,
                                     .records = ASSAY_PROFILE_CALLS | ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES,
                                     .start = start_any,
                                     .stop = stop_any,
                                     .read = read_none };
    (void)state;
    assert_int_equal(assay_loaded_profile(&profile).records, ASSAY_PROFILE_CALLS);
    profile.struct_size--; /* truncated */
    assert_int_equal(assay_loaded_profile(&profile).records, 0);
    profile.struct_size++;
    profile.major = 2;
    assert_int_equal(assay_loaded_profile(&profile).records, 0);
    profile.major = 1;
    profile.magic[0] = 'B';
    assert_int_equal(assay_loaded_profile(&profile).records, 0);
    profile.magic[0] = 'A';
    profile.read = NULL;
    assert_int_equal(assay_loaded_profile(&profile).records, 0);
    assert_int_equal(assay_loaded_profile(NULL).records, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_key_is_the_same_node),
        cmocka_unit_test(what_fits_is_kept),
        cmocka_unit_test(the_rarest_leaves_are_booked_to_their_parents),
        cmocka_unit_test(addresses_are_those_of_files),
        cmocka_unit_test(hooks_of_an_older_minor_can_only_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
