/* The YAML reader: the tree, the places of errors, and everything that it refuses. */
// links: catalog protocol machine base
#include "catalog/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void refuses(const char *text, const char *message)
{
    struct assay_error error = { 0 };
    struct assay_yaml_document document = { NULL, NULL };
    assert_int_equal(assay_yaml_parse(&document, "f.yaml", text, strlen(text), &error), ASSAY_EINPUT);
    assert_string_equal(error.text, message);
    assert_null(document.root);
    assert_null(document.file);
}

static void a_file_becomes_a_tree_that_knows_where_it_stands(void **state)
{
    (void)state;
    static const char text[] = "# comment\na: 1\nb:\n  - 'x'\n  - {c: \"\"}\nd:\n";
    struct assay_error error = { 0 };
    struct assay_yaml_document document = { NULL, NULL };
    assert_int_equal(assay_yaml_parse(&document, "f.yaml", text, sizeof text - 1, &error), 0);
    const struct assay_yaml *root = document.root;
    assert_int_equal(root->kind, ASSAY_YAML_MAPPING);
    assert_int_equal(root->count, 3);
    assert_string_equal(root->items[0].key, "a");
    assert_int_equal(root->items[0].line, 2);
    assert_string_equal(root->items[0].value->text, "1");
    assert_false(root->items[0].value->quoted);
    assert_int_equal(root->items[0].value->column, 4);
    const struct assay_yaml *list = root->items[1].value;
    assert_int_equal(list->kind, ASSAY_YAML_SEQUENCE);
    assert_string_equal(list->items[0].value->text, "x");
    assert_true(list->items[0].value->quoted);
    assert_null(list->items[0].key);
    assert_string_equal(list->items[1].value->items[0].key, "c");
    assert_string_equal(assay_yaml_word(list->items[1].value->items[0].value), "a value");
    assert_string_equal(assay_yaml_word(root->items[2].value), "nothing");
    assay_yaml_release(&document);
}

static void what_hides_its_meaning_is_refused(void **state)
{
    (void)state;
    refuses("a: &x 1\n", "f.yaml:1:4: anchors (&name) are not taken: write the value out");
    refuses("a: &x [1]\n", "f.yaml:1:4: anchors (&name) are not taken: write the value out");
    refuses("a: *x\n", "f.yaml:1:4: aliases (*name) are not taken: write the value out");
    refuses("a: !!str 1\n", "f.yaml:1:4: tags (!type) are not taken: a text that begins with ! stands in quotes");
    refuses("a: !x {}\n", "f.yaml:1:4: tags (!type) are not taken: a text that begins with ! stands in quotes");
    refuses("[1]: 2\n", "f.yaml:1:1: a key must be a plain word");
    refuses("a: \"x\\0y\"\n", "f.yaml:1:4: a text holds a NUL byte");
}

static void a_key_twice_is_refused_with_both_lines(void **state)
{
    (void)state;
    refuses("b: 1\na: 2\nc: {x: 1}\na: 3\n", "f.yaml:4:1: 'a' stands here twice, first in line 2");
    refuses("o:\n  x: 1\n  x: 1\n", "f.yaml:3:3: 'x' stands here twice, first in line 2");
}

static void exactly_one_document_is_wanted(void **state)
{
    (void)state;
    refuses("", "f.yaml:1:1: the file is empty");
    refuses("# only a comment\n", "f.yaml:2:1: the file is empty");
    refuses("a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document begins here: want one a file");
}

static void what_is_not_yaml_is_refused_with_its_place(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    struct assay_yaml_document document = { NULL, NULL };
    assert_int_equal(assay_yaml_parse(&document, "f.yaml", "a: [1\nb: 2\n", 11, &error), ASSAY_EINPUT);
    assert_memory_equal(error.text, "f.yaml:2:2: not YAML: ", 22);
    error = (struct assay_error){ 0 };
    assert_int_equal(assay_yaml_parse(&document, "f.yaml", "a: 1\nbc: \xff\n", 11, &error), ASSAY_EINPUT);
    assert_memory_equal(error.text, "f.yaml:2:5: not YAML: ", 22);
    error = (struct assay_error){ 0 };
    assert_int_equal(assay_yaml_parse(&document, "f.yaml", "\x7f" "ELF\x02\x01", 6, &error), ASSAY_EINPUT);
    assert_memory_equal(error.text, "f.yaml:1:", 9);
}

static void depth_is_limited(void **state)
{
    (void)state;
    char text[100] = "";
    struct assay_error error = { 0 };
    struct assay_yaml_document document = { NULL, NULL };
    memset(text, '[', 32);
    memset(text + 32, ']', 32);
    assert_int_equal(assay_yaml_parse(&document, "f.yaml", text, 64, &error), 0);
    assay_yaml_release(&document);
    memset(text, '[', 33);
    memset(text + 33, ']', 33);
    text[66] = '\0';
    refuses(text, "f.yaml:1:33: nested deeper than 32 levels");
}

static void size_is_limited(void **state)
{
    (void)state;
    size_t length = ASSAY_YAML_BYTES_MAX + 1;
    char *text = malloc(length);
    struct assay_error error = { 0 };
    struct assay_yaml_document document = { NULL, NULL };
    assert_non_null(text);
    memset(text, ' ', length);
    memcpy(text, "a: 1\n#", 6);
    assert_int_equal(assay_yaml_parse(&document, "f.yaml", text, length, &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "f.yaml: larger than 1048576 bytes");
    assert_int_equal(assay_yaml_parse(&document, "f.yaml", text, length - 1, &error), 0);
    assay_yaml_release(&document);
    free(text);
}

static void a_directory_and_a_missing_file_are_refused_by_name(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    struct assay_yaml_document document = { NULL, NULL };
    assert_true(assay_yaml_read(&document, "/", &error) < 0);
    assert_non_null(strstr(error.text, "directory"));
    error = (struct assay_error){ 0 };
    assert_true(assay_yaml_read(&document, "/no/such/file.yaml", &error) < 0);
    assert_non_null(strstr(error.text, "/no/such/file.yaml"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_becomes_a_tree_that_knows_where_it_stands),
        cmocka_unit_test(what_hides_its_meaning_is_refused),
        cmocka_unit_test(a_key_twice_is_refused_with_both_lines),
        cmocka_unit_test(exactly_one_document_is_wanted),
        cmocka_unit_test(what_is_not_yaml_is_refused_with_its_place),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(size_is_limited),
        cmocka_unit_test(a_directory_and_a_missing_file_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
