-- Floor plans of exhibitions: a picture with a scale, the walls and the pins on it.
CREATE TABLE floor (
	seq        INTEGER PRIMARY KEY,
	exhibition TEXT NOT NULL UNIQUE REFERENCES exhibition (id),
	asset      TEXT NOT NULL REFERENCES asset (id),
	version    TEXT NOT NULL REFERENCES version, -- on which it was drawn
	width      INTEGER NOT NULL CHECK (width > 0), -- pixels of that picture
	height     INTEGER NOT NULL CHECK (height > 0),
	x1         REAL NOT NULL DEFAULT 0 CHECK (x1 BETWEEN 0 AND 1), -- the line of known length, in parts of the picture
	y1         REAL NOT NULL DEFAULT 0 CHECK (y1 BETWEEN 0 AND 1),
	x2         REAL NOT NULL DEFAULT 0 CHECK (x2 BETWEEN 0 AND 1),
	y2         REAL NOT NULL DEFAULT 0 CHECK (y2 BETWEEN 0 AND 1),
	length     INTEGER NOT NULL DEFAULT 0 CHECK (length >= 0), -- mm of that line; 0 = no scale yet
	created    INTEGER NOT NULL,
	updated    INTEGER NOT NULL,
	rev        INTEGER NOT NULL DEFAULT 1,
	CHECK (length = 0 OR x1 <> x2 OR y1 <> y2)
) STRICT;
CREATE TRIGGER floor_no_delete BEFORE DELETE ON floor BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TABLE floor_wall (
	seq        INTEGER PRIMARY KEY,
	exhibition TEXT NOT NULL REFERENCES floor (exhibition),
	location   TEXT NOT NULL REFERENCES location (id),
	x1         INTEGER NOT NULL CHECK (x1 >= 0), -- mm from the top left corner of the picture
	y1         INTEGER NOT NULL CHECK (y1 >= 0),
	x2         INTEGER NOT NULL CHECK (x2 >= 0),
	y2         INTEGER NOT NULL CHECK (y2 >= 0),
	UNIQUE (exhibition, location),
	CHECK (x1 <> x2 OR y1 <> y2)
) STRICT;
CREATE INDEX floor_wall_location ON floor_wall (location);

CREATE TABLE floor_pin (
	seq        INTEGER PRIMARY KEY,
	exhibition TEXT NOT NULL REFERENCES floor (exhibition),
	exhibit    TEXT UNIQUE REFERENCES exhibit (id), -- NULL = a thing that is not in the list
	name       TEXT NOT NULL DEFAULT '', -- of that thing
	x          INTEGER NOT NULL CHECK (x >= 0), -- mm from the top left corner of the picture
	y          INTEGER NOT NULL CHECK (y >= 0),
	CHECK ((exhibit IS NULL) = (name <> ''))
) STRICT;
CREATE INDEX floor_pin_exhibition ON floor_pin (exhibition, seq);

CREATE TRIGGER floor_wall_insert BEFORE INSERT ON floor_wall
BEGIN
	SELECT RAISE(ABORT, 'floor.not_scaled') FROM floor WHERE exhibition = NEW.exhibition AND length = 0;
	SELECT RAISE(ABORT, 'floor.no_wall') FROM location WHERE id = NEW.location AND kind NOT IN ('wall', 'face');
END;
CREATE TRIGGER floor_pin_insert BEFORE INSERT ON floor_pin
BEGIN
	SELECT RAISE(ABORT, 'floor.not_scaled') FROM floor WHERE exhibition = NEW.exhibition AND length = 0;
	SELECT RAISE(ABORT, 'floor.other_work') FROM exhibit WHERE id = NEW.exhibit AND exhibition <> NEW.exhibition;
END;
CREATE TRIGGER floor_unscale BEFORE UPDATE OF length ON floor WHEN NEW.length = 0
BEGIN
	SELECT RAISE(ABORT, 'floor.not_scaled') WHERE EXISTS (SELECT 1 FROM floor_wall WHERE exhibition = OLD.exhibition)
		OR EXISTS (SELECT 1 FROM floor_pin WHERE exhibition = OLD.exhibition);
END;
-- The pin of a work goes with it from the list.
CREATE TRIGGER exhibit_unpin BEFORE DELETE ON exhibit
WHEN EXISTS (SELECT 1 FROM floor_pin WHERE exhibit = OLD.id)
BEGIN
	UPDATE floor SET rev = rev + 1 WHERE exhibition = OLD.exhibition;
	DELETE FROM floor_pin WHERE exhibit = OLD.id;
END;
