package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"pano/internal/pano"
)

// Passwords have this many runes, after NFC.
const (
	passwordMin = 12
	passwordMax = 1000
)

// A cost says how much work one hash is.
type cost struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
}

// today is the cost of new hashes, the least that OWASP advises.
func today() cost { return cost{memory: 19 * 1024, passes: 2, lanes: 1} }

const (
	saltSize = 16
	keySize  = 32
)

// checkPassword fails with KindInvalid if nobody should have that password.
func checkPassword(login, password string) error {
	password = norm.NFC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return pano.Invalid("password.unreadable").At("password")
	case n < passwordMin:
		return pano.Invalid("password.too_short", passwordMin).At("password")
	case n > passwordMax:
		return pano.Invalid("password.too_long", passwordMax).At("password")
	case strings.EqualFold(strings.TrimSpace(password), login):
		return pano.Invalid("password.is_login").At("password")
	}
	return nil
}

// hash returns what is kept of a password, as a PHC string. It fails as
// gate.enter does.
func (d *Desk) hash(ctx context.Context, password string) (string, error) {
	leave, err := d.gate.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, saltSize)
	rand.Read(salt)
	c := today()
	return phc(c, salt, d.derive(c, salt, password, keySize)), nil
}

// matches reports whether password is the one of which kept is kept. With
// nothing kept it does the same work and says no. The caller has passed the gate.
func (d *Desk) matches(kept, password string) (bool, error) {
	if len(password) > 16*passwordMax { // longer than any form of one that may be kept
		password = ""
	}
	if kept == "" {
		d.derive(today(), make([]byte, saltSize), password, keySize)
		return false, nil
	}
	c, salt, key, err := parsePHC(kept)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(d.derive(c, salt, password, uint32(len(key))), key) == 1, nil
}

func (d *Desk) derive(c cost, salt []byte, password string, size uint32) []byte {
	if d.hashing != nil {
		defer d.hashing()()
	}
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, c.passes, c.memory, c.lanes, size)
}

// phc writes the PHC string format (github.com/P-H-C/phc-string-format).
func phc(c cost, salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.lanes, b64(salt), b64(key))
}

// parsePHC reads what phc writes, of any cost up to 1 GiB and 16 passes. Its
// errors do not contain the hash.
func parsePHC(s string) (c cost, salt, key []byte, err error) {
	part := strings.Split(s, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != fmt.Sprint("v=", argon2.Version) {
		return c, nil, nil, fmt.Errorf("kept password: not argon2id version %d", argon2.Version)
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); err != nil ||
		c.memory < 8 || c.memory > 1<<20 || c.passes < 1 || c.passes > 16 || c.lanes < 1 {
		return c, nil, nil, fmt.Errorf("kept password: cost out of bounds")
	}
	salt, err = base64.RawStdEncoding.DecodeString(part[4])
	if err == nil {
		key, err = base64.RawStdEncoding.DecodeString(part[5])
	}
	if err != nil || len(salt) < 8 || len(key) < 16 {
		return c, nil, nil, fmt.Errorf("kept password: salt or key unreadable")
	}
	return c, salt, key, nil
}
