/* SplitMix64: good enough for tests, the same everywhere, and any number is a good seed. */
#include "support/random.h"

#include <stdlib.h>
#include <sys/random.h>

struct random random_start(void)
{
	struct random random;
	const char *given = getenv("SANDGLASS_TEST_SEED");
	if (given)
		random.seed = strtoull(given, NULL, 0);
	else if (getrandom(&random.seed, sizeof random.seed, 0) != sizeof random.seed)
		random.seed = 1;
	random.state = random.seed;
	return random;
}

uint64_t random_bits(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

int64_t random_between(struct random *random, int64_t least, int64_t most)
{
	return least + (int64_t)(random_bits(random) % (uint64_t)(most - least + 1));
}

bool random_one_in(struct random *random, int64_t n)
{
	return random_between(random, 1, n) == 1;
}
