/*
 * Random numbers for property tests. The seed is SANDGLASS_TEST_SEED when that is set and new otherwise; a failing test
 * prints it (random_seed()), so that the case can be run again.
 */
#ifndef SUPPORT_RANDOM_H
#define SUPPORT_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t seed; /* what it began with */
	uint64_t state;
};

struct random random_start(void);
uint64_t random_bits(struct random *random);
/* Evenly from least to most, both included. */
int64_t random_between(struct random *random, int64_t least, int64_t most);
bool random_one_in(struct random *random, int64_t n);

#endif
