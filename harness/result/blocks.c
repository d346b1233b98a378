/* What the blocks of a comparison measured, as packed columns: the one table of them, and growing them. Knows no JSON.
 */
#include "result/comparison.h"

#include "base/vector.h"

#include <stdlib.h>

#define COLUMN(member, is_whole, may_be_null)                                                                          \
    {                                                                                                                  \
#member, offsetof(struct assay_blocks, member), is_whole, may_be_null                                          \
    }
const struct assay_block_column assay_block_columns[ASSAY_BLOCK_COLUMN_COUNT] = {
    COLUMN(log_ratio, false, false),   COLUMN(first_half, false, true), COLUMN(second_half, false, true),
    COLUMN(start_s, false, true),      COLUMN(seconds, false, true),    COLUMN(layout, true, true),
    COLUMN(order, true, true),         COLUMN(head_first, true, true),  COLUMN(base_process, true, false),
    COLUMN(head_process, true, false), COLUMN(set_aside, true, false),
};
#undef COLUMN

double *assay_blocks_column(const struct assay_blocks *blocks, size_t column)
{
    return *(double *const *)((const char *)blocks + assay_block_columns[column].offset);
}

void assay_blocks_set_column(struct assay_blocks *blocks, size_t column, double *values)
{
    *(double **)((char *)blocks + assay_block_columns[column].offset) = values;
}

void assay_blocks_release(struct assay_blocks *blocks)
{
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT; i++) {
        free(assay_blocks_column(blocks, i));
    }
    *blocks = (struct assay_blocks){ 0 };
}

/* Room for one row more in every column. */
static bool grow(struct assay_blocks *blocks)
{
    size_t capacity = blocks->capacity;
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT; i++) {
        /* Each column grows on its own from the common capacity; it is raised when the last one has grown. */
        capacity = blocks->capacity;
        void *values = assay_blocks_column(blocks, i);
        bool room = assay_reserve(&values, &capacity, blocks->count + 1, sizeof(double));
        assay_blocks_set_column(blocks, i, values);
        if (!room) {
            return false;
        }
    }
    blocks->capacity = capacity;
    return true;
}

bool assay_blocks_append(struct assay_blocks *blocks, const double values[ASSAY_BLOCK_COLUMN_COUNT])
{
    if (blocks->count == blocks->capacity && !grow(blocks)) {
        return false;
    }
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT; i++) {
        assay_blocks_column(blocks, i)[blocks->count] = values[i];
    }
    blocks->count++;
    return true;
}
