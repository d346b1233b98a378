/* The nearest name, for errors that suggest what was meant. Pure. */
#include "base/text.h"

#include <string.h>

enum { LONGEST = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance (Damerau, 1964): insertions, deletions, substitutions, swaps of neighbours.
 * Both at most LONGEST bytes. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++) {
        above[j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = least(change, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b_length];
}

const char *assay_nearest(const char *wrong, const char *const *names)
{
    const char *best = NULL;
    size_t best_distance = LONGEST + 1;
    size_t length = strlen(wrong);
    for (size_t i = 0; length <= LONGEST && names[i] != NULL; i++) {
        size_t other = strlen(names[i]);
        if (other > LONGEST) {
            continue;
        }
        size_t longer = length > other ? length : other;
        size_t allowed = longer / 3 > 0 ? longer / 3 : 1;
        size_t found = distance(wrong, length, names[i], other);
        if (found <= allowed && found < best_distance) {
            best = names[i];
            best_distance = found;
        }
    }
    return best;
}
