/*
 * The thread and its owner share one struct; whoever comes last frees it: the owner when the thread has finished, the thread
 * when the owner has abandoned it. The lock is held for a few instructions only.
 */
#include "connecting.h"

#include "base/alloc.h"
#include "connect.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { STATEMENT_TIMEOUT_S = 8 };

struct connecting {
	pthread_mutex_t lock;
	bool finished;
	bool abandoned;
	int fd;
	char *conninfo;
	struct connecting_outcome outcome;
};

static void release(struct connecting *c)
{
	PQfinish(c->outcome.conn);
	close(c->fd);
	pthread_mutex_destroy(&c->lock);
	free(c->conninfo);
	free(c);
}

static void connect_it(struct connecting *c)
{
	struct connect_request request = {
	        .conninfo = c->conninfo, .statement_timeout = STATEMENT_TIMEOUT_S, .keep_alive = true};
	struct connecting_outcome *out = &c->outcome;
	out->conn = connect_now(&request, &out->wants_password, &out->error);
	if (out->conn && (PQsetnonblocking(out->conn, 1) != 0 || !PQenterPipelineMode(out->conn))) {
		error_set(&out->error, ERROR_INTERNAL, "this libpq has no pipeline mode");
		PQfinish(out->conn);
		out->conn = NULL;
	}
}

static void *thread_main(void *argument)
{
	struct connecting *c = argument;
	connect_it(c);
	pthread_mutex_lock(&c->lock);
	c->finished = true;
	bool abandoned = c->abandoned;
	if (!abandoned)
		eventfd_write(c->fd, 1);
	pthread_mutex_unlock(&c->lock);
	if (abandoned)
		release(c);
	return NULL;
}

/* Signals belong to the loop: the thread is started with all of them blocked. */
static int start_thread(struct connecting *c)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_t thread;
	int failed = pthread_create(&thread, &attributes, thread_main, c);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

struct connecting *connecting_start(const char *conninfo, struct error *err)
{
	struct connecting *c = alloc_bytes(sizeof *c);
	pthread_mutex_init(&c->lock, NULL);
	c->conninfo = alloc_copy(conninfo);
	c->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int failed = c->fd < 0 ? errno : start_thread(c);
	if (failed) {
		errno = failed;
		error_errno(err, ERROR_IO, "cannot start the thread that connects");
		release(c);
		return NULL;
	}
	return c;
}

int connecting_fd(const struct connecting *connecting)
{
	return connecting->fd;
}

bool connecting_take(struct connecting *c, struct connecting_outcome *out)
{
	pthread_mutex_lock(&c->lock);
	bool finished = c->finished;
	pthread_mutex_unlock(&c->lock);
	if (!finished)
		return false;
	*out = c->outcome;
	c->outcome.conn = NULL;
	release(c);
	return true;
}

void connecting_abandon(struct connecting *c)
{
	pthread_mutex_lock(&c->lock);
	bool finished = c->finished;
	c->abandoned = true;
	pthread_mutex_unlock(&c->lock);
	if (finished)
		release(c);
}
