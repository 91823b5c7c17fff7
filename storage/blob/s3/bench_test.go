package s3_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"pano/internal/rig"
	"pano/storage/blob"
	"pano/storage/blob/blobtest"
	"pano/storage/blob/s3"
)

// BenchmarkPut puts 30 MiB, and in turns with that sends as much to a signed URL
// and by the client's default way. cpu/… is how much more processor time, of
// this process, Put takes.
func BenchmarkPut(b *testing.B) { compare(b, 30<<20, putWays) }

// BenchmarkGet reads 20 KB, and in turns with that from a signed URL.
func BenchmarkGet(b *testing.B) { compare(b, 20<<10, getWays) }

// A way does something with one blob.
type way struct {
	name string
	do   func(data []byte, d blob.Digest) error
}

func compare(b *testing.B, size int, ways func(*testing.B, *s3.Store, *minio.Client, string) []way) {
	server := rig.MinIO(b)
	c := s3.Config{Endpoint: server.Endpoint, Bucket: rig.Bucket(b, server), AccessKey: server.AccessKey, SecretKey: server.SecretKey}
	s, err := s3.Open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	client, err := minio.New(c.Endpoint, &minio.Options{Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Region: "us-east-1"})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(size))
	all := ways(b, s, client, c.Bucket)
	cpu, wall := make([]time.Duration, len(all)), make([]time.Duration, len(all))
	for b.Loop() {
		for i, w := range all {
			data, d := blobtest.Blob(size)
			c, t := cpuTime(), time.Now()
			if err := w.do(data, d); err != nil {
				b.Fatal(w.name, err)
			}
			cpu[i], wall[i] = cpu[i]+cpuTime()-c, wall[i]+time.Since(t)
		}
	}
	for i, w := range all[1:] {
		b.ReportMetric(float64(cpu[0])/float64(cpu[i+1]), "cpu/"+w.name)
		b.ReportMetric(float64(wall[0])/float64(wall[i+1]), "wall/"+w.name)
	}
}

func putWays(b *testing.B, s *s3.Store, client *minio.Client, bucket string) []way {
	return []way{
		{"store", func(data []byte, d blob.Digest) error {
			_, err := s.Put(b.Context(), d, int64(len(data)), bytes.NewReader(data))
			return err
		}},
		{"signed", func(data []byte, d blob.Digest) error {
			u, err := client.PresignedPutObject(b.Context(), bucket, "raw/"+d.String(), time.Minute)
			if err != nil {
				return err
			}
			r, err := http.NewRequest("PUT", u.String(), bytes.NewReader(data))
			if err != nil {
				return err
			}
			return drained(http.DefaultClient.Do(r))
		}},
		{"client", func(data []byte, d blob.Digest) error {
			_, err := client.PutObject(b.Context(), bucket, "client/"+d.String(), bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{})
			return err
		}},
	}
}

func getWays(b *testing.B, s *s3.Store, client *minio.Client, bucket string) []way {
	data, d := blobtest.Blob(20 << 10)
	if _, err := s.Put(b.Context(), d, int64(len(data)), bytes.NewReader(data)); err != nil {
		b.Fatal(err)
	}
	return []way{
		{"store", func([]byte, blob.Digest) error {
			_, err := blob.Verify(b.Context(), s, d)
			return err
		}},
		{"signed", func([]byte, blob.Digest) error {
			u, err := client.PresignedGetObject(b.Context(), bucket, blob.Key(d), time.Minute, nil)
			if err != nil {
				return err
			}
			return drained(http.Get(u.String()))
		}},
	}
}

// drained reads an answer to its end.
func drained(resp *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// cpuTime returns the processor time this process has taken.
func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
