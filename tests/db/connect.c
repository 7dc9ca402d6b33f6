/*
 * What a failed connection is called, also by a server that speaks another language: a socket that answers every login
 * with one error message, as a server with Russian messages does.
 */
#include "store/db.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct refusal {
	const char *sqlstate;
	const char *message;
	enum error_kind kind;
	const char *says; /* our line holds this */
};

static const struct refusal refusals[] = {
        {"28P01", "пользователь \"anna\" не прошёл проверку подлинности (по паролю)", ERROR_AUTH, "password"},
        {"28000", "в pg_hba.conf нет записи для компьютера", ERROR_AUTH, "does not let anna in"},
        {"3D000", "база данных \"desk\" не существует", ERROR_SCHEMA, "there is no database desk"},
        {"57P03", "система баз данных запускается", ERROR_UNAVAILABLE, "not ready"},
        {"53300", "извините, уже слишком много клиентов", ERROR_UNAVAILABLE, "full"},
        {"XX000", "что-то пошло не так", ERROR_UNAVAILABLE, "cannot reach the server"},
        {"28P01", "password authentication failed for user \"anna\"", ERROR_AUTH, "password"},
        {"28000", "no pg_hba.conf entry for host \"[local]\"", ERROR_AUTH, "pg_hba.conf"},
};

struct server {
	int listener;
	const struct refusal *refusal;
};

static void add_field(struct strbuf *out, char code, const char *text)
{
	strbuf_addc(out, code);
	strbuf_add(out, text, strlen(text) + 1);
}

static void answer(int fd, const struct refusal *refusal)
{
	char startup[1000];
	ssize_t got = read(fd, startup, sizeof startup);
	struct strbuf body = STRBUF_INIT;
	add_field(&body, 'S', "ВАЖНО");
	add_field(&body, 'V', "FATAL");
	add_field(&body, 'C', refusal->sqlstate);
	add_field(&body, 'M', refusal->message);
	strbuf_addc(&body, '\0');
	uint32_t length = (uint32_t)body.length + 4;
	char head[5] = {'E', (char)(length >> 24), (char)(length >> 16), (char)(length >> 8), (char)length};
	cr_assert(got > 0 && write(fd, head, 5) == 5 &&
	          write(fd, body.data, body.length) == (ssize_t)body.length);
	strbuf_release(&body);
	close(fd);
}

static void *serve(void *argument)
{
	struct server *server = argument;
	int fd;
	while ((fd = accept(server->listener, NULL, NULL)) >= 0)
		answer(fd, server->refusal);
	return NULL;
}

Test(connect, is_explained_in_any_language)
{
	char *dir = alloc_format("%s/fake-server", getenv("SANDGLASS_TEST_WORK"));
	mkdir(dir, 0700);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", dir);
	struct server server = {.listener = socket(AF_UNIX, SOCK_STREAM, 0)};
	cr_assert_eq(bind(server.listener, (struct sockaddr *)&address, sizeof address), 0);
	cr_assert_eq(listen(server.listener, 8), 0);
	char *conninfo = alloc_format("host=%s user=anna dbname=desk password=x", dir);
	pthread_t thread;
	pthread_create(&thread, NULL, serve, &server);
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		server.refusal = &refusals[i];
		struct error err = {ERROR_NONE, ""};
		cr_assert_not(db_open(conninfo, &err));
		cr_assert_eq(err.kind, refusals[i].kind, "%s: %s", refusals[i].message, err.text);
		cr_assert(strstr(err.text, refusals[i].says), "%s: %s", refusals[i].message, err.text);
	}
	shutdown(server.listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(server.listener);
	unlink(address.sun_path);
	free(conninfo);
	free(dir);
}
