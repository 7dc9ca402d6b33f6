/* Work beside the loop. */
#include "base/worker.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

struct job {
	atomic_int ran;
	int done;
	int ms;
};

static void do_job(void *context)
{
	struct job *job = context;
	struct timespec time = {.tv_sec = job->ms / 1000, .tv_nsec = job->ms % 1000 * 1000000L};
	nanosleep(&time, NULL);
	job->ran++;
}

static void job_done(void *context)
{
	((struct job *)context)->done++;
}

/* Jobs end on the loop, each once; one that hangs is left alone. */
Test(worker, jobs_end_on_the_loop)
{
	static struct job quick[20], slow = {.ms = 1500};
	struct worker *worker = worker_new();
	for (int i = 0; i < 20; i++)
		worker_run(worker, do_job, job_done, &quick[i]);
	worker_run(worker, do_job, job_done, &slow);
	for (int done = 0; done < 20;) {
		struct pollfd fd = {.fd = worker_fd(worker), .events = POLLIN};
		cr_assert_eq(poll(&fd, 1, 10000), 1);
		worker_reap(worker);
		done = 0;
		for (int i = 0; i < 20; i++) {
			cr_assert_leq(quick[i].done, 1);
			cr_assert(!quick[i].done || quick[i].ran == 1);
			done += quick[i].done;
		}
	}
	cr_expect_eq(slow.done, 0);
	worker_free(worker, 1);
	cr_expect_eq(slow.done, 0, "it was not waited for");
	while (!slow.ran) /* and does no harm when it ends */
		sched_yield();
	worker = worker_new();
	slow.ms = 1;
	worker_run(worker, do_job, job_done, &slow);
	worker_free(worker, 10000);
	cr_expect_eq(slow.done, 1, "what is nearly done is waited for");
}
