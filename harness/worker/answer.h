/* A batch's answer: takes the values that a kernel hands over, forms count, sum and SHA-256, and compares them with
 * what they must be. Knows no kernel and no clock. libmd is touched in answer.c alone. */
#ifndef ASSAY_WORKER_ANSWER_H
#define ASSAY_WORKER_ANSWER_H

#include "protocol/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keeps the sequence of the batch before (up to ASSAY_ANSWER_KEPT bytes): an equal sequence, which is the rule, costs
 * a comparison and no second digest. */
#define ASSAY_ANSWER_KEPT ((size_t)8 << 20)
struct assay_answer;

struct assay_answer *assay_answer_new(void); /* NULL when out of memory */
void assay_answer_free(struct assay_answer *answer);

/* Between begin and end, in the answer's order. They cannot fail: past the limit, or out of memory, the digest is
 * formed on the way instead. */
void assay_answer_begin(struct assay_answer *answer);
void assay_answer_integers(struct assay_answer *answer, const uint64_t *values, size_t count);
void assay_answer_text(struct assay_answer *answer, const char *bytes, size_t length); /* without a line feed */
void assay_answer_end(struct assay_answer *answer, struct assay_message_answer *out);

/* How many digests were formed so far: what the keeping saves. */
uint64_t assay_answer_digests(const struct assay_answer *answer);

/* Whether `got` agrees with the known parts of `want`. If not, `words` says where: "count is 1228, want 1229 (SOURCE)".
 */
bool assay_answer_agrees(char *words, size_t size, const struct assay_message_answer *got,
                         const struct assay_message_answer *want);

#endif
