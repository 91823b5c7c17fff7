package s3

import (
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"pano/storage/blob"
)

func TestAnswersInTheWordsOfBlob(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		want   error
		again  bool
	}{
		{0, "", blob.ErrUnavailable, true},
		{404, "NoSuchKey", fs.ErrNotExist, false},
		{404, "NoSuchBucket", blob.ErrUnavailable, false},
		{404, "XAdminUserNotFound", fs.ErrPermission, false},
		{401, "", fs.ErrPermission, false},
		{403, "SignatureDoesNotMatch", fs.ErrPermission, false},
		{403, "InvalidAccessKeyId", fs.ErrPermission, false},
		{403, "RequestTimeTooSkewed", blob.ErrClock, false},
		{403, "QuotaExceeded", blob.ErrNoSpace, false},
		{400, "XMinioAdminBucketQuotaExceeded", blob.ErrNoSpace, false},
		{507, "XMinioStorageFull", blob.ErrNoSpace, false},
		{400, "BadDigest", blob.ErrCorrupt, false},
		{400, "XAmzContentChecksumMismatch", blob.ErrCorrupt, false},
		{400, "IncompleteBody", blob.ErrUnavailable, true},
		{400, "RequestTimeout", blob.ErrUnavailable, true},
		{408, "", blob.ErrUnavailable, true},
		{429, "TooManyRequests", blob.ErrUnavailable, true},
		{500, "InternalError", blob.ErrUnavailable, true},
		{503, "SlowDown", blob.ErrUnavailable, true},
		{409, "ConditionalRequestConflict", fs.ErrExist, false},
		{412, "PreconditionFailed", fs.ErrExist, false},
		{416, "InvalidRange", fs.ErrInvalid, false},
		{400, "InvalidArgument", nil, false},
	} {
		err := minio.ErrorResponse{StatusCode: c.status, Code: c.code}
		if got := mapped(err); !errors.Is(got, err) || (c.want != nil && !errors.Is(got, c.want)) || (c.want == nil && got != error(err)) {
			t.Errorf("%d %s: %v, want %v", c.status, c.code, got, c.want)
		}
		if got := again(err); got != c.again {
			t.Errorf("%d %s: again %v, want %v", c.status, c.code, got, c.again)
		}
	}
	if again(nil) || again(sourceError{errors.New("cable pulled")}) {
		t.Error("a success or a broken source is tried again")
	}
}

func TestBreakerLetsOneTryASecond(t *testing.T) {
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	b := &breaker{now: func() time.Time { return now }}
	for range tolerated {
		if !b.allow() {
			t.Fatal("closed too early")
		}
		b.note(false)
	}
	if b.allow() {
		t.Error("a call right after was let through")
	}
	now = now.Add(pause)
	if !b.allow() {
		t.Error("nobody may try after the pause")
	}
	if b.allow() {
		t.Error("two may try after the pause")
	}
	b.note(false)
	if b.allow() {
		t.Error("a call right after the failed try was let through")
	}
	now = now.Add(pause)
	if !b.allow() {
		t.Error("nobody may try after the second pause")
	}
	b.note(true)
	for range 10 {
		if !b.allow() {
			t.Error("stopped although the server answered")
		}
	}
}

func TestBreakerForgivesFailuresBetweenAnswers(t *testing.T) {
	b := &breaker{now: time.Now}
	for range 10 {
		for range tolerated - 1 {
			b.note(false)
		}
		b.note(true)
		if !b.allow() {
			t.Fatal("stopped a server that answers now and then")
		}
	}
}
