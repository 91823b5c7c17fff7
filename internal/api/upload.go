package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"pano/internal/intake"
	"pano/internal/pano"
)

const (
	mostParts = 60       // of a form
	mostField = 64 << 10 // bytes of one field
)

// addAsset answers POST /assets: multipart, the file and what is said of it, in
// any order. The file goes straight to the spool.
func (s *site) addAsset(w http.ResponseWriter, r *http.Request, who pano.Actor) error {
	return s.deliver(w, r, who, intake.Describe{Mode: intake.Anyway, Key: r.Header.Get("Idempotency-Key")})
}

// addVersion answers POST /assets/{id}/versions.
func (s *site) addVersion(w http.ResponseWriter, r *http.Request, who pano.Actor) error {
	return s.deliver(w, r, who, intake.Describe{Mode: intake.Version, Into: pano.AssetID(chi.URLParam(r, "id"))})
}

func (s *site) deliver(w http.ResponseWriter, r *http.Request, who pano.Actor, x intake.Describe) (err error) {
	if len(x.Key) > 200 {
		return pano.Invalid("request.field", "Idempotency-Key").At("Idempotency-Key")
	}
	r.Body = http.MaxBytesReader(w, r.Body, s.Intake.MaxFile+1<<20)
	parts, err := r.MultipartReader()
	if err != nil {
		return pano.Unsupported("request.no_multipart").Because(err)
	}
	var id pano.UploadID
	defer func() {
		if err != nil && id != "" {
			s.Intake.Abandon(r.Context(), who, id)
		}
	}()
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return brokenOff(err)
		}
		switch {
		case n >= mostParts:
			return pano.Invalid("request.too_many_parts", mostParts)
		case part.FormName() != "file":
			err = readField(part, &x)
		case id != "":
			return pano.Invalid("request.one_file").At("file")
		default:
			id, err = s.receive(r, who, &x, part)
		}
		if err != nil {
			return err
		}
	}
	if id == "" {
		return pano.Invalid("request.no_file").At("file")
	}
	if err := s.Intake.Redescribe(r.Context(), who, id, x); err != nil {
		return err
	}
	result, err := s.Intake.Finish(r.Context(), who, id)
	if err != nil {
		return err
	}
	return answerUpload(w, result)
}

// receive sends one part to the spool.
func (s *site) receive(r *http.Request, who pano.Actor, x *intake.Describe, part *multipart.Part) (pano.UploadID, error) {
	if x.Name = part.FileName(); x.Name == "" {
		return "", pano.Invalid("request.no_file").At("file")
	}
	begin := *x
	begin.Size = -1
	begin.About = intake.Sheet{Agency: x.About.Agency} // the rest may still come
	id, err := s.Intake.Begin(r.Context(), who, begin)
	if err != nil {
		return "", err
	}
	if _, err := s.Intake.Append(r.Context(), who, id, 0, part); err != nil {
		s.Intake.Abandon(r.Context(), who, id)
		return "", brokenOff(err)
	}
	return id, nil
}

// brokenOff says of a body that ended early, or is too long, whose fault it is.
func brokenOff(err error) error {
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &pano.Error{Kind: pano.KindTooLarge, Key: "upload.too_large", Args: []any{pano.Bytes(big.Limit)}, Field: "file", Err: err}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, multipart.ErrMessageTooLarge) ||
		strings.HasPrefix(err.Error(), "multipart: ") || strings.HasPrefix(err.Error(), "mime: ") {
		return pano.Invalid("request.malformed").Because(err)
	}
	return err
}

// readField reads one field of the form into x.
func readField(part *multipart.Part, x *intake.Describe) error {
	name := part.FormName()
	data, err := io.ReadAll(io.LimitReader(part, mostField+1))
	if err != nil {
		return brokenOff(err)
	}
	if len(data) > mostField {
		return pano.Invalid("text.too_long", len(data), mostField).At(name)
	}
	v := string(data)
	a := &x.About
	texts := map[string]*string{"title": &a.Title, "description": &a.Description, "creator": &a.Creator, "credit": &a.Credit,
		"rights": &a.Rights, "source": &a.Source, "language": &a.Language, "material": &a.Material,
		"kind": (*string)(&a.Kind), "agency": (*string)(&a.Agency), "campaign": (*string)(&a.Campaign)}
	if into, ok := texts[name]; ok {
		*into = v
		return nil
	}
	switch name {
	case "width_mm", "height_mm":
		n, err := strconv.Atoi(v)
		if err != nil {
			return pano.Invalid("request.field", name).At(name).Because(err)
		}
		if name == "width_mm" {
			a.Width = pano.MM(n)
		} else {
			a.Height = pano.MM(n)
		}
	case "tags": // one a field, or several between commas
		a.Tags = append(a.Tags, strings.Split(v, ",")...)
	default:
		return pano.Invalid("request.field", name).At(name)
	}
	return nil
}

func answerUpload(w http.ResponseWriter, result intake.Result) error {
	out := asset(result.Asset)
	if len(result.Known) > 0 {
		out.DuplicateOf = result.Known[0].ID
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("ETag", etag(result.Asset.Rev))
	w.Header().Set("Location", Prefix+"/assets/"+string(result.Asset.ID))
	if result.Again {
		w.WriteHeader(http.StatusOK)
	} else {
		w.WriteHeader(http.StatusCreated)
	}
	return json.NewEncoder(w).Encode(out)
}

// formOf describes the form of an upload for the document.
func formOf(s *site) *huma.RequestBody {
	text := func(doc string) *huma.Schema { return &huma.Schema{Type: "string", Description: doc} }
	number := &huma.Schema{Type: "integer"}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: "object", Required: []string{"file"}, Properties: map[string]*huma.Schema{
			"file": {Type: "string", Format: "binary"}, "title": text("The name of the file without it"), "kind": text("photo without it"),
			"description": text(""), "creator": text(""), "credit": text(""), "rights": text(""), "source": text(""), "language": text(""),
			"material": text(""), "agency": text("Id; needed by members of several"), "campaign": text("Id or code"),
			"width_mm": number, "height_mm": number, "tags": text("Between commas, or the field again"),
		}}}}}
}
