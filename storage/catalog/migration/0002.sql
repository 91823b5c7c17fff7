-- What may hang where, and when: the rules of pano.Location.Hang once more, so
-- that no other door leads round them.
--
-- A message begins with the key of its words; what follows the colons is read
-- by refused in placement.go. A placement is live unless removed or cancelled.

ALTER TABLE location ADD COLUMN folded TEXT NOT NULL DEFAULT ''; -- code, name and address without accents

-- Any place

CREATE TRIGGER placement_fits_insert BEFORE INSERT ON placement
WHEN NEW.state NOT IN ('removed', 'cancelled')
BEGIN
	SELECT RAISE(ABORT, 'placement.no_surface') FROM location
	WHERE id = NEW.location AND kind NOT IN ('face', 'stretch', 'wall');
	SELECT RAISE(ABORT, 'placement.closed') FROM location WHERE id = NEW.location AND closed;
	SELECT RAISE(ABORT, 'placement.one_piece_here') FROM location
	WHERE id = NEW.location AND kind <> 'stretch' AND NEW.quantity <> 1;
	SELECT RAISE(ABORT, 'placement.no_position_here') FROM location
	WHERE id = NEW.location AND kind <> 'wall' AND (NEW.x, NEW.y, NEW.width, NEW.height) <> (0, 0, 0, 0);
END;

-- What hangs on a place that has closed since may go on and end, but not grow.
CREATE TRIGGER placement_fits_update BEFORE UPDATE ON placement
WHEN NEW.state NOT IN ('removed', 'cancelled')
BEGIN
	SELECT RAISE(ABORT, 'placement.no_surface') FROM location
	WHERE id = NEW.location AND kind NOT IN ('face', 'stretch', 'wall');
	SELECT RAISE(ABORT, 'placement.closed') FROM location
	WHERE id = NEW.location AND closed AND (OLD.state IN ('removed', 'cancelled') OR NEW.location <> OLD.location
		OR NEW.starts < OLD.starts OR NEW.ends > OLD.ends OR NEW.quantity > OLD.quantity);
	SELECT RAISE(ABORT, 'placement.one_piece_here') FROM location
	WHERE id = NEW.location AND kind <> 'stretch' AND NEW.quantity <> 1;
	SELECT RAISE(ABORT, 'placement.no_position_here') FROM location
	WHERE id = NEW.location AND kind <> 'wall' AND (NEW.x, NEW.y, NEW.width, NEW.height) <> (0, 0, 0, 0);
END;

-- Faces: no two share a day. Those there are disjoint, so only the one that
-- begins last before the new end can be in the way: one probe of the index.

CREATE TRIGGER placement_face_insert BEFORE INSERT ON placement
WHEN NEW.state NOT IN ('removed', 'cancelled') AND (SELECT kind FROM location WHERE id = NEW.location) = 'face'
BEGIN
	SELECT RAISE(ABORT, 'placement.taken:' || o.id)
	FROM (
		SELECT id, ends FROM placement
		WHERE location = NEW.location AND state NOT IN ('removed', 'cancelled') AND starts < NEW.ends
		ORDER BY starts DESC LIMIT 1
	) o
	WHERE o.ends > NEW.starts;
	SELECT RAISE(ABORT, 'placement.too_big:' || a.width || ':' || a.height || ':' || l.width || ':' || l.height)
	FROM location l JOIN asset a ON a.id = NEW.asset
	WHERE l.id = NEW.location AND NEW.exception = '' AND l.width > 0 AND a.width > 0
		AND (a.width > l.width OR a.height > l.height);
END;

CREATE TRIGGER placement_face_update BEFORE UPDATE OF id, location, starts, ends, state ON placement
WHEN NEW.state NOT IN ('removed', 'cancelled') AND (SELECT kind FROM location WHERE id = NEW.location) = 'face'
BEGIN
	SELECT RAISE(ABORT, 'placement.taken:' || o.id)
	FROM (
		SELECT id, ends FROM placement
		WHERE location = NEW.location AND state NOT IN ('removed', 'cancelled') AND starts < NEW.ends AND id <> OLD.id
		ORDER BY starts DESC LIMIT 1
	) o
	WHERE o.ends > NEW.starts;
END;

-- An asset measured anew does not stop the work on what already hangs.
CREATE TRIGGER placement_face_size BEFORE UPDATE OF asset, location, exception, state ON placement
WHEN NEW.state NOT IN ('removed', 'cancelled') AND NEW.exception = '' AND (OLD.exception <> ''
	OR NEW.asset <> OLD.asset OR NEW.location <> OLD.location OR OLD.state IN ('removed', 'cancelled'))
BEGIN
	SELECT RAISE(ABORT, 'placement.too_big:' || a.width || ':' || a.height || ':' || l.width || ':' || l.height)
	FROM location l JOIN asset a ON a.id = NEW.asset
	WHERE l.id = NEW.location AND l.kind = 'face' AND l.width > 0 AND a.width > 0
		AND (a.width > l.width OR a.height > l.height);
END;

-- Stretches: on no day more pieces than fit. The days looked at are those on
-- which the number changes.

CREATE TRIGGER placement_stretch_insert BEFORE INSERT ON placement
WHEN NEW.state NOT IN ('removed', 'cancelled') AND (SELECT kind FROM location WHERE id = NEW.location) = 'stretch'
BEGIN
	SELECT RAISE(ABORT, 'placement.full:' || day || ':' || used || ':' || capacity)
	FROM (
		SELECT day, used, capacity
		FROM (
			SELECT day, sum(sum(change)) OVER (ORDER BY day) AS used
			FROM (
				SELECT NEW.starts AS day, 0 AS change
				UNION ALL
				SELECT max(starts, NEW.starts), quantity FROM placement
				WHERE location = NEW.location AND state NOT IN ('removed', 'cancelled') AND starts < NEW.ends AND ends > NEW.starts
				UNION ALL
				SELECT ends, -quantity FROM placement
				WHERE location = NEW.location AND state NOT IN ('removed', 'cancelled') AND starts < NEW.ends AND ends > NEW.starts
			) GROUP BY day
		), location
		WHERE id = NEW.location AND day < NEW.ends AND used + NEW.quantity > capacity
		ORDER BY day LIMIT 1
	);
END;

CREATE TRIGGER placement_stretch_update BEFORE UPDATE OF id, location, starts, ends, quantity, state ON placement
WHEN NEW.state NOT IN ('removed', 'cancelled') AND (SELECT kind FROM location WHERE id = NEW.location) = 'stretch'
BEGIN
	SELECT RAISE(ABORT, 'placement.full:' || day || ':' || used || ':' || capacity)
	FROM (
		SELECT day, used, capacity
		FROM (
			SELECT day, sum(sum(change)) OVER (ORDER BY day) AS used
			FROM (
				SELECT NEW.starts AS day, 0 AS change
				UNION ALL
				SELECT max(starts, NEW.starts), quantity FROM placement
				WHERE location = NEW.location AND state NOT IN ('removed', 'cancelled') AND starts < NEW.ends AND ends > NEW.starts AND id <> OLD.id
				UNION ALL
				SELECT ends, -quantity FROM placement
				WHERE location = NEW.location AND state NOT IN ('removed', 'cancelled') AND starts < NEW.ends AND ends > NEW.starts AND id <> OLD.id
			) GROUP BY day
		), location
		WHERE id = NEW.location AND day < NEW.ends AND used + NEW.quantity > capacity
		ORDER BY day LIMIT 1
	);
END;

-- Walls: inside, and not over one another on a day.

CREATE TRIGGER placement_wall_insert BEFORE INSERT ON placement
WHEN NEW.state NOT IN ('removed', 'cancelled') AND (SELECT kind FROM location WHERE id = NEW.location) = 'wall'
BEGIN
	SELECT RAISE(ABORT, 'placement.no_size') WHERE NEW.width <= 0 OR NEW.height <= 0;
	SELECT RAISE(ABORT, 'placement.off_wall:' || width || ':' || height) FROM location
	WHERE id = NEW.location AND (NEW.x < 0 OR NEW.y < 0 OR NEW.x + NEW.width > width OR NEW.y + NEW.height > height);
	SELECT RAISE(ABORT, 'placement.taken:' || id) FROM placement
	WHERE location = NEW.location AND state NOT IN ('removed', 'cancelled') AND starts < NEW.ends AND ends > NEW.starts
		AND x < NEW.x + NEW.width AND x + width > NEW.x AND y < NEW.y + NEW.height AND y + height > NEW.y;
END;

CREATE TRIGGER placement_wall_update BEFORE UPDATE OF id, location, starts, ends, x, y, width, height, state ON placement
WHEN NEW.state NOT IN ('removed', 'cancelled') AND (SELECT kind FROM location WHERE id = NEW.location) = 'wall'
BEGIN
	SELECT RAISE(ABORT, 'placement.no_size') WHERE NEW.width <= 0 OR NEW.height <= 0;
	SELECT RAISE(ABORT, 'placement.off_wall:' || width || ':' || height) FROM location
	WHERE id = NEW.location AND (NEW.x < 0 OR NEW.y < 0 OR NEW.x + NEW.width > width OR NEW.y + NEW.height > height);
	SELECT RAISE(ABORT, 'placement.taken:' || id) FROM placement
	WHERE location = NEW.location AND state NOT IN ('removed', 'cancelled') AND starts < NEW.ends AND ends > NEW.starts AND id <> OLD.id
		AND x < NEW.x + NEW.width AND x + width > NEW.x AND y < NEW.y + NEW.height AND y + height > NEW.y;
END;

-- Places do not change under what hangs there.

CREATE TRIGGER location_kind BEFORE UPDATE OF id, kind ON location
WHEN NEW.kind <> OLD.kind OR NEW.id <> OLD.id
BEGIN
	SELECT RAISE(ABORT, 'location.in_use:' || id) FROM placement
	WHERE location = OLD.id AND state NOT IN ('removed', 'cancelled');
END;

CREATE TRIGGER location_size BEFORE UPDATE OF width, height ON location
WHEN NEW.width <> OLD.width OR NEW.height <> OLD.height
BEGIN
	SELECT RAISE(ABORT, 'location.too_small:' || id) FROM placement
	WHERE NEW.kind = 'wall' AND location = NEW.id AND state NOT IN ('removed', 'cancelled')
		AND (x + width > NEW.width OR y + height > NEW.height);
	SELECT RAISE(ABORT, 'location.too_small:' || p.id) FROM placement p JOIN asset a ON a.id = p.asset
	WHERE NEW.kind = 'face' AND p.location = NEW.id AND p.state NOT IN ('removed', 'cancelled') AND p.exception = ''
		AND NEW.width > 0 AND a.width > 0 AND (a.width > NEW.width OR a.height > NEW.height);
END;

CREATE TRIGGER location_capacity BEFORE UPDATE OF capacity ON location
WHEN NEW.kind = 'stretch' AND NEW.capacity < OLD.capacity
BEGIN
	SELECT RAISE(ABORT, 'location.too_many:' || peak)
	FROM (
		SELECT max(used) AS peak
		FROM (
			SELECT sum(sum(change)) OVER (ORDER BY day) AS used
			FROM (
				SELECT starts AS day, quantity AS change FROM placement
				WHERE location = NEW.id AND state NOT IN ('removed', 'cancelled')
				UNION ALL
				SELECT ends, -quantity FROM placement
				WHERE location = NEW.id AND state NOT IN ('removed', 'cancelled')
			) GROUP BY day
		)
	)
	WHERE peak > NEW.capacity;
END;

CREATE TRIGGER location_no_loop BEFORE UPDATE OF id, parent ON location
WHEN NEW.parent IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'location.inside_itself')
	WHERE NEW.id IN (
		WITH RECURSIVE up (id) AS (
			SELECT NEW.parent
			UNION
			SELECT l.parent FROM up JOIN location l ON l.id = up.id WHERE l.parent IS NOT NULL
		)
		SELECT id FROM up
	);
END;
