-- Which assets changed, in the order of the changes. Whoever keeps something
-- about assets in memory reads from here what to look at again: see facet.go.
-- Only the latest changes are kept.
CREATE TABLE asset_change (
	gen INTEGER PRIMARY KEY AUTOINCREMENT, -- the catalogue's state after the change
	seq INTEGER NOT NULL                   -- of the asset
) STRICT;
CREATE TRIGGER asset_change_trim AFTER INSERT ON asset_change
BEGIN DELETE FROM asset_change WHERE gen <= new.gen - 10000; END;

CREATE TRIGGER asset_added AFTER INSERT ON asset
BEGIN INSERT INTO asset_change (seq) VALUES (new.seq); END;
CREATE TRIGGER asset_edited AFTER UPDATE ON asset
BEGIN INSERT INTO asset_change (seq) VALUES (new.seq); END;
CREATE TRIGGER asset_removed AFTER DELETE ON asset
BEGIN
	INSERT INTO asset_change (seq) VALUES (old.seq);
	DELETE FROM asset_words WHERE rowid = old.seq;
	DELETE FROM asset_codes WHERE rowid = old.seq;
END;
CREATE TRIGGER version_made_ready AFTER UPDATE OF ready ON version WHEN new.ready <> old.ready
BEGIN INSERT INTO asset_change (seq) SELECT seq FROM asset WHERE id = new.asset; END;

-- Adding a version looks for assets that wait for it: without this, through all.
CREATE INDEX asset_current ON asset (current);
