-- Exhibitions: works that are shown together. What was placed for one stays.

CREATE TABLE exhibition (
	seq      INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	code     TEXT NOT NULL UNIQUE COLLATE NOCASE,
	title    TEXT NOT NULL CHECK (title <> ''),
	title_en TEXT NOT NULL DEFAULT '',
	venue    TEXT REFERENCES location (id), -- NULL = not known yet
	starts   INTEGER NOT NULL DEFAULT 0, -- day; 0 and 0 = not known yet
	ends     INTEGER NOT NULL DEFAULT 0, -- day
	licence  TEXT NOT NULL DEFAULT '',
	state    TEXT NOT NULL DEFAULT 'idea' CHECK (state IN ('idea', 'dossier', 'licensed', 'building', 'open', 'closed', 'dismantled')),
	note     TEXT NOT NULL DEFAULT '',
	agency   TEXT NOT NULL REFERENCES agency,
	by       TEXT NOT NULL REFERENCES user,
	folded   TEXT NOT NULL DEFAULT '', -- code and titles without accents
	created  INTEGER NOT NULL,
	updated  INTEGER NOT NULL,
	rev      INTEGER NOT NULL DEFAULT 1,
	CHECK (starts = 0 AND ends = 0 OR ends > starts),
	CHECK (state = 'idea' OR venue IS NOT NULL AND ends > starts),
	CHECK (state IN ('idea', 'dossier') OR licence <> '')
) STRICT;
CREATE INDEX exhibition_days ON exhibition (starts, seq);
CREATE TRIGGER exhibition_no_delete BEFORE DELETE ON exhibition BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TABLE section (
	seq        INTEGER PRIMARY KEY,
	id         TEXT NOT NULL UNIQUE,
	exhibition TEXT NOT NULL REFERENCES exhibition (id),
	position   INTEGER NOT NULL,
	title      TEXT NOT NULL CHECK (title <> ''),
	title_en   TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX section_exhibition ON section (exhibition, position);

CREATE TABLE exhibit ( -- a work in the list of an exhibition
	seq        INTEGER PRIMARY KEY,
	id         TEXT NOT NULL UNIQUE,
	exhibition TEXT NOT NULL REFERENCES exhibition (id),
	section    TEXT REFERENCES section (id), -- NULL = before the first
	position   INTEGER NOT NULL, -- in the whole list
	asset      TEXT REFERENCES asset (id), -- NULL of an item that is nothing's print
	item       TEXT REFERENCES item (id), -- NULL = any print will do
	title      TEXT NOT NULL CHECK (title <> ''), -- this and what follows stands on the label
	title_en   TEXT NOT NULL DEFAULT '',
	creator    TEXT NOT NULL DEFAULT '',
	year       TEXT NOT NULL DEFAULT '',
	technique  TEXT NOT NULL DEFAULT '',
	source     TEXT NOT NULL DEFAULT '',
	words      TEXT NOT NULL DEFAULT '',
	words_en   TEXT NOT NULL DEFAULT '',
	rev        INTEGER NOT NULL DEFAULT 1,
	CHECK (asset IS NOT NULL OR item IS NOT NULL)
) STRICT;
CREATE INDEX exhibit_exhibition ON exhibit (exhibition, position);
CREATE INDEX exhibit_section ON exhibit (section) WHERE section IS NOT NULL;
CREATE UNIQUE INDEX exhibit_item ON exhibit (exhibition, item) WHERE item IS NOT NULL;
CREATE UNIQUE INDEX exhibit_asset ON exhibit (exhibition, asset) WHERE item IS NULL;

-- What hangs for an exhibition.
ALTER TABLE placement ADD COLUMN exhibition TEXT REFERENCES exhibition (id);
CREATE INDEX placement_exhibition ON placement (exhibition, asset) WHERE exhibition IS NOT NULL;

CREATE TRIGGER exhibit_placed BEFORE DELETE ON exhibit
BEGIN
	SELECT RAISE(ABORT, 'exhibition.work_placed') FROM placement
	WHERE exhibition = OLD.exhibition AND asset = OLD.asset AND state NOT IN ('removed', 'cancelled');
END;
CREATE TRIGGER section_in_use BEFORE DELETE ON section
BEGIN
	SELECT RAISE(ABORT, 'exhibition.section_in_use') FROM exhibit WHERE section = OLD.id;
END;
CREATE TRIGGER exhibit_section_insert BEFORE INSERT ON exhibit WHEN NEW.section IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'section.none') FROM section WHERE id = NEW.section AND exhibition <> NEW.exhibition;
END;
CREATE TRIGGER exhibit_section_update BEFORE UPDATE OF section, exhibition ON exhibit WHEN NEW.section IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'section.none') FROM section WHERE id = NEW.section AND exhibition <> NEW.exhibition;
END;

-- One state follows the other, and nothing hangs of what is dismantled.
CREATE TRIGGER exhibition_state BEFORE UPDATE OF state ON exhibition WHEN NEW.state <> OLD.state
BEGIN
	SELECT RAISE(ABORT, 'exhibition.wrong_state') WHERE (OLD.state, NEW.state) NOT IN (VALUES
		('idea', 'dossier'), ('dossier', 'licensed'), ('licensed', 'building'), ('building', 'open'), ('open', 'closed'), ('closed', 'dismantled'),
		('dossier', 'idea'), ('licensed', 'dossier'), ('building', 'licensed'));
	SELECT RAISE(ABORT, 'exhibition.still_hangs') FROM placement
	WHERE NEW.state = 'dismantled' AND exhibition = OLD.id AND state IN ('installed', 'verified', 'damaged');
END;
CREATE TRIGGER placement_exhibition_over BEFORE INSERT ON placement WHEN NEW.exhibition IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'exhibition.over') FROM exhibition WHERE id = NEW.exhibition AND state IN ('closed', 'dismantled');
END;
