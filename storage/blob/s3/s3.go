// Package s3 keeps blobs in a bucket of MinIO or another S3 server.
//
// It asks for plain S3 and nothing more: PUT, GET, HEAD, DELETE and LIST of
// objects, HEAD and PUT of the bucket. A PUT carries the SHA-256 of what it
// sends, which the server compares before it keeps anything, and a condition
// that keeps it from replacing what is there.
//
// Every call ends: with the context of the caller, or when the server has been
// silent for Patience. While the server does not answer at all, calls fail
// at once, but for one a second that tries again.
package s3

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net"
	"net/http"
	"net/url"
	"path"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"pano/storage/blob"
)

// Patience is how long a call waits for a server that is silent.
const Patience = 8 * time.Second

const (
	attempts   = 3                      // of a request that was not answered, or with "later"
	retryAfter = 300 * time.Millisecond // and twice that before the last
	dialing    = 2 * time.Second        // for a connection; all attempts of it end before Patience does
	slowest    = 10 << 20               // bytes a second that a server settles once it has them
	idle       = 64                     // connections kept for the next call
	idleFor    = 90 * time.Second       // how long
)

// A Store is a blob.Store in one bucket.
type Store struct {
	bucket    string
	client    *minio.Client // repeats what failed, but not for PUT: it reads one source twice at once
	once      *minio.Client // repeats nothing
	core      minio.Core
	public    *minio.Client // signs URLs for browsers, or nil
	transport *http.Transport
	breaker   *breaker
}

var _ blob.Store = (*Store)(nil)

// Open returns the store in the bucket of c, and makes the bucket if need be.
// The caller closes the Store.
//
// It fails as Config.Validate does, with blob.ErrUnavailable if the server is
// not there, with blob.ErrClock, and with fs.ErrPermission if the server refuses
// the keys or the making of the bucket.
func Open(ctx context.Context, c Config) (*Store, error) {
	s, err := New(c)
	if err != nil {
		return nil, err
	}
	if err := s.MakeBucket(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// New returns the store in the bucket of c without asking the server for
// anything. It fails as Config.Validate does.
func New(c Config) (*Store, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	s := &Store{bucket: c.Bucket, transport: transport(), breaker: &breaker{now: time.Now}}
	var err error
	if s.client, err = c.client(c.Endpoint, c.TLS, s.transport, attempts); err != nil {
		return nil, err
	}
	if s.once, err = c.client(c.Endpoint, c.TLS, s.transport, 1); err != nil {
		return nil, err
	}
	s.core = minio.Core{Client: s.client}
	if c.PublicURL != "" {
		u, err := c.public()
		if err != nil {
			return nil, err
		}
		if s.public, err = c.client(u.Host, u.Scheme == "https", s.transport, 1); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (c Config) client(host string, tls bool, t http.RoundTripper, attempts int) (*minio.Client, error) {
	region := c.Region
	if region == "" {
		region = "us-east-1" // named, or the client asks for it
	}
	return minio.New(host, &minio.Options{
		Creds:      credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""),
		Secure:     tls,
		Region:     region,
		Transport:  t,
		MaxRetries: attempts,
	})
}

func transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialing}).DialContext,
		TLSHandshakeTimeout:   Patience / attempts,
		ExpectContinueTimeout: time.Second,
		MaxIdleConnsPerHost:   idle,
		IdleConnTimeout:       idleFor,
		DisableCompression:    true, // bytes as they are kept
	}
}

// Close closes idle connections.
func (s *Store) Close() error {
	s.transport.CloseIdleConnections()
	return nil
}

// MakeBucket makes the bucket unless it is there.
func (s *Store) MakeBucket(ctx context.Context) error {
	there, err := s.bucketThere(ctx)
	if there || err != nil {
		return err
	}
	err = s.do(ctx, func(ctx context.Context) error {
		return s.client.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{})
	})
	if code := answer(err).Code; code == minio.BucketAlreadyOwnedByYou || code == minio.BucketAlreadyExists {
		return nil // made meanwhile; if not by us, the next call says so
	}
	if err != nil {
		return fmt.Errorf("making bucket %s: %w", s.bucket, err)
	}
	return nil
}

func (s *Store) bucketThere(ctx context.Context) (there bool, err error) {
	err = s.ask(ctx, func(ctx context.Context) (err error) {
		there, err = s.client.BucketExists(ctx, s.bucket)
		return err
	})
	return there, s.explained(ctx, blob.MarkerKey, err)
}

// Ping asks whether the bucket is there and ours to use.
func (s *Store) Ping(ctx context.Context) error {
	there, err := s.bucketThere(ctx)
	if there || err != nil {
		return err
	}
	err = s.explained(ctx, blob.MarkerKey, fs.ErrNotExist)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the bucket was made meanwhile
	}
	return err
}

// explained returns err, the answer to a request for key, or a better reason. An
// answer to HEAD has no body and may mean that one blob is missing or all are,
// and hide that the clock or a key is wrong; the answer to LIST tells.
func (s *Store) explained(ctx context.Context, key string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	why := s.do(ctx, func(ctx context.Context) error {
		for object := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: key, MaxKeys: 1}) {
			return object.Err
		}
		return nil
	})
	return cmp.Or(why, err)
}

// Stat is blob.Store.Stat.
func (s *Store) Stat(ctx context.Context, d blob.Digest) (blob.Info, error) {
	info, err := s.stat(ctx, d)
	return info, s.explained(ctx, blob.Key(d), err)
}

// stat is Stat, not explained.
func (s *Store) stat(ctx context.Context, d blob.Digest) (info blob.Info, err error) {
	err = s.do(ctx, func(ctx context.Context) error {
		o, err := s.client.StatObject(ctx, s.bucket, blob.Key(d), minio.StatObjectOptions{})
		info = blob.Info{Digest: d, Size: o.Size, ModTime: o.LastModified}
		return err
	})
	if err != nil {
		return blob.Info{}, fmt.Errorf("%s: %w", d, err)
	}
	return info, nil
}

// Delete is blob.Store.Delete.
func (s *Store) Delete(ctx context.Context, d blob.Digest) error {
	err := s.explained(ctx, blob.Key(d), s.do(ctx, func(ctx context.Context) error {
		return s.client.RemoveObject(ctx, s.bucket, blob.Key(d), minio.RemoveObjectOptions{})
	}))
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("%s: %w", d, err)
}

// List is blob.Store.List. It passes over objects that are no blobs.
func (s *Store) List(ctx context.Context, after blob.Digest) iter.Seq2[blob.Info, error] {
	return func(yield func(blob.Info, error) bool) {
		w, err := s.begin(ctx)
		if err != nil {
			yield(blob.Info{}, err)
			return
		}
		defer w.end()
		o := minio.ListObjectsOptions{Prefix: "blobs/sha256/", Recursive: true}
		if !after.IsZero() {
			o.StartAfter = blob.Key(after)
		}
		for object := range s.client.ListObjectsIter(w.ctx, s.bucket, o) {
			w.rest()
			if err := w.told(cmp.Or(object.Err, w.ctx.Err())); err != nil {
				yield(blob.Info{}, err)
				return
			}
			d, err := blob.ParseDigest(path.Base(object.Key))
			if err == nil && object.Key == blob.Key(d) &&
				!yield(blob.Info{Digest: d, Size: object.Size, ModTime: object.LastModified}, nil) {
				return
			}
			w.wait(Patience)
		}
		if err := w.told(w.ctx.Err()); err != nil {
			yield(blob.Info{}, err)
		}
	}
}

// SignedURL is blob.Store.SignedURL.
func (s *Store) SignedURL(ctx context.Context, d blob.Digest, o blob.SignOptions) (*url.URL, error) {
	if s.public == nil {
		return nil, fmt.Errorf("bucket %s has no public address: %w", s.bucket, errors.ErrUnsupported)
	}
	q := url.Values{}
	if o.Disposition != "" {
		q.Set("response-content-disposition", o.Disposition)
	}
	if o.ContentType != "" {
		q.Set("response-content-type", o.ContentType)
	}
	return s.public.PresignedGetObject(ctx, s.bucket, blob.Key(d), o.TTL, q)
}
