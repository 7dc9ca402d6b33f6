/*
 * Work that may wait, for a disk or a network file system, done beside the loop: each job in a thread of its own, its end
 * told on the loop. A job that hangs (a server of files that went away) hangs alone.
 */
#ifndef BASE_WORKER_H
#define BASE_WORKER_H

struct worker;

/* In the thread: touches nothing but its context. */
typedef void worker_job(void *context);
/* On the loop, when the job has ended. */
typedef void worker_done(void *context);

struct worker *worker_new(void);
/* To be polled for reading. */
int worker_fd(const struct worker *worker);
/* Runs the job; without a thread to be had, at once. `done` is called by a later worker_reap(), exactly once. */
void worker_run(struct worker *worker, worker_job *job, worker_done *done, void *context);
/* Calls `done` of the jobs that have ended. */
void worker_reap(struct worker *worker);
/* Waits up to `ms` for what is under way. Jobs that take longer are left alone, and theirs are never done. */
void worker_free(struct worker *worker, int ms);

#endif
