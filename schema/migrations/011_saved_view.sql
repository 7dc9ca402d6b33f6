-- A saved view is a filter with a name, an order and columns; '' leaves those to each agent's settings.
SET LOCAL search_path = sandglass, pg_temp;

ALTER TABLE saved_view
	ADD COLUMN sort text NOT NULL DEFAULT '',
	ADD COLUMN columns text NOT NULL DEFAULT '',
	ADD COLUMN saved_by text NOT NULL DEFAULT '',
	ADD COLUMN saved_at timestamptz NOT NULL DEFAULT now();
