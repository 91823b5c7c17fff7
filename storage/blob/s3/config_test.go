package s3_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"pano/storage/blob"
	"pano/storage/blob/s3"
)

func good() s3.Config {
	return s3.Config{Endpoint: "s3.example.vn:9000", Bucket: "pano", AccessKey: "access", SecretKey: "kept-to-ourselves"}
}

func TestConfigTellsAllFaults(t *testing.T) {
	if err := good().Validate(); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		change func(*s3.Config)
		want   []string
	}{
		{func(c *s3.Config) { c.Endpoint = "" }, []string{"endpoint"}},
		{func(c *s3.Config) { c.Endpoint = "http://s3.example.vn" }, []string{"endpoint"}},
		{func(c *s3.Config) { c.Endpoint = "s3.example.vn/bucket" }, []string{"endpoint"}},
		{func(c *s3.Config) { c.Endpoint = ":9000" }, []string{"endpoint"}},
		{func(c *s3.Config) { c.Endpoint = "key@s3.example.vn" }, []string{"endpoint"}},
		{func(c *s3.Config) { c.Bucket = "Pa nô" }, []string{"bucket"}},
		{func(c *s3.Config) { c.Bucket = "" }, []string{"bucket"}},
		{func(c *s3.Config) { c.AccessKey, c.SecretKey = "", "" }, []string{"access key", "secret key"}},
		{func(c *s3.Config) { c.PublicURL = "s3.example.vn" }, []string{"public URL"}},
		{func(c *s3.Config) { c.PublicURL = "https://s3.example.vn/pano" }, []string{"public URL"}},
		{func(c *s3.Config) { c.PublicURL = "https://key@s3.example.vn" }, []string{"public URL"}},
		{func(c *s3.Config) { c.PublicURL = "ftp://s3.example.vn" }, []string{"public URL"}},
		{func(c *s3.Config) { *c = s3.Config{} }, []string{"endpoint", "bucket", "access key", "secret key"}},
	} {
		cfg := good()
		c.change(&cfg)
		err := cfg.Validate()
		if _, newErr := s3.New(cfg); fmt.Sprint(newErr) != fmt.Sprint(err) {
			t.Errorf("%v: New says %v, Validate %v", cfg, newErr, err)
		}
		for _, want := range c.want {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("%v: %v does not speak of the %s", cfg, err, want)
			}
		}
		if strings.Contains(fmt.Sprint(err), "kept-to-ourselves") {
			t.Errorf("the secret is in %v", err)
		}
	}
}

func TestConfigKeepsItsSecret(t *testing.T) {
	c := good()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, v := range []any{c, &c, struct{ S3 s3.Config }{c}} {
			if s := fmt.Sprintf(verb, v); strings.Contains(s, "kept-to-ourselves") || !strings.Contains(s, "s3.example.vn") {
				t.Errorf("%s: %s", verb, s)
			}
		}
	}
}

func TestSignedURLsLeadToThePublicAddress(t *testing.T) {
	c := good()
	c.PublicURL = "https://anh.example.vn"
	s, err := s3.New(c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	u, err := s.SignedURL(t.Context(), blob.Digest{1}, blob.SignOptions{TTL: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	got := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if want := "https://anh.example.vn/pano/" + blob.Key(blob.Digest{1}); got.String() != want {
		t.Errorf("got %s, want %s", &got, want)
	}
	if u.Query().Get("X-Amz-Expires") != "60" || strings.Contains(u.String(), c.SecretKey) {
		t.Errorf("got %s", u)
	}
}
