-- Words that agents put on tickets.
SET LOCAL search_path = sandglass, pg_temp;

-- As tags_normal() makes them: small letters, in order, each once.
ALTER TABLE ticket ADD COLUMN tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 20);
