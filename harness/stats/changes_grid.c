/* Where between the rows and columns of the table of thresholds a level stands. */
#include "stats/changes_parts.h"

#include <math.h>

const double assay_changes_grid_degrees[ASSAY_CHANGES_ROWS] = { 8, 12, 20, 32, 56, 110, 300, 1000 };
const double assay_changes_grid_correlation[ASSAY_CHANGES_COLUMNS] = { 0, 0.1, 0.25, 0.45, 0.65, 0.9 };

static double clamp_share(double share)
{
    return fmax(0, fmin(1, share));
}

struct assay_changes_place assay_changes_place(double degrees, double correlation)
{
    const double *rows = assay_changes_grid_degrees;
    const double *columns = assay_changes_grid_correlation;
    struct assay_changes_place place = { 0 };
    while (place.row < ASSAY_CHANGES_ROWS - 2 && degrees >= rows[place.row + 1]) {
        place.row++;
    }
    while (place.column < ASSAY_CHANGES_COLUMNS - 2 && correlation >= columns[place.column + 1]) {
        place.column++;
    }
    /* Between rows in 1 / degrees, in which quantiles of Student's t are nearly straight. */
    size_t row = place.row;
    place.down = clamp_share((1 / rows[row] - 1 / degrees) / (1 / rows[row] - 1 / rows[row + 1]));
    size_t column = place.column;
    place.right = clamp_share((correlation - columns[column]) / (columns[column + 1] - columns[column]));
    return place;
}

double assay_changes_between(const struct assay_changes_place *place,
                             const double table[ASSAY_CHANGES_ROWS][ASSAY_CHANGES_COLUMNS])
{
    const double *upper = table[place->row] + place->column;
    const double *lower = table[place->row + 1] + place->column;
    return (1 - place->down) * ((1 - place->right) * upper[0] + place->right * upper[1]) +
           place->down * ((1 - place->right) * lower[0] + place->right * lower[1]);
}
