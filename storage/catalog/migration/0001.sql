-- The catalogue of Pano.
--
-- Times are unix milliseconds, UTC. Days are civil dates in Viet Nam, counted
-- from 1 January 1970; day ranges are half-open. Lengths are millimetres on the
-- wall or on paper, px where the name says so. Money is đồng. Ids are ULIDs.
-- Texts are NFC.

CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT;

CREATE TABLE counter ( -- numbers that are never given twice
	name TEXT PRIMARY KEY, -- e.g. MK-2026
	last INTEGER NOT NULL
) STRICT;

-- People

CREATE TABLE agency (
	id          TEXT PRIMARY KEY,
	code        TEXT NOT NULL UNIQUE,
	name        TEXT NOT NULL,
	kind        TEXT NOT NULL DEFAULT '',
	parent      TEXT REFERENCES agency,
	valid_from  INTEGER, -- day
	valid_until INTEGER  -- day
) STRICT;

CREATE TABLE user (
	id       TEXT PRIMARY KEY,
	login    TEXT NOT NULL UNIQUE, -- lower-case ASCII
	name     TEXT NOT NULL,
	password TEXT NOT NULL DEFAULT '', -- argon2id, PHC string; '' = cannot sign in with one
	disabled INTEGER NOT NULL DEFAULT 0,
	created  INTEGER NOT NULL,
	rev      INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE membership (
	user   TEXT NOT NULL REFERENCES user,
	agency TEXT NOT NULL REFERENCES agency,
	role   TEXT NOT NULL,
	PRIMARY KEY (user, agency, role)
) STRICT;

CREATE TABLE session (
	token   TEXT PRIMARY KEY, -- SHA-256 of the cookie
	user    TEXT NOT NULL REFERENCES user,
	created INTEGER NOT NULL,
	seen    INTEGER NOT NULL,
	address TEXT NOT NULL,
	agent   TEXT NOT NULL
) STRICT;
CREATE INDEX session_user ON session (user);

CREATE TABLE token ( -- API tokens
	id      TEXT PRIMARY KEY,
	hash    TEXT NOT NULL UNIQUE, -- SHA-256 of the token
	user    TEXT NOT NULL REFERENCES user,
	name    TEXT NOT NULL,
	scope   TEXT NOT NULL DEFAULT '', -- actions, space separated; '' = all of the user's
	created INTEGER NOT NULL,
	expires INTEGER, -- NULL = never
	seen    INTEGER,
	revoked INTEGER
) STRICT;
CREATE INDEX token_user ON token (user);

CREATE TABLE login_failure (
	key   TEXT PRIMARY KEY, -- login:NAME or address:IP
	count INTEGER NOT NULL,
	last  INTEGER NOT NULL
) STRICT;

-- Artwork

CREATE TABLE campaign (
	id        TEXT PRIMARY KEY,
	code      TEXT NOT NULL UNIQUE,
	name      TEXT NOT NULL,
	starts    INTEGER NOT NULL, -- day
	ends      INTEGER NOT NULL CHECK (ends > starts), -- day
	remove_by INTEGER NOT NULL CHECK (remove_by >= ends), -- day
	state     TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'running', 'wrapping_up', 'closed'))
) STRICT;

CREATE TABLE blob ( -- bytes in the store; see package intake for the protocol
	digest  TEXT PRIMARY KEY CHECK (length(digest) = 64),
	size    INTEGER NOT NULL,
	crc32   INTEGER NOT NULL DEFAULT 0,
	state   TEXT NOT NULL CHECK (state IN ('pending', 'live', 'deleting')),
	gen     INTEGER NOT NULL, -- names this life of the row
	touched INTEGER NOT NULL,
	settled INTEGER NOT NULL DEFAULT 0 -- 1 = seen in the store again, well after it was put there
) STRICT;
CREATE INDEX blob_state ON blob (state, touched);
CREATE INDEX blob_unsettled ON blob (touched) WHERE settled = 0;

CREATE TABLE asset (
	seq         INTEGER PRIMARY KEY, -- order of arrival, and the row in the word indexes
	id          TEXT NOT NULL UNIQUE,
	code        TEXT NOT NULL UNIQUE,
	title       TEXT NOT NULL CHECK (title <> ''),
	title_sort  TEXT NOT NULL, -- collation key
	kind        TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	creator     TEXT NOT NULL DEFAULT '',
	credit      TEXT NOT NULL DEFAULT '',
	rights      TEXT NOT NULL DEFAULT '',
	source      TEXT NOT NULL DEFAULT '',
	language    TEXT NOT NULL DEFAULT '',
	width       INTEGER NOT NULL DEFAULT 0, -- mm, finished; 0 = unknown
	height      INTEGER NOT NULL DEFAULT 0, -- mm
	material    TEXT NOT NULL DEFAULT '',
	valid_until INTEGER NOT NULL DEFAULT 0, -- day; 0 = no end
	tags        TEXT NOT NULL DEFAULT '', -- one a line
	state       TEXT NOT NULL CHECK (state IN ('draft', 'in_review', 'returned', 'approved', 'withdrawn')),
	agency      TEXT NOT NULL REFERENCES agency,
	campaign    TEXT REFERENCES campaign,
	owner       TEXT NOT NULL REFERENCES user,
	current     TEXT REFERENCES version DEFERRABLE INITIALLY DEFERRED,
	created     INTEGER NOT NULL,
	updated     INTEGER NOT NULL,
	binned      INTEGER, -- NULL = not in the bin
	rev         INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX asset_title ON asset (title_sort, seq);
CREATE INDEX asset_campaign ON asset (campaign) WHERE campaign IS NOT NULL;
CREATE INDEX asset_binned ON asset (binned) WHERE binned IS NOT NULL;

CREATE TABLE version (
	id          TEXT PRIMARY KEY,
	asset       TEXT NOT NULL REFERENCES asset (id) DEFERRABLE INITIALLY DEFERRED,
	n           INTEGER NOT NULL CHECK (n >= 1),
	digest      TEXT NOT NULL REFERENCES blob,
	size        INTEGER NOT NULL, -- bytes
	name        TEXT NOT NULL, -- of the file
	media_type  TEXT NOT NULL,
	width       INTEGER NOT NULL, -- px, upright
	height      INTEGER NOT NULL, -- px, upright
	orientation INTEGER NOT NULL,
	components  INTEGER NOT NULL,
	depth       INTEGER NOT NULL,
	colour      TEXT NOT NULL,
	icc         TEXT NOT NULL,
	dpi         REAL NOT NULL,
	frames      INTEGER NOT NULL,
	title       TEXT NOT NULL, -- these four as the file says
	creator     TEXT NOT NULL,
	copyright   TEXT NOT NULL,
	taken       TEXT NOT NULL,
	hash        INTEGER NOT NULL DEFAULT 0, -- perceptual, as a signed number
	ready       TEXT NOT NULL CHECK (ready IN ('processing', 'ready', 'original_only', 'document')),
	problem     TEXT NOT NULL DEFAULT '', -- message key
	upload      TEXT NOT NULL UNIQUE, -- the delivery it came by: committing one again changes nothing
	by          TEXT NOT NULL REFERENCES user,
	created     INTEGER NOT NULL,
	UNIQUE (asset, n)
) STRICT;
CREATE INDEX version_digest ON version (digest);
CREATE TRIGGER version_no_delete BEFORE DELETE ON version
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER version_immutable BEFORE UPDATE OF asset, n, digest, size, name, media_type, by, created ON version
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TABLE rendition (
	of         TEXT NOT NULL, -- digest of the version
	spec       TEXT NOT NULL,
	digest     TEXT NOT NULL REFERENCES blob,
	size       INTEGER NOT NULL, -- bytes
	media_type TEXT NOT NULL,
	width      INTEGER NOT NULL, -- px
	height     INTEGER NOT NULL, -- px
	PRIMARY KEY (of, spec)
) STRICT, WITHOUT ROWID;
CREATE INDEX rendition_digest ON rendition (digest);

-- Words of assets, made by package fold: see search.go.
CREATE VIRTUAL TABLE asset_words USING fts5 (
	folded, marked, content='', contentless_delete=1,
	tokenize="unicode61 remove_diacritics 0", prefix='2 3'
);
CREATE VIRTUAL TABLE asset_codes USING fts5 (
	code, content='', contentless_delete=1, tokenize='trigram'
);

CREATE TABLE upload ( -- bytes on their way in, in the spool
	id        TEXT PRIMARY KEY,
	user      TEXT NOT NULL REFERENCES user,
	size      INTEGER NOT NULL, -- bytes promised; -1 = not said
	received  INTEGER NOT NULL DEFAULT 0, -- bytes that are on disk
	hash      BLOB NOT NULL, -- state of SHA-256 over the received bytes
	crc32     INTEGER NOT NULL DEFAULT 0,
	meta      TEXT NOT NULL DEFAULT '{}', -- JSON: what the sender said of it
	state     TEXT NOT NULL DEFAULT 'receiving' CHECK (state IN ('receiving', 'waiting', 'done', 'refused')),
	result    TEXT NOT NULL DEFAULT '', -- JSON: what became of it
	created   INTEGER NOT NULL,
	touched   INTEGER NOT NULL
) STRICT;
CREATE INDEX upload_touched ON upload (touched);

CREATE TABLE idempotency (
	key     TEXT NOT NULL,
	user    TEXT NOT NULL REFERENCES user,
	request TEXT NOT NULL, -- SHA-256 of what was asked
	asset   TEXT NOT NULL,
	created INTEGER NOT NULL,
	PRIMARY KEY (user, key)
) STRICT, WITHOUT ROWID;

-- Places

CREATE TABLE location (
	seq          INTEGER PRIMARY KEY,
	id           TEXT NOT NULL UNIQUE,
	code         TEXT NOT NULL UNIQUE COLLATE NOCASE,
	kind         TEXT NOT NULL CHECK (kind IN ('site', 'face', 'stretch', 'venue', 'room', 'wall', 'store')),
	name         TEXT NOT NULL CHECK (name <> ''),
	parent       TEXT REFERENCES location (id),
	lat          REAL, -- degrees, WGS 84
	lon          REAL,
	address      TEXT NOT NULL DEFAULT '',
	agency       TEXT NOT NULL REFERENCES agency,
	width        INTEGER NOT NULL DEFAULT 0 CHECK (width >= 0), -- mm; 0 = unknown
	height       INTEGER NOT NULL DEFAULT 0 CHECK (height >= 0), -- mm
	capacity     INTEGER NOT NULL DEFAULT 0 CHECK (capacity >= 0), -- pieces on a stretch
	permit       TEXT NOT NULL DEFAULT '',
	permit_until INTEGER NOT NULL DEFAULT 0, -- day; 0 = no end
	closed       INTEGER NOT NULL DEFAULT 0,
	created      INTEGER NOT NULL,
	updated      INTEGER NOT NULL,
	rev          INTEGER NOT NULL DEFAULT 1,
	CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT;
CREATE INDEX location_parent ON location (parent);
CREATE TRIGGER location_no_delete BEFORE DELETE ON location
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TABLE placement (
	seq       INTEGER PRIMARY KEY,
	id        TEXT NOT NULL UNIQUE,
	asset     TEXT NOT NULL REFERENCES asset (id),
	version   TEXT REFERENCES version, -- the bytes that hang, once printed
	location  TEXT NOT NULL REFERENCES location (id),
	campaign  TEXT REFERENCES campaign,
	starts    INTEGER NOT NULL, -- day
	ends      INTEGER NOT NULL, -- day, free again
	remove_by INTEGER NOT NULL, -- day
	quantity  INTEGER NOT NULL CHECK (quantity >= 1),
	x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, -- mm; 0 off walls
	exception TEXT NOT NULL DEFAULT '',
	state     TEXT NOT NULL CHECK (state IN ('planned', 'approved', 'printed', 'installed', 'verified', 'damaged', 'removed', 'cancelled')),
	note      TEXT NOT NULL DEFAULT '',
	agency    TEXT NOT NULL REFERENCES agency,
	by        TEXT NOT NULL REFERENCES user,
	created   INTEGER NOT NULL,
	updated   INTEGER NOT NULL,
	rev       INTEGER NOT NULL DEFAULT 1,
	CHECK (ends > starts),
	CHECK (remove_by >= ends)
) STRICT;
CREATE INDEX placement_live ON placement (location, starts, ends)
	WHERE state NOT IN ('removed', 'cancelled');
CREATE INDEX placement_location ON placement (location, ends);
CREATE INDEX placement_asset ON placement (asset, starts);
CREATE TRIGGER placement_no_delete BEFORE DELETE ON placement
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- Work that is owed

CREATE TABLE job (
	id       INTEGER PRIMARY KEY,
	kind     TEXT NOT NULL,
	subject  TEXT NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	due      INTEGER NOT NULL, -- moved ahead while leased
	lease    TEXT NOT NULL DEFAULT '', -- fencing token of the last claim
	failure  TEXT NOT NULL DEFAULT '',
	resting  INTEGER NOT NULL DEFAULT 0, -- 1 = failed too often, an administrator decides
	created  INTEGER NOT NULL,
	UNIQUE (kind, subject)
) STRICT;
CREATE INDEX job_due ON job (due, id) WHERE resting = 0;

-- What was done, by whom; only ever appended to

CREATE TABLE event (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT,
	at         INTEGER NOT NULL,
	actor      TEXT NOT NULL, -- user id, '' for the server
	actor_name TEXT NOT NULL,
	verb       TEXT NOT NULL, -- e.g. placement.add
	subject    TEXT NOT NULL, -- id of the thing
	request    TEXT NOT NULL, -- request id
	before     TEXT NOT NULL, -- JSON, '' for nothing
	after      TEXT NOT NULL, -- JSON, '' for nothing
	prev       TEXT NOT NULL, -- hash of the event before, '' for the first
	hash       TEXT NOT NULL  -- SHA-256, see event.go
) STRICT;
CREATE INDEX event_subject ON event (subject, seq);
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER event_no_replace BEFORE INSERT ON event WHEN NEW.seq IS NOT NULL AND EXISTS (SELECT 1 FROM event WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
