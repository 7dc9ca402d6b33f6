/* Mail to JSON, by jansson; keys keep the order in which they are set. */
#include "mail/json.h"

#include "core/json_escape.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *list_json(const struct text_list *list)
{
	json_t *array = json_array();
	for (size_t i = 0; i < list->count; i++)
		json_array_append_new(array, json_string(list->items[i]));
	return array;
}

static json_t *attachments_json(const struct mail *mail, bool database)
{
	json_t *array = json_array();
	for (size_t i = 0; i < mail->attachment_count; i++) {
		const struct mail_attachment *attachment = &mail->attachments[i];
		json_t *object = json_object();
		json_object_set_new(object, "name", json_string(attachment->name));
		json_object_set_new(object, "type", json_string(attachment->type));
		json_object_set_new(object, "size", json_integer((json_int_t)attachment->size));
		json_object_set_new(object, "sha256", json_string(attachment->sha256));
		if (database)
			json_object_set_new(object, "stored", json_boolean(attachment->stored));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *mail_object(const struct mail *mail, bool database)
{
	json_t *object = json_object(), *from = json_object();
	json_object_set_new(from, "name", json_string(mail->from.name));
	json_object_set_new(from, "email", json_string(mail->from.email));
	json_object_set_new(object, "message_id", json_string(mail->message_id));
	json_object_set_new(object, "in_reply_to", json_string(mail->in_reply_to));
	json_object_set_new(object, "references", list_json(&mail->references));
	json_object_set_new(object, "from", from);
	json_object_set_new(object, "to", list_json(&mail->to));
	json_object_set_new(object, "cc", list_json(&mail->cc));
	json_object_set_new(object, "subject", json_string(mail->subject));
	json_object_set_new(object, "date", json_string(mail->date));
	json_object_set_new(object, "body", json_string(mail->body));
	json_object_set_new(object, "html", json_boolean(mail->html));
	json_object_set_new(object, "auto", json_boolean(mail->automatic));
	json_object_set_new(object, "auto_reason", json_string(mail->auto_reason));
	json_object_set_new(object, "attachments", attachments_json(mail, database));
	return object;
}

void mail_json_print(struct strbuf *out, const struct mail *mail)
{
	json_t *object = mail_object(mail, false);
	char *text = json_dumps(object, JSON_COMPACT);
	json_escape(out, text);
	free(text);
	json_decref(object);
}

void mail_json_database(struct strbuf *out, const struct mail *mail, const char *token)
{
	json_t *object = mail_object(mail, true);
	json_object_set_new(object, "reply_to", json_string(mail->reply_to));
	json_object_set_new(object, "token", json_string(token));
	json_object_set_new(object, "channel", json_string(mail->channel));
	char *text = json_dumps(object, JSON_COMPACT);
	strbuf_adds(out, text);
	free(text);
	json_decref(object);
}
