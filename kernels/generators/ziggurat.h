/* The ziggurat: the normal density's right half, cut into 256 layers of equal area, of which all but 1 in 67 points
 * drawn lie under the curve for certain: a table, a multiplication and a comparison a number. This file makes the
 * tables; drawing is in forms.inc.
 *
 * Marsaglia and Tsang, "The ziggurat method for generating random variables", Journal of Statistical Software 5(8),
 * 2000, with Doornik's correction ("An improved ziggurat method to generate normal random samples", Oxford, 2005):
 * layer, sign and place are made of different bits, and the place has the 52 bits of a double rather than 32. numpy
 * draws in the same way. */
#ifndef GENERATORS_ZIGGURAT_H
#define GENERATORS_ZIGGURAT_H

#include <math.h>
#include <stdint.h>

enum { ZIGGURAT_LAYERS = 256 };

/* Where the lowest layer's rectangle ends and the tail begins: the root of "256 layers of equal area end at the
 * density's top", in Marsaglia and Tsang to 16 digits. The test of the tables solves it again. */
#define ZIGGURAT_TAIL 3.6541528853610087963519472518L

/* Layer 0 is the lowest, with the tail; 1 is at the top, and below it they go down to 255. */
struct ziggurat {
    uint64_t inside[ZIGGURAT_LAYERS]; /* places below it, of 2^52, are under the curve for certain */
    double width[ZIGGURAT_LAYERS];    /* of 2^-52 of the layer */
    double height[ZIGGURAT_LAYERS];   /* the density (1 at 0) at the layer's right end */
};

/* In long double: each layer is made from the one below it, which multiplies errors of rounding by a hundred on the way
 * up. */
static inline void ziggurat_init(struct ziggurat *self)
{
    const long double tail = ZIGGURAT_TAIL, density = expl(-tail * tail / 2);
    const long double area = tail * density + sqrtl(acosl(-1.0L) / 2) * erfcl(tail / sqrtl(2.0L));
    long double ends[ZIGGURAT_LAYERS];
    ends[0] = area / density; /* as if the tail were a piece of the rectangle */
    ends[255] = tail;
    for (int i = 254; i >= 1; i--) {
        ends[i] = sqrtl(-2 * logl(area / ends[i + 1] + expl(-ends[i + 1] * ends[i + 1] / 2)));
    }
    for (int i = 0; i < ZIGGURAT_LAYERS; i++) {
        long double above = i == 0 ? tail : i == 1 ? 0 : ends[i - 1];
        self->inside[i] = (uint64_t)(above / ends[i] * 0x1p52L);
        self->width[i] = (double)(ends[i] * 0x1p-52L);
        self->height[i] = i == 0 ? 1.0 : (double)expl(-ends[i] * ends[i] / 2);
    }
}

#endif
