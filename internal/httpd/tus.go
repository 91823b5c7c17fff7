package httpd

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	tusd "github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"
	xslog "golang.org/x/exp/slog"

	"pano/internal/intake"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// filesPath is where files are sent by the tus protocol, which goes on where a
// broken connection left off.
const filesPath = "/files/"

// openTus makes the speaker of the protocol; the bytes are intake's to keep.
func (s *Server) openTus() error {
	s.locks = memorylocker.New()
	c := tusd.NewStoreComposer()
	store := tusStore{s}
	c.UseCore(store)
	c.UseTerminater(store)
	c.UseLengthDeferrer(store)
	c.UseLocker(s.locks)
	var err error
	s.tus, err = tusd.NewUnroutedHandler(tusd.Config{
		BasePath: filesPath, StoreComposer: c, MaxSize: s.Intake.MaxFile, DisableDownload: true,
		Cors:                      &tusd.CorsConfig{Disable: true}, // other sites are kept out at the door
		Logger:                    xslog.New(xslog.NewTextHandler(io.Discard, nil)),
		PreFinishResponseCallback: s.tusFinish,
	})
	return err
}

// tusRequest is where the request is found again in the contexts that tusd hands on.
type tusRequest struct{}

func (s *Server) speakTus(w http.ResponseWriter, r *http.Request, do http.HandlerFunc) error {
	r.Header.Del("X-HTTP-Method-Override") // the route was found by the true method
	r = r.WithContext(context.WithValue(r.Context(), tusRequest{}, r))
	http.StripPrefix(filesPath, s.tus.Middleware(do)).ServeHTTP(pathOnly{w}, r)
	return nil
}

// pathOnly writes where an upload is as a path of this site: behind a proxy the
// server does not know its own address.
type pathOnly struct{ http.ResponseWriter }

func (w pathOnly) WriteHeader(code int) {
	if _, id, ok := strings.Cut(w.Header().Get("Location"), filesPath); ok {
		w.Header().Set("Location", filesPath+id)
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w pathOnly) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// tusOptions answers OPTIONS /files/: what of the protocol is spoken.
func (s *Server) tusOptions(w http.ResponseWriter, r *http.Request) error {
	return s.speakTus(w, r, func(http.ResponseWriter, *http.Request) {})
}

// tusCreate answers POST /files/ with the address of a new upload.
func (s *Server) tusCreate(w http.ResponseWriter, r *http.Request) error {
	if n, err := strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64); err == nil && n > s.Intake.MaxFile {
		return &pano.Error{Kind: pano.KindTooLarge, Key: "upload.too_large", Args: []any{pano.Bytes(s.Intake.MaxFile)}}
	}
	return s.speakTus(w, r, s.tus.PostFile)
}

// tusHead answers HEAD /files/{id}: how far an upload is and, if all of it is
// here, what became of it. The answer to the last piece may have been lost, or
// the server may have ended before it could be given.
func (s *Server) tusHead(w http.ResponseWriter, r *http.Request) error {
	id := pano.UploadID(r.PathValue("id"))
	unlock, err := s.holdUpload(r.Context(), id)
	if err != nil {
		return err
	}
	u, err := s.Intake.Upload(r.Context(), actor(r), id)
	if err == nil && u.Size > 0 && u.Received == u.Size {
		var a answer
		a, err = s.endUpload(r, id)
		w.Header().Set("Pano-Result", a.header())
	}
	unlock()
	if err != nil {
		w.Header().Del("Pano-Result")
		return err
	}
	return s.speakTus(w, r, s.tus.HeadFile)
}

// tusPatch answers PATCH /files/{id}, which brings a piece.
func (s *Server) tusPatch(w http.ResponseWriter, r *http.Request) error {
	return s.speakTus(w, r, s.tus.PatchFile)
}

// tusDelete answers DELETE /files/{id}: the sender gives it up.
func (s *Server) tusDelete(w http.ResponseWriter, r *http.Request) error {
	return s.speakTus(w, r, s.tus.DelFile)
}

// holdUpload waits until nobody else writes or ends an upload; the caller calls unlock.
func (s *Server) holdUpload(ctx context.Context, id pano.UploadID) (unlock func(), err error) {
	lock, err := s.locks.NewLock(string(id))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := lock.Lock(ctx, func() {}); err != nil {
		return nil, (&pano.Error{Kind: pano.KindUnavailable, Key: "upload.busy"}).After(5 * time.Second).Because(err)
	}
	return func() { lock.Unlock() }, nil
}

// tusFinish is called when the last byte is here; it makes the asset before the
// last piece is acknowledged.
func (s *Server) tusFinish(e tusd.HookEvent) (tusd.HTTPResponse, error) {
	r, _ := e.Context.Value(tusRequest{}).(*http.Request)
	// All bytes are here: a sender who leaves now does not undo it.
	r = r.WithContext(context.WithoutCancel(r.Context()))
	a, err := s.endUpload(r, pano.UploadID(e.Upload.ID))
	if err != nil {
		return tusd.HTTPResponse{}, s.tusError(e.Context, err)
	}
	return tusd.HTTPResponse{Header: tusd.HTTPHeader{"Pano-Result": a.header()}}, nil
}

// endUpload makes an asset or a version of a whole upload. A file that cannot
// become one is given up, and the answer says why; an error is for later.
func (s *Server) endUpload(r *http.Request, id pano.UploadID) (answer, error) {
	res, err := s.Intake.Finish(r.Context(), actor(r), id)
	if err == nil {
		return answerOf(res), nil
	}
	switch pano.KindOf(err) {
	case pano.KindInvalid, pano.KindUnsupported, pano.KindConflict, pano.KindTooLarge, pano.KindForbidden, pano.KindNotFound:
	default:
		return answer{}, err
	}
	if gone := s.Intake.Abandon(r.Context(), actor(r), id); gone != nil && pano.KindOf(gone) != pano.KindNotFound {
		return answer{}, errors.Join(gone, err)
	}
	e := *told(err)
	e.About = ""
	return answer{Status: "refused", Message: s.say(r, &e)}, nil
}

// tusError puts an error in the form in which tusd hands it on.
func (s *Server) tusError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if own, ok := errors.AsType[tusd.Error](err); ok {
		return own
	}
	r, _ := ctx.Value(tusRequest{}).(*http.Request)
	e := told(err)
	code := status(e.Kind)
	if code >= 500 {
		s.Log.Error("upload", "request", requestID(r), "status", code, "err", err)
	}
	body, _ := json.Marshal(s.problemOf(r, e)) // strings and numbers do not fail
	h := tusd.HTTPHeader{"Content-Type": "application/problem+json"}
	if e.Wait > 0 {
		h["Retry-After"] = strconv.Itoa(int(e.Wait.Seconds()) + 1)
	}
	return tusd.Error{ErrorCode: e.Key, Message: e.Key, HTTPResponse: tusd.HTTPResponse{StatusCode: code, Body: string(body), Header: h}}
}

// tusStore shows intake's deliveries to tusd. Whose they are is known from the
// context of the request.
type tusStore struct{ s *Server }

func (t tusStore) request(ctx context.Context) *http.Request {
	r, _ := ctx.Value(tusRequest{}).(*http.Request)
	return r
}

// NewUpload begins a delivery.
func (t tusStore) NewUpload(ctx context.Context, info tusd.FileInfo) (tusd.Upload, error) {
	x, err := describe(info)
	if err != nil {
		return nil, t.s.tusError(ctx, err)
	}
	id, err := t.s.Intake.Begin(ctx, actor(t.request(ctx)), x)
	if err != nil {
		return nil, t.s.tusError(ctx, err)
	}
	return tusUpload{t.s, id}, nil
}

// describe reads what the sender says of the file: filename, mode ("", "new" or
// "version:" and an asset) and the fields of a sheet.
func describe(info tusd.FileInfo) (x intake.Describe, err error) {
	x = intake.Describe{Name: info.MetaData["filename"], Size: info.Size}
	if info.SizeIsDeferred {
		x.Size = -1
	}
	switch mode, into, _ := strings.Cut(info.MetaData["mode"], ":"); mode {
	case "":
	case "new":
		x.Mode = intake.Anyway
	case "version":
		x.Mode, x.Into = intake.Version, pano.AssetID(into)
	default:
		return x, pano.Invalid("upload.unknown_mode", mode).At("mode")
	}
	x.About, err = sheetOf(func(name string) string { return info.MetaData[name] })
	return x, err
}

// GetUpload finds a delivery of the sender's own.
func (t tusStore) GetUpload(ctx context.Context, id string) (tusd.Upload, error) {
	_, err := t.s.Intake.Upload(ctx, actor(t.request(ctx)), pano.UploadID(id))
	if pano.KindOf(err) == pano.KindNotFound {
		return nil, tusd.ErrNotFound
	}
	return tusUpload{t.s, pano.UploadID(id)}, t.s.tusError(ctx, err)
}

// AsTerminatableUpload is for DELETE.
func (t tusStore) AsTerminatableUpload(u tusd.Upload) tusd.TerminatableUpload {
	return u.(tusUpload)
}

// AsLengthDeclarableUpload is for uploads whose length is told late.
func (t tusStore) AsLengthDeclarableUpload(u tusd.Upload) tusd.LengthDeclarableUpload {
	return u.(tusUpload)
}

// A tusUpload is a delivery under way.
type tusUpload struct {
	s  *Server
	id pano.UploadID
}

func (u tusUpload) actor(ctx context.Context) pano.Actor { return actor(tusStore{u.s}.request(ctx)) }

// WriteChunk appends a piece.
func (u tusUpload) WriteChunk(ctx context.Context, offset int64, src io.Reader) (int64, error) {
	n, err := u.s.Intake.Append(ctx, u.actor(ctx), u.id, offset, src)
	return n, u.s.tusError(ctx, err)
}

// GetInfo says how far the delivery is.
func (u tusUpload) GetInfo(ctx context.Context) (info tusd.FileInfo, err error) {
	up, err := u.s.Intake.Upload(ctx, u.actor(ctx), u.id)
	if err == nil && up.State == catalog.Refused {
		err = tusd.ErrNotFound
	}
	info = tusd.FileInfo{ID: string(u.id), Size: up.Size, Offset: up.Received, SizeIsDeferred: up.Size < 0}
	if info.SizeIsDeferred {
		info.Size = 0
	}
	return info, u.s.tusError(ctx, err)
}

// GetReader reads nothing: what is on its way in is not given out.
func (u tusUpload) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, tusd.ErrNotImplemented
}

// FinishUpload has nothing to do before tusFinish.
func (u tusUpload) FinishUpload(context.Context) error { return nil }

// Terminate gives the delivery up.
func (u tusUpload) Terminate(ctx context.Context) error {
	return u.s.tusError(ctx, u.s.Intake.Abandon(ctx, u.actor(ctx), u.id))
}

// DeclareLength says how many bytes there will be.
func (u tusUpload) DeclareLength(ctx context.Context, length int64) error {
	return u.s.tusError(ctx, u.s.Intake.SetSize(ctx, u.actor(ctx), u.id, length))
}
