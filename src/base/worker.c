/* Threads that end in a list under a lock; an eventfd says that there is something in it. The worker itself goes when it was
 * given up and its last job has ended, so a job that hangs never finds it gone. */
#include "base/worker.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct task {
	struct task *next;
	struct worker *worker;
	worker_job *job;
	worker_done *done;
	void *context;
};

struct worker {
	pthread_mutex_t lock;
	struct task *ended; /* the newest first */
	int under_way;
	bool given_up;
	int fd;
};

struct worker *worker_new(void)
{
	struct worker *worker = alloc_bytes(sizeof *worker);
	pthread_mutex_init(&worker->lock, NULL);
	worker->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return worker;
}

int worker_fd(const struct worker *worker)
{
	return worker->fd;
}

static void destroy(struct worker *worker)
{
	while (worker->ended) {
		struct task *task = worker->ended;
		worker->ended = task->next;
		free(task);
	}
	close(worker->fd);
	pthread_mutex_destroy(&worker->lock);
	free(worker);
}

static void end(struct task *task)
{
	struct worker *worker = task->worker;
	pthread_mutex_lock(&worker->lock);
	task->next = worker->ended;
	worker->ended = task;
	worker->under_way--;
	const bool last = worker->given_up && !worker->under_way;
	const uint64_t one = 1;
	const ssize_t told = worker->given_up ? 0 : write(worker->fd, &one, sizeof one);
	(void)told; /* it fails only when it is full of wake-ups already */
	pthread_mutex_unlock(&worker->lock);
	if (last)
		destroy(worker);
}

static void *run(void *context)
{
	struct task *task = context;
	task->job(task->context);
	end(task);
	return NULL;
}

void worker_run(struct worker *worker, worker_job *job, worker_done *done, void *context)
{
	struct task *task = alloc_bytes(sizeof *task);
	*task = (struct task){.worker = worker, .job = job, .done = done, .context = context};
	pthread_mutex_lock(&worker->lock);
	worker->under_way++;
	pthread_mutex_unlock(&worker->lock);
	pthread_attr_t attributes;
	pthread_t thread;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attributes, run, task) != 0)
		run(task);
	pthread_attr_destroy(&attributes);
}

void worker_reap(struct worker *worker)
{
	uint64_t count;
	if (read(worker->fd, &count, sizeof count) != sizeof count)
		return;
	pthread_mutex_lock(&worker->lock);
	struct task *newest = worker->ended, *oldest = NULL;
	worker->ended = NULL;
	pthread_mutex_unlock(&worker->lock);
	while (newest) {
		struct task *task = newest;
		newest = task->next;
		task->next = oldest;
		oldest = task;
	}
	while (oldest) {
		struct task *task = oldest;
		oldest = task->next;
		task->done(task->context);
		free(task);
	}
}

void worker_free(struct worker *worker, int ms)
{
	if (!worker)
		return;
	const int64_t until = clock_ms() + ms;
	for (;;) {
		worker_reap(worker);
		pthread_mutex_lock(&worker->lock);
		const bool idle = !worker->under_way && !worker->ended;
		const int64_t left = until - clock_ms();
		worker->given_up = idle || left <= 0;
		const bool leave = worker->given_up, gone = leave && !worker->under_way;
		pthread_mutex_unlock(&worker->lock);
		if (gone)
			destroy(worker);
		if (leave)
			return;
		struct pollfd fd = {.fd = worker->fd, .events = POLLIN};
		poll(&fd, 1, (int)left);
	}
}
