/*
 * Any bytes as a mail, as HTML and as a form: never a crash, and what comes out is what the rest relies on: valid UTF-8
 * everywhere, names without a path, JSON with every key.
 */
#include "mail/mail.h"
#include "mail/charset.h"
#include "mail/form.h"
#include "mail/html.h"
#include "mail/json.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_text(const char *text)
{
	check(text && charset_is_utf8(slice_of(text)));
}

static void check_json(const struct mail *mail)
{
	struct strbuf line = STRBUF_INIT, database = STRBUF_INIT;
	mail_json_print(&line, mail);
	json_t *object = json_loads(line.data, 0, NULL);
	check(object && json_object_size(object) == 13);
	check(strcmp(json_string_value(json_object_get(object, "body")), mail->body) == 0);
	mail_json_database(&database, mail, "");
	json_t *same = json_loads(database.data, 0, NULL);
	check(same && json_object_size(same) == 16);
	json_decref(object);
	json_decref(same);
	strbuf_release(&line);
	strbuf_release(&database);
}

static void check_mail(struct mail *mail)
{
	check_text(mail->subject);
	check_text(mail->body);
	check_text(mail->from.name);
	check(*mail->message_id && *mail->from.email);
	for (size_t i = 0; i < mail->attachment_count; i++) {
		const char *name = mail->attachments[i].name;
		check_text(name);
		check(*name && strlen(name) <= 200 && !strpbrk(name, "/\\\n") &&
		        strspn(name, ".") < strlen(name));
	}
	free(mail_token(mail, "help@x.example"));
	check_json(mail);
	mail_release(mail);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct mail_limits limits = {.message = 1 << 20, .attachment = 64, .body = 4096};
	static bool ready;
	if (!ready)
		mail_setup();
	ready = true;
	struct slice raw = {(const char *)bytes, size};
	struct mail mail;
	struct error err;
	if (mail_parse(&mail, raw, &limits, false, &err))
		check_mail(&mail);
	if (form_parse(&mail, raw, &limits, &err))
		check_mail(&mail);
	struct strbuf html = STRBUF_INIT, text = STRBUF_INIT;
	charset_to_utf8(&html, raw, NULL);
	html_to_text(&text, (struct slice){html.data, html.length});
	check_text(text.data);
	strbuf_release(&html);
	strbuf_release(&text);
	return 0;
}
