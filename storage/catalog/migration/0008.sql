-- The schedule: places in use, put together by area, agency or kind, each with
-- what touches some days. The area of a place is the code of the outermost
-- place around it, or its own.
ALTER TABLE location ADD COLUMN area TEXT NOT NULL DEFAULT '' COLLATE NOCASE;
WITH RECURSIVE down (seq, id, area) AS (
	SELECT seq, id, code FROM location WHERE parent IS NULL
	UNION ALL
	SELECT l.seq, l.id, down.area FROM down JOIN location l ON l.parent = down.id
)
UPDATE location SET area = down.area FROM down WHERE down.seq = location.seq;

CREATE TRIGGER location_area_insert AFTER INSERT ON location
WHEN NEW.area = ''
BEGIN
	UPDATE location SET area = ifnull((SELECT area FROM location WHERE id = NEW.parent), NEW.code) WHERE seq = NEW.seq;
END;
CREATE TRIGGER location_area_update AFTER UPDATE OF parent, code ON location
WHEN NEW.parent IS NOT OLD.parent OR NEW.parent IS NULL AND NEW.code <> OLD.code COLLATE BINARY
BEGIN
	UPDATE location SET area = ifnull((SELECT area FROM location WHERE id = NEW.parent), NEW.code)
	WHERE seq IN (
		WITH RECURSIVE down (seq, id) AS (
			SELECT NEW.seq, NEW.id
			UNION
			SELECT l.seq, l.id FROM down JOIN location l ON l.parent = down.id
		)
		SELECT seq FROM down
	);
END;

CREATE INDEX location_by_area ON location (area, code) WHERE kind IN ('face', 'stretch', 'wall');
CREATE INDEX location_by_agency ON location (agency, code) WHERE kind IN ('face', 'stretch', 'wall');
CREATE INDEX location_by_kind ON location (kind, code) WHERE kind IN ('face', 'stretch', 'wall');
CREATE INDEX location_top ON location (code) WHERE parent IS NULL AND kind IN ('site', 'venue');
-- What is up, to find what should be down.
CREATE INDEX placement_up ON placement (location, ends) WHERE state IN ('installed', 'verified', 'damaged');

-- The address at which a person's calendar program finds the schedule.
CREATE TABLE calendar (
	user    TEXT PRIMARY KEY REFERENCES user,
	hash    TEXT NOT NULL UNIQUE, -- SHA-256 of the secret in the address
	created INTEGER NOT NULL,
	seen    INTEGER -- NULL = never asked for
) STRICT;
