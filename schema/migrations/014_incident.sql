-- Who opened an incident.
SET LOCAL search_path = sandglass, pg_temp;

ALTER TABLE incident ADD COLUMN opened_by int REFERENCES agent;
