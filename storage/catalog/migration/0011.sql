-- Pictures of towns and sites that lie under the map, held by control points.
CREATE TABLE plan (
	seq     INTEGER PRIMARY KEY,
	id      TEXT NOT NULL UNIQUE,
	name    TEXT NOT NULL CHECK (name <> ''),
	asset   TEXT NOT NULL REFERENCES asset (id),
	version TEXT NOT NULL REFERENCES version, -- on which the points were set
	width   INTEGER NOT NULL CHECK (width > 0), -- pixels of that picture
	height  INTEGER NOT NULL CHECK (height > 0),
	agency  TEXT NOT NULL REFERENCES agency,
	points  TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(points) AND json_type(points) = 'array' AND json_array_length(points) <= 20), -- of {x, y, lat, lon}; fewer than two: nowhere yet
	closed  INTEGER NOT NULL DEFAULT 0,
	created INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	rev     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX plan_open ON plan (name, seq) WHERE NOT closed;
CREATE TRIGGER plan_no_delete BEFORE DELETE ON plan
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
