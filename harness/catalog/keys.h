/* The keys of a YAML mapping as a table: which there are, which must be there, and how each is read. Suites, known
 * answers and descriptions of workers are read with it. Knows none of them. */
#ifndef ASSAY_CATALOG_KEYS_H
#define ASSAY_CATALOG_KEYS_H

#include "base/error.h"
#include "catalog/suite.h"
#include "catalog/yaml.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the value `node` of the key `key` into `into`; the object that holds `into` is released by its owner, also
 * after a failure. */
typedef int (*assay_key_fn)(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);

struct assay_key {
    const char *key; /* NULL ends the table */
    assay_key_fn read;
    size_t offset;   /* of `into` in the object */
    bool required;
};
/* Reads every key of `mapping` by the table. Errors: not a mapping, an unknown key (with the nearest), a missing one.
 * `what` names the object in errors: "a suite". */
int assay_keys_read(void *object, const char *what, const struct assay_yaml *mapping, const struct assay_key *fields,
                      struct assay_error *error);

/* ---- readers; `into` is what each says ---- */
int assay_key_format(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);  /* nothing */
int assay_key_node(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);    /* const struct assay_yaml * */
int assay_key_text(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);    /* char *: one line, not empty */
int assay_key_texts(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);   /* char **: a list of them or one */
int assay_key_parameters(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error); /* struct assay_parameter_list */
int assay_key_count(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);   /* struct assay_message_answer */
int assay_key_sum(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);     /* likewise */
int assay_key_sha256(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);  /* likewise */
int assay_key_source(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);  /* likewise */

/* The keys that say what an answer must be, for a table; `offset` of the struct assay_message_answer. */
#define ASSAY_KEYS_ANSWER(offset)                                                                                \
    { "count", assay_key_count, (offset), false }, { "sum", assay_key_sum, (offset), false },                  \
    { "sha256", assay_key_sha256, (offset), false }, { "source", assay_key_source, (offset), true }
/* An answer that says nothing is an error. */
int assay_key_answer_check(const struct assay_message_answer *answer, const struct assay_yaml *mapping,
                             struct assay_error *error);

/* A whole number within bounds; the error names key, text and bounds. */
int assay_key_bounded(uint64_t *value, const char *key, const struct assay_yaml *node, uint64_t least, uint64_t most,
                        struct assay_error *error);

struct assay_parameter_list {
    struct assay_suite_parameter *items;
    size_t count;
};
void assay_parameter_list_release(struct assay_parameter_list *list);
void assay_texts_free(char **texts); /* NULL-terminated; NULL does nothing */

#endif
