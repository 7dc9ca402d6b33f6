/*
 * The demo's PostgreSQL server.
 *
 * Its settings come on its command line and its access rules stand in BASE, so nothing inside the data
 * directory is ever written by us: as root that directory belongs to another user. It listens on a socket in
 * a directory of mode 0700 and nowhere else, and lets in only the user who runs the demo (peer, with a map of
 * the logins that he may be).
 *
 * postgres is started directly and asked every few milliseconds whether it answers: pg_ctl's own waiting would
 * be half of the start. What a crash left (a postmaster.pid whose process is another program by now, backends
 * that have not noticed their postmaster's end) is sorted out or waited for here.
 */
#include "cmd/demo.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "cmd/demo_data.h"
#include "store/conninfo.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT "5432"

/* Seconds for the server to stop in good order; then it is told to drop everything. */
#define STOP_S "10"

enum { START_MS = 60000, TRIES = 20, AGAIN_MS = 500, LOOK_US = 4000 };

/* ---- the programs ------------------------------------------------------------------------------- */

static bool has_server(const char *bin)
{
	char *initdb = alloc_format("%s/initdb", bin);
	char *postgres = alloc_format("%s/postgres", bin);
	bool there = access(initdb, X_OK) == 0 && access(postgres, X_OK) == 0;
	free(initdb);
	free(postgres);
	return there;
}

static int newer_first(const void *a, const void *b)
{
	return strverscmp(*(char *const *)b, *(char *const *)a);
}

/* The newest directory that matches and holds a server. */
static char *newest_of(const char *pattern)
{
	glob_t found;
	char *bin = NULL;
	if (glob(pattern, 0, NULL, &found) == 0) {
		qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, newer_first);
		for (size_t i = 0; i < found.gl_pathc && !bin; i++)
			if (has_server(found.gl_pathv[i]))
				bin = alloc_copy(found.gl_pathv[i]);
	}
	globfree(&found);
	return bin;
}

static char *in_path(void)
{
	const char *path = getenv("PATH");
	while (path && *path) {
		size_t length = strcspn(path, ":");
		char *bin = alloc_copy_n(path, length);
		if (length > 0 && has_server(bin))
			return bin;
		free(bin);
		path += length + (path[length] == ':');
	}
	return NULL;
}

static char *from_pg_config(void)
{
	struct strbuf output = STRBUF_INIT;
	const char *argv[] = {"pg_config", "--bindir", NULL};
	struct process_options options = {.argv = argv, .timeout_ms = 5000};
	int code;
	struct error ignored;
	char *bin = NULL;
	if (process_run(&options, &output, &code, &ignored) && code == 0)
		bin = alloc_copy(process_last_line(&output));
	strbuf_release(&output);
	if (bin && !has_server(bin)) {
		free(bin);
		bin = NULL;
	}
	return bin;
}

/* The first line of a file, without its end; "" when there is none. */
static void first_line(const char *path, char *out, size_t size)
{
	out[0] = '\0';
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t got = read(fd, out, size - 1);
	close(fd);
	out[got > 0 ? got : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

/* A cluster wants the server of its own version; without a cluster the newest is best. */
static bool find_programs(struct demo *demo, struct error *err)
{
	if (demo->bin)
		return true;
	char version[16];
	char *file = alloc_format("%s/data/PG_VERSION", demo->cluster);
	first_line(file, version, sizeof version);
	free(file);
	static const char *const places[] = {"/usr/lib/postgresql/%s/bin", "/usr/pgsql-%s/bin",
	        "/usr/local/opt/postgresql@%s/bin", "/opt/homebrew/opt/postgresql@%s/bin"};
	for (size_t i = 0; i < sizeof places / sizeof *places && !demo->bin; i++) {
		const char *hole = strstr(places[i], "%s");
		char *pattern = alloc_format(
		        "%.*s%s%s", (int)(hole - places[i]), places[i], version[0] ? version : "*", hole + 2);
		demo->bin = newest_of(pattern);
		free(pattern);
	}
	if (!demo->bin)
		demo->bin = in_path();
	if (!demo->bin)
		demo->bin = from_pg_config();
	if (!demo->bin && version[0])
		return error_set(err, ERROR_UNAVAILABLE,
		        "the demo was made by PostgreSQL %s, which is not here; sandglass demo --reset makes it anew",
		        version);
	return demo->bin ||
	       error_set(err, ERROR_UNAVAILABLE,
	               "no PostgreSQL server found (initdb, postgres): install the package \"postgresql\"");
}

static bool run_server_program(const struct demo *demo, const char *const *argv, struct error *err)
{
	struct strbuf output = STRBUF_INIT;
	const char *environment[] = {"LC_ALL=C.UTF-8", "LC_MESSAGES=C", NULL};
	struct process_options options = {.argv = argv,
	        .environment = environment,
	        .directory = demo->cluster,
	        .user = demo->server,
	        .timeout_ms = START_MS};
	int code;
	bool done = process_run(&options, &output, &code, err);
	if (done && code != 0)
		done = error_set(err, ERROR_IO, "%s failed: %s", argv[0], process_last_line(&output));
	strbuf_release(&output);
	return done;
}

/* ---- the socket's directory ----------------------------------------------------------------------- */

static bool socket_fits(const char *directory)
{
	struct sockaddr_un address;
	return strlen(directory) + strlen("/.s.PGSQL." PORT) < sizeof address.sun_path;
}

static bool is_ours(const struct demo *demo, const char *directory)
{
	struct stat info;
	return directory[0] == '/' && lstat(directory, &info) == 0 && S_ISDIR(info.st_mode) &&
	       info.st_uid == demo->server.uid && (info.st_mode & 07777) == 0700;
}

/* A short directory for a long BASE; its name is kept in BASE/socket for those who join. */
static bool short_directory(struct demo *demo, struct error *err)
{
	char *note = alloc_format("%s/socket", demo->base);
	char name[200];
	first_line(note, name, sizeof name);
	bool good = is_ours(demo, name);
	if (!good) {
		snprintf(name, sizeof name, "/tmp/sandglass-demo.XXXXXX");
		unlink(note);
		int fd = -1;
		good = mkdtemp(name) && chown(name, demo->server.uid, demo->server.gid) == 0 &&
		       (fd = open(note, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) >= 0 &&
		       write(fd, name, strlen(name)) == (ssize_t)strlen(name);
		if (fd >= 0)
			close(fd);
		if (!good)
			error_errno(err, ERROR_IO, "cannot make a directory for the server's socket");
	}
	free(note);
	if (good)
		demo->socket = alloc_copy(name);
	return good;
}

bool demo_socket_find(struct demo *demo, struct error *err)
{
	if (demo->socket)
		return true;
	if (!socket_fits(demo->cluster))
		return short_directory(demo, err);
	demo->socket = alloc_copy(demo->cluster);
	return true;
}

/* ---- access ----------------------------------------------------------------------------------------- */

static bool write_file(
        const struct demo *demo, const char *name, const struct strbuf *content, struct error *err)
{
	char *path = alloc_format("%s/%s", demo->base, name);
	bool done = unlink(path) == 0 || errno == ENOENT;
	int fd = done ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	done = fd >= 0 && fchown(fd, demo->server.uid, (gid_t)-1) == 0 &&
	       write(fd, content->data, content->length) == (ssize_t)content->length;
	if (fd >= 0 && close(fd) != 0)
		done = false;
	if (!done)
		error_errno(err, ERROR_IO, "cannot write %s", path);
	free(path);
	return done;
}

static bool write_access(const struct demo *demo, struct error *err)
{
	const struct passwd *me = getpwuid(geteuid());
	if (!me)
		return error_set(err, ERROR_IO, "the user %ld has no name: PostgreSQL cannot let him in",
		        (long)geteuid());
	struct strbuf rules = STRBUF_INIT, map = STRBUF_INIT;
	strbuf_adds(&rules, "local all all peer map=demo\n");
	strbuf_addf(
	        &map, "demo \"%s\" " DEMO_OWNER "\ndemo \"%s\" " DEMO_INTAKE "\n", me->pw_name, me->pw_name);
	for (const struct demo_login *who = demo_logins; who->login; who++)
		strbuf_addf(&map, "demo \"%s\" %s\n", me->pw_name, who->login);
	bool done =
	        write_file(demo, "pg_hba.conf", &rules, err) && write_file(demo, "pg_ident.conf", &map, err);
	strbuf_release(&rules);
	strbuf_release(&map);
	return done;
}

char *demo_conninfo(const struct demo *demo, const char *login, const char *database)
{
	struct strbuf out = STRBUF_INIT;
	conninfo_add(&out, "host", demo->socket);
	conninfo_add(&out, "port", PORT);
	conninfo_add(&out, "user", login);
	conninfo_add(&out, "dbname", database);
	return strbuf_detach(&out);
}

/* ---- life and death ----------------------------------------------------------------------------------- */

bool demo_cluster_exists(const struct demo *demo)
{
	char *file = alloc_format("%s/data/PG_VERSION", demo->cluster);
	bool there = access(file, F_OK) == 0;
	free(file);
	return there;
}

bool demo_cluster_create(struct demo *demo, struct error *err)
{
	if (!find_programs(demo, err))
		return false;
	char *initdb = alloc_format("%s/initdb", demo->bin);
	char *data = alloc_format("%s/data", demo->cluster);
	const char *argv[] = {initdb, "-D", data, "-U", DEMO_OWNER, "-A", "peer", "-E", "UTF8",
	        "--locale=C.UTF-8", "--no-sync", "--no-instructions", NULL};
	bool done = run_server_program(demo, argv, err);
	free(initdb);
	free(data);
	return done;
}

bool demo_cluster_destroy(struct demo *demo, struct error *err)
{
	free(demo->bin); /* the next one may be of another version */
	demo->bin = NULL;
	char *data = alloc_format("%s/data", demo->cluster);
	char *log = alloc_format("%s/log", demo->cluster);
	const char *argv[] = {"rm", "-rf", "--", data, log, NULL};
	bool done = run_server_program(demo, argv, err);
	free(data);
	free(log);
	return done;
}

static bool answers(const struct demo *demo)
{
	char *conninfo = demo_conninfo(demo, DEMO_OWNER, "postgres");
	struct error ignored;
	struct db *db = db_open(conninfo, &ignored);
	free(conninfo);
	db_close(db);
	return db != NULL;
}

/* A process that has ended, and that whoever started it has not waited for: its number is still taken. */
static bool is_zombie(long pid)
{
	char path[64], line[200];
	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	first_line(path, line, sizeof line);
	const char *name_end = strrchr(line, ')');
	return name_end && strncmp(name_end, ") Z", 3) == 0;
}

/*
 * Whether the server that postmaster.pid names lives. The machine may have given its number to another program since:
 * a postmaster's working directory is its data directory, any other process is not it.
 */
static bool server_lives(const struct demo *demo)
{
	char *file = alloc_format("%s/data/postmaster.pid", demo->cluster);
	char *data = alloc_format("%s/data", demo->cluster);
	char number[32], link[64];
	first_line(file, number, sizeof number);
	long pid = strtol(number, NULL, 10);
	snprintf(link, sizeof link, "/proc/%ld/cwd", pid);
	struct stat there, here;
	bool lives = pid > 0 && kill((pid_t)pid, 0) == 0 && !is_zombie(pid) &&
	             !(stat(link, &there) == 0 && stat(data, &here) == 0 &&
	                     (there.st_dev != here.st_dev || there.st_ino != here.st_ino));
	free(file);
	free(data);
	return lives;
}

/* postgres believes a postmaster.pid, and the lock of a socket, whose process is there in whatever way. */
static void remove_stale_pid(const struct demo *demo)
{
	if (server_lives(demo))
		return;
	char *file = alloc_format("%s/data/postmaster.pid", demo->cluster);
	char *lock = alloc_format("%s/.s.PGSQL." PORT ".lock", demo->socket);
	const char *argv[] = {"rm", "-f", "--", file, lock, NULL};
	struct error ignored;
	if (access(file, F_OK) == 0 || access(lock, F_OK) == 0)
		run_server_program(demo, argv, &ignored);
	free(file);
	free(lock);
}

/* Without fsync a power failure can spoil the data, and the demo makes itself anew then; with it, a start after
 * a mere kill would first wait for hundreds of files. */
static pid_t launch(const struct demo *demo, struct error *err)
{
	char *postgres = alloc_format("%s/postgres", demo->bin);
	char *data = alloc_format("%s/data", demo->cluster);
	char *socket = alloc_format("unix_socket_directories=%s", demo->socket);
	char *hba = alloc_format("hba_file=%s/pg_hba.conf", demo->base);
	char *ident = alloc_format("ident_file=%s/pg_ident.conf", demo->base);
	const char *argv[] = {postgres, "-D", data, "-p", PORT, "-c", socket, "-c", hba, "-c", ident, "-c",
	        "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "fsync=off", "-c",
	        "shared_buffers=32MB", "-c", "timezone=UTC", "-c", "log_min_messages=warning", "-c",
	        "jit=off", NULL};
	const char *environment[] = {"LC_ALL=C.UTF-8", "LC_MESSAGES=C", "PGDATA", NULL};
	struct process_options options = {
	        .argv = argv, .environment = environment, .directory = demo->cluster, .user = demo->server};
	pid_t child = process_start(&options, "log", err);
	free(postgres);
	free(data);
	free(socket);
	free(hba);
	free(ident);
	return child;
}

static bool start_failed(const struct demo *demo, struct error *err)
{
	return error_set(err, ERROR_UNAVAILABLE,
	        "the demo's server does not start; %s/log says why, sandglass demo --reset makes it anew",
	        demo->cluster);
}

bool demo_cluster_start(struct demo *demo, struct error *err)
{
	if (!find_programs(demo, err))
		return false;
	if (answers(demo))
		return true;
	if (!write_access(demo, err))
		return false;
	int64_t deadline = clock_ms() + START_MS;
	for (int tries = 0; tries < TRIES && clock_ms() < deadline; tries++) {
		remove_stale_pid(demo);
		pid_t child = launch(demo, err);
		if (child < 0)
			return false;
		while (clock_ms() < deadline && waitpid(child, NULL, WNOHANG) == 0) {
			if (answers(demo))
				return true;
			usleep(LOOK_US);
		}
		/* It ended: another one may still be recovering, or the last one's backends going away. */
		for (int64_t again = clock_ms() + AGAIN_MS; clock_ms() < again; usleep(LOOK_US))
			if (answers(demo))
				return true;
	}
	return start_failed(demo, err);
}

static bool stop_as(const struct demo *demo, const char *how)
{
	char *pg_ctl = alloc_format("%s/pg_ctl", demo->bin);
	char *data = alloc_format("%s/data", demo->cluster);
	const char *argv[] = {pg_ctl, "stop", "-D", data, "-m", how, "-w", "-t", STOP_S, "-s", NULL};
	struct error ignored;
	bool stopped = run_server_program(demo, argv, &ignored);
	free(pg_ctl);
	free(data);
	return stopped;
}

void demo_cluster_stop(struct demo *demo)
{
	struct error ignored;
	if (!find_programs(demo, &ignored))
		return;
	if (server_lives(demo) && !stop_as(demo, "fast") && server_lives(demo))
		stop_as(demo, "immediate");
	if (demo->socket)
		remove_stale_pid(demo);
	if (demo->socket && strcmp(demo->socket, demo->cluster) != 0)
		rmdir(demo->socket);
}
