-- Walls: where the eye is, what keeps works away, and where each work hangs from.
ALTER TABLE location ADD COLUMN eye INTEGER NOT NULL DEFAULT 0 CHECK (eye >= 0);    -- mm above the floor; 0 = as usual
ALTER TABLE placement ADD COLUMN hook INTEGER NOT NULL DEFAULT 0 CHECK (hook >= 0); -- mm below the upper edge

-- A blocked area is part of a wall: doors, sockets, exit signs.
CREATE TABLE blocked (
	seq      INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	location TEXT NOT NULL REFERENCES location (id),
	kind     TEXT NOT NULL CHECK (kind IN ('door', 'window', 'socket', 'exit', 'other')),
	x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, -- mm from the top left corner
	rev      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX blocked_location ON blocked (location, x);

CREATE TRIGGER blocked_fits_insert BEFORE INSERT ON blocked
BEGIN
	SELECT RAISE(ABORT, 'blocked.no_wall') FROM location WHERE id = NEW.location AND kind <> 'wall';
	SELECT RAISE(ABORT, 'blocked.no_size') WHERE NEW.width <= 0 OR NEW.height <= 0;
	SELECT RAISE(ABORT, 'blocked.off_wall:' || width || ':' || height) FROM location
	WHERE id = NEW.location AND (NEW.x < 0 OR NEW.y < 0 OR NEW.x + NEW.width > width OR NEW.y + NEW.height > height);
END;

CREATE TRIGGER blocked_fits_update BEFORE UPDATE ON blocked
BEGIN
	SELECT RAISE(ABORT, 'blocked.no_wall') FROM location WHERE id = NEW.location AND kind <> 'wall';
	SELECT RAISE(ABORT, 'blocked.no_size') WHERE NEW.width <= 0 OR NEW.height <= 0;
	SELECT RAISE(ABORT, 'blocked.off_wall:' || width || ':' || height) FROM location
	WHERE id = NEW.location AND (NEW.x < 0 OR NEW.y < 0 OR NEW.x + NEW.width > width OR NEW.y + NEW.height > height);
END;

-- A wall does not shrink under what is in it, and stays a wall.
CREATE TRIGGER location_blocked BEFORE UPDATE OF kind, width, height ON location
WHEN NEW.kind <> OLD.kind OR NEW.width <> OLD.width OR NEW.height <> OLD.height
BEGIN
	SELECT RAISE(ABORT, 'location.has_blocked') FROM blocked
	WHERE location = OLD.id AND (NEW.kind <> 'wall' OR x + width > NEW.width OR y + height > NEW.height);
END;
