package s3_test

import (
	"testing"

	"pano/internal/rig"
	"pano/storage/blob"
	"pano/storage/blob/blobtest"
	"pano/storage/blob/s3"
)

func TestStoreOnMinIO(t *testing.T) { runOn(t, rig.MinIO(t)) }

func TestStoreOnVersitygw(t *testing.T) { runOn(t, rig.Versitygw(t)) }

func runOn(t *testing.T, server *rig.Server) {
	blobtest.Run(t, func(t *testing.T) blob.Store {
		c := config(t, server)
		c.PublicURL = "http://" + server.Endpoint
		return open(t, c)
	})
}

// config says how to use a new bucket of server.
func config(t *testing.T, server *rig.Server) s3.Config {
	return s3.Config{
		Endpoint:  server.Endpoint,
		Bucket:    rig.Bucket(t, server),
		AccessKey: server.AccessKey,
		SecretKey: server.SecretKey,
	}
}

func open(t *testing.T, c s3.Config) *s3.Store {
	t.Helper()
	s, err := s3.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
