/* The parts that the search for changes is made of, for its own files, its test and the generator of its table. Pure.
 */
#ifndef ASSAY_STATS_CHANGES_PARTS_H
#define ASSAY_STATS_CHANGES_PARTS_H

#include "stats/changes.h"

#define ASSAY_CHANGES_RING 32   /* points that a new level is looked for in */
#define ASSAY_CHANGES_LEVELS 64 /* a power of 2 above the ring: levels before each of its points */
#define ASSAY_CHANGES_ORIGIN 64 /* points that the level is learnt from that creep is measured from */
#define ASSAY_CHANGES_CLIP 1.5  /* spreads from their median: what a point of a new level moves its mean by, at most */
#define ASSAY_CHANGES_LEAST_DEGREES 8.0 /* with fewer nothing is believed */
#define ASSAY_CHANGES_LEAST_SCORE 2.5   /* below it nothing is looked at any further: no threshold is so low */
#define ASSAY_CHANGES_LEAST_ERROR 1e-12 /* of series that are all equal: less than a double's logarithm can tell */

/* What is known of a level from its first `count` points. */
struct assay_level {
    double mean, spread, correlation; /* robust; NaN before there are two points */
    double degrees;                   /* that `spread` is known with, those of the levels before included */
    double half;                      /* typical half width of a point's own interval; 0: not known */
    size_t count;
};

/* Sums over the points of a level, each clipped to what was believed before it. Of distances from `anchor`. */
struct assay_level_sums {
    double anchor, sum, squares, products, first, last, halves;
    size_t count, half_count;
};

/* What levels before say of spread and autocorrelation. A new level keeps that, and not their means. */
struct assay_level_prior {
    double squares, products, degrees;
};

/* The level of the `count` values (at most the ring): about their median, clipped by the prior's spread or their own
 * median absolute deviation. */
void assay_level_learn(struct assay_level *level, struct assay_level_sums *sums, const struct assay_level_prior *prior,
                       const double *values, const double *halves, size_t count);
/* One point more. */
void assay_level_add(struct assay_level *level, struct assay_level_sums *sums, const struct assay_level_prior *prior,
                     double value, double half);
/* What a new level shall know of this one. */
struct assay_level_prior assay_level_leave(const struct assay_level *level);
/* Adds to `count` ascending values. */
void assay_insert_sorted(double *sorted, size_t count, double value);
/* The variance of a mean of `count` points over that of one point, their lag-1 autocorrelation being `correlation`. */
double assay_mean_variance(double count, double correlation);
/* The mean of `count` ascending values, each clipped to `clip` from their median (Huber, 1964; one step). */
double assay_clipped_mean(const double *sorted, size_t count, double clip);

/* What creep is measured from. */
struct assay_origin {
    struct assay_level level;
    size_t first, last; /* points */
    bool open;          /* still learning, with the segment that begins at `first` */
};

/* Plain bytes; `version` and `size` come first, for those who keep them. */
struct assay_changes {
    uint32_t version, size;
    struct assay_changes_options options;
    uint64_t points; /* added, those without a value included */
    uint32_t kind, ring_count;
    double values[ASSAY_CHANGES_RING]; /* the last points of this kind, oldest first */
    double halves[ASSAY_CHANGES_RING];
    uint64_t indexes[ASSAY_CHANGES_RING];
    uint64_t first; /* point of the segment */
    struct assay_level_prior prior;
    struct assay_level_sums sums;
    struct assay_level levels[ASSAY_CHANGES_LEVELS]; /* of the segment's first n points at n modulo their number */
    size_t count;                                    /* of the segment */
    struct assay_origin origin;
};

/* The rows and columns of the table of thresholds, and a level's place among them. */
#define ASSAY_CHANGES_ROWS 8
#define ASSAY_CHANGES_COLUMNS 6
extern const double assay_changes_grid_degrees[ASSAY_CHANGES_ROWS];
extern const double assay_changes_grid_correlation[ASSAY_CHANGES_COLUMNS];
struct assay_changes_place {
    size_t row, column;
    double down, right; /* shares of the way to the next */
};
struct assay_changes_place assay_changes_place(double degrees, double correlation);
double assay_changes_between(const struct assay_changes_place *place,
                             const double table[ASSAY_CHANGES_ROWS][ASSAY_CHANGES_COLUMNS]);

/* The score above which a change is believed at `rate` false ones a point, at most 0.003. From simulation:
 * changes_table.c. */
double assay_changes_threshold(double degrees, double correlation, double rate);
/* The rate at which `score` would just be believed. */
double assay_changes_rate(double degrees, double correlation, double score);

/* A new level of the last `length` points against the level before them. */
struct assay_split {
    size_t length;
    double shift, error; /* its standard error */
    double score;        /* shift / error, without sign; 0: not enough points lie beyond */
    double degrees, correlation;
};
/* The split at the last point that passes its threshold by most, of a few lengths; length 0: none passes. */
void assay_changes_split(struct assay_split *best, const struct assay_changes *changes);
/* Of all splits that pass their thresholds the one that explains the points best. The score does not say that: clipped
 * means of a large step score highest with a point of the old level among them. */
void assay_changes_date(struct assay_split *best, const struct assay_changes *changes);

/* Whether the points before and behind `split` rise or fall over several points, more likely than in one step. */
bool assay_changes_is_ramp(const struct assay_changes *changes, const struct assay_split *split);

#endif
