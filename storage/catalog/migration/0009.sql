-- Items: physical pieces, each in one place, which is where its last movement
-- took it. Nothing of a movement is ever changed or deleted.

CREATE TABLE item (
	seq       INTEGER PRIMARY KEY,
	id        TEXT NOT NULL UNIQUE,
	code      TEXT NOT NULL UNIQUE COLLATE NOCASE,
	title     TEXT NOT NULL CHECK (title <> ''),
	asset     TEXT REFERENCES asset (id), -- NULL = a thing of its own
	version   TEXT REFERENCES version, -- the bytes that were printed; NULL = nobody knows
	material  TEXT NOT NULL DEFAULT '',
	width     INTEGER NOT NULL DEFAULT 0 CHECK (width >= 0), -- mm; 0 = unknown
	height    INTEGER NOT NULL DEFAULT 0 CHECK (height >= 0), -- mm
	condition TEXT NOT NULL CHECK (condition IN ('good', 'worn', 'damaged', 'lost', 'gone')),
	note      TEXT NOT NULL DEFAULT '',
	agency    TEXT NOT NULL REFERENCES agency,
	by        TEXT NOT NULL REFERENCES user,
	latest    TEXT NOT NULL UNIQUE REFERENCES movement (id) DEFERRABLE INITIALLY DEFERRED,
	folded    TEXT NOT NULL DEFAULT '', -- code, title, material and note without accents
	created   INTEGER NOT NULL,
	updated   INTEGER NOT NULL,
	rev       INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX item_asset ON item (asset) WHERE asset IS NOT NULL;

CREATE TABLE movement (
	seq        INTEGER PRIMARY KEY,
	id         TEXT NOT NULL UNIQUE,
	batch      TEXT NOT NULL, -- those of one act have the same
	item       TEXT NOT NULL REFERENCES item (id),
	origin     TEXT REFERENCES location (id), -- NULL for the first
	target     TEXT NOT NULL REFERENCES location (id),
	at         INTEGER NOT NULL,
	by         TEXT NOT NULL REFERENCES user,
	authorised TEXT NOT NULL CHECK (authorised <> ''), -- a name
	reason     TEXT NOT NULL CHECK (reason <> ''),
	undoes     TEXT NOT NULL DEFAULT '', -- the batch that this one takes back
	CHECK (origin IS NULL OR origin <> target)
) STRICT;
CREATE INDEX movement_item ON movement (item, seq);
CREATE INDEX movement_target ON movement (target, seq);
CREATE INDEX movement_origin ON movement (origin, seq) WHERE origin IS NOT NULL;
CREATE INDEX movement_batch ON movement (batch, seq);

CREATE TRIGGER movement_no_update BEFORE UPDATE ON movement BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER movement_no_delete BEFORE DELETE ON movement BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER item_no_delete BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER item_immutable BEFORE UPDATE OF id, by, created ON item BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- An item is born with its first movement, which comes in the same transaction;
-- every other begins where the one before it ended.
CREATE TRIGGER item_begins BEFORE INSERT ON item
BEGIN
	SELECT RAISE(ABORT, 'append_only') WHERE EXISTS (SELECT 1 FROM movement WHERE id = NEW.latest);
END;
CREATE TRIGGER movement_continues BEFORE INSERT ON movement
BEGIN
	SELECT RAISE(ABORT, 'append_only') WHERE EXISTS (SELECT 1 FROM item WHERE latest = NEW.id AND id <> NEW.item)
		OR EXISTS (SELECT 1 FROM item WHERE latest = NEW.id AND NEW.origin IS NOT NULL);
	SELECT RAISE(ABORT, 'item.moved_since:' || i.latest) FROM item i LEFT JOIN movement m ON m.id = i.latest
	WHERE i.id = NEW.item AND i.latest <> NEW.id AND NEW.origin IS NOT m.target;
	SELECT RAISE(ABORT, 'item.there_already') WHERE NEW.origin = NEW.target;
	SELECT RAISE(ABORT, 'item.place_closed') FROM location WHERE id = NEW.target AND closed;
END;
CREATE TRIGGER movement_moves AFTER INSERT ON movement
BEGIN
	UPDATE item SET latest = NEW.id WHERE id = NEW.item AND latest <> NEW.id;
END;
CREATE TRIGGER item_where BEFORE UPDATE OF latest ON item
WHEN NEW.latest <> OLD.latest
BEGIN
	SELECT RAISE(ABORT, 'append_only')
	WHERE NEW.latest IS NOT (SELECT id FROM movement WHERE item = OLD.id ORDER BY seq DESC LIMIT 1);
END;

-- A code says one thing, whatever it is stuck on.
CREATE TRIGGER item_code_insert BEFORE INSERT ON item
BEGIN SELECT RAISE(ABORT, 'item.code_taken') FROM location WHERE code = NEW.code; END;
CREATE TRIGGER item_code_update BEFORE UPDATE OF code ON item
BEGIN SELECT RAISE(ABORT, 'item.code_taken') FROM location WHERE code = NEW.code; END;
CREATE TRIGGER location_code_insert BEFORE INSERT ON location
BEGIN SELECT RAISE(ABORT, 'location.code_taken') FROM item WHERE code = NEW.code; END;
CREATE TRIGGER location_code_update BEFORE UPDATE OF code ON location
BEGIN SELECT RAISE(ABORT, 'location.code_taken') FROM item WHERE code = NEW.code; END;
