package rig_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"pano/internal/rig"
)

func TestServersComeBackOnTheirPort(t *testing.T) {
	for name, server := range map[string]*rig.Server{"minio": rig.MinIO(t), "versitygw": rig.Versitygw(t)} {
		for _, end := range []func(){server.Stop, server.Kill} {
			at := server.Endpoint
			end()
			if resp, err := http.Get("http://" + at); err == nil {
				resp.Body.Close()
				t.Errorf("%s answers after its end", name)
			}
			server.Start()
			resp, err := http.Get("http://" + at)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		}
	}
}

func TestBuildTellsWhatIsMissing(t *testing.T) {
	none := rig.Tool{Name: "minio", Module: "example.org/none", Package: "example.org/none"}
	if program, err := none.Build(t.Output()); err == nil || !strings.Contains(err.Error(), "does not require example.org/none") {
		t.Errorf("got %q, %v", program, err)
	}
}

func TestSmallDiskIsSmall(t *testing.T) {
	dir := rig.SmallDisk(t, 1<<20)
	if err := os.WriteFile(dir+"/a", make([]byte, 1<<19), 0o600); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(dir+"/b", make([]byte, 1<<20), 0o600); err == nil {
		t.Error("1.5 MiB fitted")
	}
}
