-- Work orders: what crews are sent out for. Their lines are placements; one that
-- wants doing stands in just one live order of a kind.

CREATE TABLE crew ( -- who goes out together
	seq     INTEGER PRIMARY KEY,
	id      TEXT NOT NULL UNIQUE,
	agency  TEXT NOT NULL REFERENCES agency,
	name    TEXT NOT NULL CHECK (name <> ''),
	phone   TEXT NOT NULL DEFAULT '',
	closed  INTEGER NOT NULL DEFAULT 0,
	created INTEGER NOT NULL,
	rev     INTEGER NOT NULL DEFAULT 1,
	UNIQUE (agency, name)
) STRICT;
CREATE TABLE crew_member (
	crew TEXT NOT NULL REFERENCES crew (id),
	user TEXT NOT NULL REFERENCES user,
	PRIMARY KEY (crew, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX crew_member_user ON crew_member (user);

CREATE TABLE work (
	seq      INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	code     TEXT NOT NULL UNIQUE,
	kind     TEXT NOT NULL CHECK (kind IN ('install', 'repair', 'remove', 'inspect')),
	agency   TEXT NOT NULL REFERENCES agency,
	campaign TEXT REFERENCES campaign,
	area     TEXT NOT NULL DEFAULT '' COLLATE NOCASE, -- code of the outermost place; '' = several
	due      INTEGER NOT NULL, -- day, the last on which it is in time
	state    TEXT NOT NULL CHECK (state IN ('open', 'assigned', 'under_way', 'done', 'cancelled')),
	crew     TEXT REFERENCES crew (id),
	person   TEXT REFERENCES user,
	hands    TEXT NOT NULL DEFAULT '', -- the people with accounts that is, each behind a +; kept by the triggers below
	note     TEXT NOT NULL DEFAULT '',
	reason   TEXT NOT NULL DEFAULT '',
	auto     INTEGER NOT NULL,
	by       TEXT REFERENCES user, -- NULL = the server
	created  INTEGER NOT NULL,
	updated  INTEGER NOT NULL,
	ended    INTEGER, -- NULL = it lives
	ender    TEXT REFERENCES user,
	rev      INTEGER NOT NULL DEFAULT 1,
	CHECK (crew IS NULL OR person IS NULL),
	CHECK (state <> 'open' OR crew IS NULL AND person IS NULL),
	CHECK (state <> 'assigned' OR crew IS NOT NULL OR person IS NOT NULL),
	CHECK (state <> 'cancelled' OR reason <> ''),
	CHECK ((state IN ('done', 'cancelled')) = (ended IS NOT NULL))
) STRICT;
CREATE INDEX work_due ON work (due, seq) WHERE state IN ('open', 'assigned', 'under_way');
CREATE INDEX work_gather ON work (agency, kind, due) WHERE state IN ('open', 'assigned', 'under_way');
CREATE INDEX work_ended ON work (ended, seq) WHERE state IN ('done', 'cancelled');
CREATE INDEX work_crew ON work (crew) WHERE crew IS NOT NULL;
CREATE INDEX work_person ON work (person) WHERE person IS NOT NULL;
CREATE TRIGGER work_no_delete BEFORE DELETE ON work
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER work_immutable BEFORE UPDATE OF id, code, kind, agency, auto, by, created ON work
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TABLE work_line (
	seq       INTEGER PRIMARY KEY,
	work      TEXT NOT NULL REFERENCES work (id),
	placement TEXT NOT NULL REFERENCES placement (id),
	kind      TEXT NOT NULL, -- of the order
	state     TEXT NOT NULL DEFAULT 'todo' CHECK (state IN ('todo', 'done', 'dropped')),
	ended     INTEGER, -- NULL = todo
	by        TEXT REFERENCES user, -- who ended it; NULL = the server, or nobody yet
	CHECK ((state = 'todo') = (ended IS NULL))
) STRICT;
CREATE UNIQUE INDEX work_line_live ON work_line (placement, kind) WHERE state = 'todo';
CREATE INDEX work_line_work ON work_line (work, state);
CREATE INDEX work_line_placement ON work_line (placement, kind, seq);
CREATE TRIGGER work_line_no_delete BEFORE DELETE ON work_line
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- A line is of the kind of its order, and an order that is over has none left.
CREATE TRIGGER work_line_insert BEFORE INSERT ON work_line
BEGIN
	SELECT RAISE(ABORT, 'work.other_kind') FROM work WHERE id = NEW.work AND kind <> NEW.kind;
	SELECT RAISE(ABORT, 'work.over') FROM work WHERE id = NEW.work AND NEW.state = 'todo' AND state IN ('done', 'cancelled');
END;
CREATE TRIGGER work_line_update BEFORE UPDATE ON work_line
BEGIN
	SELECT RAISE(ABORT, 'append_only') WHERE NEW.placement <> OLD.placement OR NEW.kind <> OLD.kind OR OLD.state <> 'todo';
	SELECT RAISE(ABORT, 'work.other_kind') FROM work WHERE id = NEW.work AND kind <> NEW.kind;
	SELECT RAISE(ABORT, 'work.over') FROM work WHERE id = NEW.work AND NEW.state = 'todo' AND state IN ('done', 'cancelled');
END;
CREATE TRIGGER work_ends BEFORE UPDATE OF state ON work
WHEN NEW.state IN ('done', 'cancelled')
BEGIN
	SELECT RAISE(ABORT, 'work.lines_left') WHERE EXISTS (SELECT 1 FROM work_line WHERE work = NEW.id AND state = 'todo');
END;
CREATE TRIGGER work_stays_over BEFORE UPDATE OF state ON work
WHEN OLD.state IN ('done', 'cancelled') AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- Whose work a placement is: what the scope "crew" of the permission table asks.
-- Each id stands behind a + while it is to be done, behind a - once it was.
ALTER TABLE placement ADD COLUMN hands TEXT NOT NULL DEFAULT '';

CREATE TRIGGER work_given AFTER UPDATE OF crew, person ON work
BEGIN
	UPDATE work SET hands = ifnull((
		SELECT group_concat('+' || user, '') FROM (
			SELECT NEW.person AS user WHERE NEW.person IS NOT NULL
			UNION SELECT user FROM crew_member WHERE crew = NEW.crew)), '')
	WHERE seq = NEW.seq;
END;
CREATE TRIGGER work_given_insert AFTER INSERT ON work
WHEN NEW.crew IS NOT NULL OR NEW.person IS NOT NULL
BEGIN
	UPDATE work SET hands = ifnull((
		SELECT group_concat('+' || user, '') FROM (
			SELECT NEW.person AS user WHERE NEW.person IS NOT NULL
			UNION SELECT user FROM crew_member WHERE crew = NEW.crew)), '')
	WHERE seq = NEW.seq;
END;
CREATE TRIGGER crew_member_in AFTER INSERT ON crew_member
BEGIN
	UPDATE work SET hands = ifnull((SELECT group_concat('+' || user, '') FROM crew_member WHERE crew = NEW.crew), '') WHERE crew = NEW.crew;
END;
CREATE TRIGGER crew_member_out AFTER DELETE ON crew_member
BEGIN
	UPDATE work SET hands = ifnull((SELECT group_concat('+' || user, '') FROM crew_member WHERE crew = OLD.crew), '') WHERE crew = OLD.crew;
END;

CREATE TRIGGER work_hands AFTER UPDATE OF hands, state ON work
WHEN NEW.hands <> OLD.hands OR (NEW.state = 'cancelled') <> (OLD.state = 'cancelled')
BEGIN
	UPDATE placement SET hands = ifnull((
		SELECT group_concat(h, '') FROM (
			SELECT DISTINCT CASE WHEN l.state = 'todo' THEN w.hands ELSE replace(w.hands, '+', '-') END AS h
			FROM work_line l JOIN work w ON w.id = l.work
			WHERE l.placement = placement.id AND l.state <> 'dropped' AND w.state <> 'cancelled' AND w.hands <> '')), '')
	WHERE id IN (SELECT placement FROM work_line WHERE work = NEW.id);
END;
CREATE TRIGGER work_line_hands_insert AFTER INSERT ON work_line
WHEN EXISTS (SELECT 1 FROM work WHERE id = NEW.work AND hands <> '')
BEGIN
	UPDATE placement SET hands = ifnull((
		SELECT group_concat(h, '') FROM (
			SELECT DISTINCT CASE WHEN l.state = 'todo' THEN w.hands ELSE replace(w.hands, '+', '-') END AS h
			FROM work_line l JOIN work w ON w.id = l.work
			WHERE l.placement = NEW.placement AND l.state <> 'dropped' AND w.state <> 'cancelled' AND w.hands <> '')), '')
	WHERE id = NEW.placement;
END;
CREATE TRIGGER work_line_hands_update AFTER UPDATE OF state, work ON work_line
BEGIN
	UPDATE placement SET hands = ifnull((
		SELECT group_concat(h, '') FROM (
			SELECT DISTINCT CASE WHEN l.state = 'todo' THEN w.hands ELSE replace(w.hands, '+', '-') END AS h
			FROM work_line l JOIN work w ON w.id = l.work
			WHERE l.placement = NEW.placement AND l.state <> 'dropped' AND w.state <> 'cancelled' AND w.hands <> '')), '')
	WHERE id = NEW.placement;
END;

-- What should be down, or is to be hung or mended, and may still want an order.
CREATE INDEX placement_remove_by ON placement (remove_by, seq) WHERE state IN ('installed', 'verified', 'damaged');
CREATE INDEX placement_ready ON placement (starts, seq) WHERE state IN ('approved', 'printed');
CREATE INDEX placement_damaged ON placement (seq) WHERE state = 'damaged';

-- Campaigns end. One under which something still hangs is closed only for a reason.
ALTER TABLE campaign ADD COLUMN reason TEXT NOT NULL DEFAULT ''; -- of its present state
ALTER TABLE campaign ADD COLUMN rev INTEGER NOT NULL DEFAULT 1;
CREATE INDEX placement_campaign ON placement (campaign, state) WHERE campaign IS NOT NULL;
CREATE TRIGGER campaign_closes BEFORE UPDATE OF state ON campaign
WHEN NEW.state = 'closed' AND OLD.state <> 'closed' AND NEW.reason = ''
BEGIN
	SELECT RAISE(ABORT, 'campaign.still_hangs:' || n) FROM (
		SELECT count(*) AS n FROM placement WHERE campaign = NEW.id AND state IN ('installed', 'verified', 'damaged'))
	WHERE n > 0;
END;
CREATE TRIGGER placement_campaign_insert BEFORE INSERT ON placement
WHEN NEW.campaign IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'placement.campaign_closed') FROM campaign WHERE id = NEW.campaign AND state = 'closed';
END;
CREATE TRIGGER placement_campaign_update BEFORE UPDATE OF campaign ON placement
WHEN NEW.campaign IS NOT NULL AND NEW.campaign IS NOT OLD.campaign
BEGIN
	SELECT RAISE(ABORT, 'placement.campaign_closed') FROM campaign WHERE id = NEW.campaign AND state = 'closed';
END;
