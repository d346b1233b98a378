/* chacha8: a stream cipher of additions, rotations and exclusive ors on a square of sixteen words, in eight rounds; its
 * key stream is the numbers. What a generator costs whose next number cannot be foretold from those before (with a key
 * that nobody knows: here the key is the seed, in its first eight bytes).
 *
 * Bernstein, "ChaCha, a variant of Salsa20", 2008: the original, with 64 bits of counter and 64 of nonce (0 here).
 * State 256 bits of key and 64 of counter, period 2^67 numbers. A number is the next eight bytes of the key stream, the
 * lowest first. */
#ifndef GENERATORS_CHACHA8_H
#define GENERATORS_CHACHA8_H

#include "unit.h"

struct chacha8 {
    uint32_t input[16]; /* the constant, the key, the counter, the nonce */
    uint64_t block[8];
    uint32_t used; /* of the block */
};

/* `key` and `nonce` as words: of their bytes, the lowest first. */
static inline void chacha8_begin(struct chacha8 *self, const uint32_t key[8], const uint32_t nonce[2])
{
    static const uint32_t constant[4] = { 0x61707865, 0x3320646E, 0x79622D32, 0x6B206574 }; /* "expand 32-byte k" */
    *self = (struct chacha8){ .input = { constant[0], constant[1], constant[2], constant[3] }, .used = 8 };
    for (int i = 0; i < 8; i++) {
        self->input[4 + i] = key[i];
    }
    self->input[14] = nonce[0];
    self->input[15] = nonce[1];
}

static inline void chacha8_seed(struct chacha8 *self, uint64_t seed)
{
    const uint32_t key[8] = { (uint32_t)seed, (uint32_t)(seed >> 32) }, nonce[2] = { 0, 0 };
    chacha8_begin(self, key, nonce);
}

/* A row of the square. Compilers make of it what the machine has: four words at once, or one after the other. */
typedef uint32_t chacha8_row __attribute__((vector_size(16)));

static inline chacha8_row chacha8_rotate(chacha8_row words, int left)
{
    return words << left | words >> (32 - left);
}

/* The row's words, each `left` places further left. */
static inline chacha8_row chacha8_turn(chacha8_row row, int left)
{
    return (chacha8_row){ row[left & 3], row[(left + 1) & 3], row[(left + 2) & 3], row[(left + 3) & 3] };
}

/* The rows, the first above: four quarter rounds at once, down the columns. */
static inline void chacha8_round(chacha8_row rows[4])
{
    rows[0] += rows[1];
    rows[3] = chacha8_rotate(rows[3] ^ rows[0], 16);
    rows[2] += rows[3];
    rows[1] = chacha8_rotate(rows[1] ^ rows[2], 12);
    rows[0] += rows[1];
    rows[3] = chacha8_rotate(rows[3] ^ rows[0], 8);
    rows[2] += rows[3];
    rows[1] = chacha8_rotate(rows[1] ^ rows[2], 7);
}

static inline void chacha8_refill(struct chacha8 *self)
{
    const uint32_t *in = self->input;
    const chacha8_row first = { in[0], in[1], in[2], in[3] }, second = { in[4], in[5], in[6], in[7] };
    const chacha8_row third = { in[8], in[9], in[10], in[11] }, fourth = { in[12], in[13], in[14], in[15] };
    chacha8_row rows[4] = { first, second, third, fourth };
    for (int i = 0; i < 8; i += 2) {
        chacha8_round(rows);
        rows[1] = chacha8_turn(rows[1], 1); /* the diagonals become columns */
        rows[2] = chacha8_turn(rows[2], 2);
        rows[3] = chacha8_turn(rows[3], 3);
        chacha8_round(rows);
        rows[1] = chacha8_turn(rows[1], 3); /* and diagonals again */
        rows[2] = chacha8_turn(rows[2], 2);
        rows[3] = chacha8_turn(rows[3], 1);
    }
    rows[0] += first;
    rows[1] += second;
    rows[2] += third;
    rows[3] += fourth;
    for (int i = 0; i < 8; i++) {
        self->block[i] = (uint64_t)rows[i / 2][i % 2 * 2 + 1] << 32 | rows[i / 2][i % 2 * 2];
    }
    self->input[12]++;
    self->input[13] += self->input[12] == 0;
    self->used = 0;
}

static inline uint64_t chacha8_uint64(struct chacha8 *self)
{
    if (self->used == 8) {
        chacha8_refill(self);
    }
    return self->block[self->used++];
}

static inline double chacha8_double(struct chacha8 *self)
{
    return unit_double(chacha8_uint64(self));
}

#endif
