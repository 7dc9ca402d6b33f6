-- Who may call and read what. Nobody has rights on a table; everything else that is not named here is the owner's.
REVOKE ALL ON ALL TABLES IN SCHEMA sandglass FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sandglass FROM PUBLIC;

-- hello() answers everybody, so that a login without rights is told so in one line.
GRANT USAGE ON SCHEMA sandglass TO PUBLIC;
GRANT EXECUTE ON FUNCTION sandglass.hello() TO PUBLIC;

DO $grant$
DECLARE
	right_of record;
	object regprocedure;
BEGIN
	FOR right_of IN SELECT * FROM (VALUES
		('viewer', ARRAY['console_macro']),
		('agent', ARRAY['ticket_macro', 'macro_save', 'macro_delete']),
		('viewer', ARRAY['console_page', 'console_spans', 'console_conversation', 'reply_preview', 'mark_read',
			'clock_add', 'clock_between', 'clock_explain', 'policy_export', 'agent_list', 'organization_list', 'attachment_part', 'message_part', 'my_mentions']),
		('agent', ARRAY['ticket_set_status', 'ticket_set_priority', 'ticket_assign', 'ticket_claim', 'claim_next', 'ticket_tag', 'ticket_reply',
			'ticket_note', 'ticket_dismiss', 'ticket_open', 'ticket_merge', 'ticket_unmerge', 'undo']),
		('viewer', ARRAY['console_contacts', 'console_presence']),
		('viewer', ARRAY['console_customer', 'console_zone_steady']),
		('agent', ARRAY['presence_put', 'my_drafts', 'draft_put', 'draft_drop', 'draft_drop_recalled']),
		('agent', ARRAY['ticket_set_subject', 'ticket_set_requester', 'ticket_set_organization', 'ticket_set_team']),
		('agent', ARRAY['ticket_link', 'incident_open']),
		('viewer', ARRAY['view_list', 'console_search']),
		('agent', ARRAY['view_save', 'view_delete']),
		('lead', ARRAY['policy_apply', 'organization_put', 'contact_move']),
		('intake', ARRAY['intake_settings', 'intake_message', 'intake_aside']),
		('deliver', ARRAY['outbox_take', 'outbox_sending', 'outbox_sent', 'outbox_failed', 'outbox_release',
			'outbox_remaining', 'outbox_attachments'])) AS r (role, functions)
	LOOP
		FOR object IN SELECT p.oid::regprocedure FROM pg_proc p
				WHERE p.pronamespace = 'sandglass'::regnamespace AND p.proname = ANY (right_of.functions) LOOP
			EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', object, 'sandglass_' || right_of.role);
		END LOOP;
	END LOOP;
	FOR right_of IN SELECT c.oid::regclass AS view FROM pg_class c
			WHERE c.relnamespace = 'sandglass'::regnamespace AND c.relkind = 'v' AND c.relname LIKE 'console\_%' LOOP
		EXECUTE format('GRANT SELECT ON %s TO sandglass_viewer', right_of.view);
	END LOOP;
END
$grant$;
