// Package config says what can be set and where a setting comes from: flags
// first, then PANO_* variables, then the defaults that make a fresh machine
// work. Nothing else reads flags of the service or the environment.
package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"runtime"
	"strings"
)

// Config is every setting of the service.
type Config struct {
	Listen  string // host:port
	Data    string // directory of the catalogue and the spool, and of the pictures unless S3 is set
	URL     string // public address, "" = as asked for
	TLSCert string // files; both or neither
	TLSKey  string
	LAN     bool // plain HTTP beyond this machine, without secure cookies: a trusted network only

	S3 S3

	MapTiles  string // where maps have their ground from: an address with {z}, {x} and {y}; "" = drawn from the places
	MapCredit string // whose it is

	Lang    string // of who has not chosen
	Metrics string // host:port, "" = off
	Memory  int64  // bytes for picture work, 0 = 15 % of the machine's
	Workers int    // pictures made at a time
	MaxFile int64  // bytes of one picture at most
}

// S3 is where pictures are kept instead of local files, unless Endpoint is empty.
type S3 struct {
	Endpoint  string // host:port
	Bucket    string
	AccessKey string
	SecretKey Secret
	TLS       bool
	PublicURL string // set: downloads are redirected there
}

// Secret is a string that prints as dots under every verb.
type Secret string

// Format prints dots.
func (Secret) Format(s fmt.State, _ rune) { io.WriteString(s, "•••") }

// MarshalText writes dots, for JSON and logs.
func (Secret) MarshalText() ([]byte, error) { return []byte("•••"), nil }

// Load reads the settings of command name from args and getenv and returns them
// with the arguments that are no flags. Every fault is told at once. It returns
// flag.ErrHelp after printing help to out.
func Load(name string, args []string, getenv func(string) string, out io.Writer) (Config, []string, error) {
	c, fs := New(name, out)
	rest, err := Parse(fs, args, getenv)
	if err != nil {
		return *c, nil, err
	}
	return *c, rest, c.check()
}

// New returns a set of flags for command name with every setting of the
// service; the caller may add its own before Parse. Check is then the caller's.
func New(name string, out io.Writer) (*Config, *flag.FlagSet) {
	c := &Config{}
	fs := flag.NewFlagSet("pano "+name, flag.ContinueOnError)
	fs.SetOutput(out)
	fs.StringVar(&c.Listen, "listen", "127.0.0.1:8080", "`address` to serve on")
	fs.StringVar(&c.Data, "data", "./data", "`directory` of the catalogue, and of the pictures unless they go to S3")
	fs.StringVar(&c.URL, "url", "", "public `address`, as people type it")
	fs.StringVar(&c.TLSCert, "tls-cert", "", "certificate `file`; serves HTTPS")
	fs.StringVar(&c.TLSKey, "tls-key", "", "key `file` of the certificate")
	fs.BoolVar(&c.LAN, "insecure-lan", false, "plain HTTP beyond this machine; passwords can be read on the way")
	fs.StringVar(&c.S3.Endpoint, "s3-endpoint", "", "`host:port` of MinIO or another S3 service; empty keeps pictures in -data")
	fs.StringVar(&c.S3.Bucket, "s3-bucket", "", "`bucket` for pictures")
	fs.StringVar(&c.S3.AccessKey, "s3-access-key", "", "access `key`")
	fs.StringVar((*string)(&c.S3.SecretKey), "s3-secret-key", "", "`secret` key; better given as PANO_S3_SECRET_KEY or PANO_S3_SECRET_KEY_FILE")
	fs.BoolVar(&c.S3.TLS, "s3-tls", false, "speak HTTPS to the S3 service")
	fs.StringVar(&c.S3.PublicURL, "s3-public-url", "", "`address` of the S3 service for browsers; downloads are then redirected to it")
	fs.StringVar(&c.MapTiles, "map-tiles", "", "`address` of map tiles, as https://tiles.example/{z}/{x}/{y}.png; empty draws the ground of maps from the places themselves")
	fs.StringVar(&c.MapCredit, "map-credit", "", "whose the map tiles are, as `text`; an address at its end becomes a link")
	fs.StringVar(&c.Lang, "lang", "vi", "`language` of who has not chosen one: vi or en")
	fs.StringVar(&c.Metrics, "metrics", "", "`address` for metrics, on this machine only; empty is off")
	fs.Func("memory", "memory for picture work, e.g. `512M`; empty is 15 % of the machine's", size(&c.Memory))
	fs.IntVar(&c.Workers, "workers", runtime.GOMAXPROCS(0), "pictures made at a time")
	c.MaxFile = 2e9
	fs.Func("max-file", "largest picture, e.g. `2G` (default 2G)", size(&c.MaxFile))
	return c, fs
}

// Parse sets the flags of fs from the environment, then from args, and returns
// the arguments that are no flags. PANO_X_FILE names a file that holds PANO_X.
func Parse(fs *flag.FlagSet, args []string, getenv func(string) string) (rest []string, err error) {
	var faults []error
	fs.VisitAll(func(f *flag.Flag) {
		name := "PANO_" + strings.ReplaceAll(strings.ToUpper(f.Name), "-", "_")
		f.Usage += " [" + name + "]"
		v := getenv(name)
		if file := getenv(name + "_FILE"); v == "" && file != "" {
			text, err := os.ReadFile(file)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s_FILE: %w", name, err))
			}
			v = strings.TrimRight(string(text), "\r\n")
		}
		if v == "" {
			return
		}
		if err := fs.Set(f.Name, v); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		}
	})
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	return fs.Args(), errors.Join(faults...)
}

// size reads 512M or 2G, or plain bytes.
func size(into *int64) func(string) error {
	return func(s string) error {
		var n int64
		var unit string
		if _, err := fmt.Sscanf(s+" ", "%d%s", &n, &unit); err != nil && n == 0 {
			return fmt.Errorf("%q is no size; write 512M or 2G", s)
		}
		switch strings.ToUpper(strings.TrimSuffix(strings.ToUpper(unit), "B")) {
		case "":
		case "K":
			n *= 1e3
		case "M":
			n *= 1e6
		case "G":
			n *= 1e9
		default:
			return fmt.Errorf("%q is no size; write 512M or 2G", s)
		}
		if n < 0 {
			return fmt.Errorf("%q is negative", s)
		}
		*into = n
		return nil
	}
}

// check tells every fault of c at once.
func (c Config) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		fault("-listen %s: want host:port", c.Listen)
	} else if !Loopback(host) && c.TLSCert == "" && !c.LAN && !strings.HasPrefix(c.URL, "https://") {
		fault("-listen %s is beyond this machine without TLS: give -tls-cert and -tls-key, or an https -url served by a proxy, or -insecure-lan on a trusted network", c.Listen)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		fault("-tls-cert and -tls-key belong together")
	}
	if c.URL != "" {
		if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			fault("-url %s: want http://… or https://…", c.URL)
		}
	}
	if c.S3.Endpoint != "" && (c.S3.Bucket == "" || c.S3.AccessKey == "" || c.S3.SecretKey == "") {
		fault("-s3-endpoint needs -s3-bucket, -s3-access-key and PANO_S3_SECRET_KEY")
	}
	if c.S3.Endpoint == "" && c.S3.Bucket != "" {
		fault("-s3-bucket needs -s3-endpoint")
	}
	if err := c.checkMap(); err != nil {
		faults = append(faults, err)
	}
	if c.Lang != "vi" && c.Lang != "en" {
		fault("-lang %s: want vi or en", c.Lang)
	}
	if host, _, err := net.SplitHostPort(c.Metrics); c.Metrics != "" && (err != nil || !Loopback(host)) {
		fault("-metrics %s: want an address of this machine, e.g. 127.0.0.1:9090", c.Metrics)
	}
	if c.Workers < 1 || c.Workers > 256 {
		fault("-workers %d: want 1 to 256", c.Workers)
	}
	if c.MaxFile < 1e6 || c.MaxFile > 5e9 {
		fault("-max-file: want 1M to 5G, the most that S3 takes in one piece")
	}
	return errors.Join(faults...)
}

// checkMap fails unless the tiles of maps can be asked for, and browsers may be
// told of where they come from: the address goes into the policy of pages.
func (c Config) checkMap() error {
	if c.MapTiles == "" {
		return nil
	}
	u, err := url.Parse(strings.NewReplacer("{z}", "0", "{x}", "0", "{y}", "0").Replace(c.MapTiles))
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		if !strings.Contains(c.MapTiles, part) {
			return fmt.Errorf("-map-tiles %s: want {z}, {x} and {y} in it", c.MapTiles)
		}
	}
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(u.Host, "*;, {}'\"") || u.User != nil {
		return fmt.Errorf("-map-tiles %s: want https://host/…/{z}/{x}/{y}.png", c.MapTiles)
	}
	return nil
}

// Loopback reports whether host is this machine and nothing else.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
