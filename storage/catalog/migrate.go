package catalog

import (
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
)

//go:embed migration/*.sql
var migrations embed.FS

// Schema is the number of the newest migration this program knows.
func Schema() int {
	names, _ := fs.Glob(migrations, "migration/*.sql")
	return len(names)
}

// migrate applies the migrations above PRAGMA user_version, each in one
// transaction, and keeps the hash of each, so that a migration edited after it
// was applied is found out.
func (db *DB) migrate() error {
	names, err := fs.Glob(migrations, "migration/*.sql") // Glob sorts
	if err != nil {
		return err
	}
	var have int
	if err := db.write.QueryRow(`PRAGMA user_version`).Scan(&have); err != nil {
		return err
	}
	if have > len(names) {
		return fmt.Errorf("schema %d is newer than this program's %d: start a newer Pano", have, len(names))
	}
	for i, name := range names {
		stmts, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		hash := fmt.Sprintf("%x", sha256.Sum256(stmts))
		if i < have {
			err = db.checkApplied(name, hash)
		} else {
			err = db.apply(name, string(stmts), hash, i+1)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return db.nameItself()
}

func (db *DB) checkApplied(name, hash string) error {
	var was string
	if err := db.write.QueryRow(`SELECT value FROM meta WHERE key = ?`, name).Scan(&was); err != nil {
		return err
	}
	if was != hash {
		return fmt.Errorf("was changed after it had been applied")
	}
	return nil
}

func (db *DB) apply(name, stmts, hash string, version int) error {
	tx, err := db.write.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(stmts); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO meta (key, value) VALUES (?, ?)`, name, hash); err != nil {
		return err
	}
	if _, err := tx.Exec(fmt.Sprintf(`PRAGMA user_version = %d`, version)); err != nil {
		return err
	}
	return tx.Commit()
}

func (db *DB) nameItself() error {
	_, err := db.write.Exec(`INSERT INTO meta (key, value) VALUES ('catalogue', ?) ON CONFLICT DO NOTHING`, db.ids.next(db.now()))
	return err
}
