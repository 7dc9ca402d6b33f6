/*
 * Chunks of 64 KiB cut into blocks whose sizes are multiples of eight. A block that was given back holds the link to the next
 * unused one of its size. The texts of tickets come and go in similar sizes, so unused blocks do not pile up.
 */
#include "core/pool.h"

#include "base/alloc.h"

#include <stdlib.h>

enum { CHUNK_SIZE = 64 * 1024 };

/* What stands before a large block. Two pointers and a size keep the block aligned. */
struct large {
	struct large *before, *after;
	size_t size, unused;
};

void pool_init(struct pool *pool)
{
	*pool = (struct pool){0};
}

void pool_release(struct pool *pool)
{
	for (size_t i = 0; i < pool->chunk_count; i++)
		free(pool->chunks[i]);
	free(pool->chunks);
	for (struct large *large = pool->large; large;) {
		struct large *after = large->after;
		free(large);
		large = after;
	}
	pool_init(pool);
}

static void *take_large(struct pool *pool, size_t size)
{
	struct large *large = alloc_bytes(sizeof *large + size);
	large->size = size;
	large->after = pool->large;
	if (large->after)
		large->after->before = large;
	pool->large = large;
	pool->bytes += sizeof *large + size;
	return large + 1;
}

static void give_large(struct pool *pool, void *block)
{
	struct large *large = (struct large *)block - 1;
	if (large->before)
		large->before->after = large->after;
	else
		pool->large = large->after;
	if (large->after)
		large->after->before = large->before;
	pool->bytes -= sizeof *large + large->size;
	free(large);
}

static void add_chunk(struct pool *pool)
{
	pool->chunks = alloc_grow(pool->chunks, pool->chunk_count + 1, sizeof *pool->chunks);
	pool->next = alloc_grow(NULL, CHUNK_SIZE, 1);
	pool->room = CHUNK_SIZE;
	pool->chunks[pool->chunk_count++] = pool->next;
	pool->bytes += CHUNK_SIZE;
}

static size_t class_of(size_t size)
{
	return size ? (size + POOL_GRAIN - 1) / POOL_GRAIN : 1;
}

void *pool_take(struct pool *pool, size_t size)
{
	size_t class = class_of(size);
	if (class > POOL_CLASSES)
		return take_large(pool, size);
	void *block = pool->unused[class];
	if (block) {
		pool->unused[class] = *(void **)block;
		return block;
	}
	size_t bytes = class * POOL_GRAIN;
	if (pool->room < bytes)
		add_chunk(pool);
	block = pool->next;
	pool->next += bytes;
	pool->room -= bytes;
	return block;
}

void pool_give(struct pool *pool, void *block, size_t size)
{
	size_t class = class_of(size);
	if (class > POOL_CLASSES) {
		give_large(pool, block);
		return;
	}
	*(void **)block = pool->unused[class];
	pool->unused[class] = block;
}
