-- Proofs: pictures of what hangs, taken where it hangs. Nothing of them is ever
-- deleted, and nothing but the office's word on them is ever changed.

CREATE TABLE shot ( -- a picture that proves something
	digest     TEXT PRIMARY KEY REFERENCES blob,
	size       INTEGER NOT NULL, -- bytes
	media_type TEXT NOT NULL,
	width      INTEGER NOT NULL, -- px, upright
	height     INTEGER NOT NULL, -- px, upright
	taken      TEXT NOT NULL, -- as the file says
	hash       INTEGER NOT NULL DEFAULT 0, -- perceptual, as a signed number
	ready      TEXT NOT NULL CHECK (ready IN ('processing', 'ready', 'original_only')),
	problem    TEXT NOT NULL DEFAULT '', -- message key
	upload     TEXT NOT NULL, -- the delivery it came by
	by         TEXT NOT NULL REFERENCES user,
	created    INTEGER NOT NULL
) STRICT;
CREATE TRIGGER shot_no_delete BEFORE DELETE ON shot
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER shot_immutable BEFORE UPDATE OF digest, size, media_type, width, height, taken, upload, by, created ON shot
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TABLE proof (
	seq       INTEGER PRIMARY KEY,
	id        TEXT NOT NULL UNIQUE,
	placement TEXT NOT NULL REFERENCES placement (id),
	kind      TEXT NOT NULL CHECK (kind IN ('installed', 'inspected', 'damaged', 'removed')),
	verdict   TEXT NOT NULL CHECK (verdict IN ('good', 'misplaced', 'damaged')),
	near      TEXT NOT NULL REFERENCES shot,
	wide      TEXT REFERENCES shot,
	lat       REAL, -- degrees, WGS 84, as the phone says
	lon       REAL,
	accuracy  REAL NOT NULL DEFAULT 0, -- m; 0 = unknown
	distance  REAL, -- m from the place, as it was then
	taken     INTEGER, -- by the clock of the phone
	received  INTEGER NOT NULL,
	client    TEXT NOT NULL UNIQUE, -- made by the phone: what comes twice is kept once
	remark    TEXT NOT NULL DEFAULT '',
	by        TEXT NOT NULL REFERENCES user,
	state     TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'again')),
	decider   TEXT REFERENCES user,
	decided   INTEGER,
	why       TEXT NOT NULL DEFAULT '',
	CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT;
CREATE INDEX proof_placement ON proof (placement, seq);
CREATE INDEX proof_state ON proof (state, seq);
CREATE INDEX proof_near ON proof (near);
CREATE INDEX proof_wide ON proof (wide) WHERE wide IS NOT NULL;
CREATE TRIGGER proof_no_delete BEFORE DELETE ON proof
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER proof_immutable BEFORE UPDATE OF id, placement, kind, verdict, near, wide, lat, lon, accuracy, distance,
	taken, received, client, remark, by ON proof
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- What is said to hang, or to be down, was seen so; or it is written why not.

ALTER TABLE placement ADD COLUMN unproven TEXT NOT NULL DEFAULT '';
CREATE TRIGGER placement_proven BEFORE UPDATE OF state ON placement
WHEN NEW.state IN ('installed', 'removed') AND NEW.state <> OLD.state AND NEW.unproven = ''
BEGIN
	SELECT RAISE(ABORT, 'placement.needs_proof')
	WHERE NOT EXISTS (SELECT 1 FROM proof WHERE placement = NEW.id AND kind = NEW.state);
END;
