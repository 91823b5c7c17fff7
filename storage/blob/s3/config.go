package s3

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// Config says where a bucket is and who may use it.
type Config struct {
	Endpoint  string // host or host:port, without scheme
	Bucket    string
	AccessKey string
	SecretKey string
	TLS       bool   // https
	Region    string // "" = us-east-1, which all but Amazon take

	// PublicURL is where browsers reach the same server, "https://host[:port]";
	// "" = nowhere, and SignedURL is unsupported.
	PublicURL string
}

// Validate reports everything that is wrong with c, in words for an
// administrator, or nil.
func (c Config) Validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if u, err := url.Parse("s3://" + c.Endpoint); err != nil || u.Hostname() == "" || u.Host != c.Endpoint {
		fault("S3 endpoint %q: want host:port, without scheme and path", c.Endpoint)
	}
	if err := s3utils.CheckValidBucketNameStrict(c.Bucket); err != nil {
		fault("S3 bucket %q: %w", c.Bucket, err)
	}
	if c.AccessKey == "" {
		fault("S3 access key is missing")
	}
	if c.SecretKey == "" {
		fault("S3 secret key is missing")
	}
	if c.PublicURL != "" {
		if _, err := c.public(); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// public reads PublicURL.
func (c Config) public() (*url.URL, error) {
	u, err := url.Parse(c.PublicURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" ||
		u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("S3 public URL %q: want https://host[:port], without path", c.PublicURL)
	}
	return u, nil
}

// Format prints c without its secret, whatever the verb.
func (c Config) Format(f fmt.State, verb rune) {
	scheme := "http"
	if c.TLS {
		scheme = "https"
	}
	fmt.Fprintf(f, "%s://%s/%s as %q", scheme, c.Endpoint, c.Bucket, c.AccessKey)
}
