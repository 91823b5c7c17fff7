package config_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pano/internal/config"
)

func load(env map[string]string, args ...string) (config.Config, error) {
	c, _, err := config.Load("serve", args, func(k string) string { return env[k] }, io.Discard)
	return c, err
}

func TestFreshMachineNeedsNoSettings(t *testing.T) {
	c, err := load(nil)
	if err != nil || c.Listen != "127.0.0.1:8080" || c.Data != "./data" || c.Lang != "vi" || c.MaxFile != 2e9 || c.Workers < 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestFlagsOverEnvironmentOverDefaults(t *testing.T) {
	env := map[string]string{"PANO_DATA": "/env", "PANO_LANG": "en", "PANO_MEMORY": "512M"}
	c, err := load(env, "-data", "/flag")
	if err != nil || c.Data != "/flag" || c.Lang != "en" || c.Memory != 512e6 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestSecretComesFromAFileAndNeverPrints(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("canary-47\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := load(map[string]string{"PANO_S3_ENDPOINT": "h:9000", "PANO_S3_BUCKET": "b", "PANO_S3_ACCESS_KEY": "k", "PANO_S3_SECRET_KEY_FILE": file})
	if err != nil || string(c.S3.SecretKey) != "canary-47" {
		t.Fatalf("%q, %v", string(c.S3.SecretKey), err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if s := fmt.Sprintf(verb, c); strings.Contains(s, "canary") || strings.Contains(s, "63616e617279") {
			t.Errorf("%s prints the secret: %s", verb, s)
		}
	}
}

func TestEveryFaultIsToldAtOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		want []string
	}{
		"several":     {[]string{"-lang", "fr", "-workers", "0", "-tls-cert", "x"}, []string{"-lang fr", "-workers 0", "-tls-key"}},
		"open to all": {[]string{"-listen", "0.0.0.0:80"}, []string{"without TLS"}},
		"half of S3":  {[]string{"-s3-endpoint", "h:1"}, []string{"-s3-bucket"}},
		"metrics":     {[]string{"-metrics", "0.0.0.0:9090"}, []string{"-metrics"}},
		"address":     {[]string{"-url", "pano.example"}, []string{"-url"}},
		"no z":        {[]string{"-map-tiles", "https://t.example/{x}/{y}.png"}, []string{"-map-tiles"}},
		"no host":     {[]string{"-map-tiles", "/tiles/{z}/{x}/{y}.png"}, []string{"-map-tiles"}},
		"any host":    {[]string{"-map-tiles", "https://*/{z}/{x}/{y}.png"}, []string{"-map-tiles"}},
		"two hosts":   {[]string{"-map-tiles", "https://a.example;script-src/{z}/{x}/{y}.png"}, []string{"-map-tiles"}},
	} {
		_, err := load(nil, tt.args...)
		for _, want := range tt.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want it to tell of %q", name, err, want)
			}
		}
	}
	if _, err := load(map[string]string{"PANO_MEMORY": "much"}); err == nil {
		t.Error("PANO_MEMORY=much was taken")
	}
	if _, err := load(nil, "-no-such-flag"); err == nil {
		t.Error("an unknown flag was taken")
	}
	if _, err := load(nil, "-h"); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
}
