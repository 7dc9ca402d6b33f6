-- What a write and a clock cost: measured, not guessed.
SET LOCAL search_path = sandglass, pg_temp;

-- A new ticket's row is written once, after its messages and waits (function write_new): what refers to it is checked at
-- commit.
ALTER TABLE message ALTER CONSTRAINT message_ticket_id_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE sla_clock ALTER CONSTRAINT sla_clock_ticket_id_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE outbox ALTER CONSTRAINT outbox_ticket_id_fkey DEFERRABLE INITIALLY DEFERRED;

-- "The last span that begins before": an index scan reads its whole page before it returns the first row, so half a page
-- of 370 spans was compared to find one. Pages of a tenth of that make a look-up half as dear.
ALTER INDEX calendar_span_pkey SET (fillfactor = 10);
ALTER INDEX calendar_span_work SET (fillfactor = 10);
REINDEX TABLE calendar_span;
