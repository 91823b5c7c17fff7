package httpd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf16"

	"pano/internal/intake"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// accepted are the files that are taken, as a file field has it: what the bytes
// are is found out by looking at them.
const accepted = "image/jpeg,image/png,image/tiff,image/webp,image/gif,image/bmp,image/svg+xml,application/pdf," +
	".jpg,.jpeg,.png,.tif,.tiff,.webp,.gif,.bmp,.svg,.pdf"

// Limits of one multipart request; the files themselves are as long as intake takes them.
const (
	maxParts = 2000
	maxValue = 64 << 10 // bytes of a field that is no file
)

type uploadPage struct {
	web.Frame
	mend
	Accept    string
	MaxFile   int64
	Kinds     []web.Choice
	Agencies  []web.Choice // to choose from, if there are several
	Campaigns []web.Choice
	Sheet     url.Values // what was filled in
	Arrivals  []arrival
	Made      int
}

// An arrival is what became of one file of a form.
type arrival struct {
	Name    string
	Upload  pano.UploadID
	Problem string // why it was not taken, "" if it was
	intake.Result
	code int
}

// showUpload answers GET /upload.
func (s *Server) showUpload(w http.ResponseWriter, r *http.Request) error {
	return s.writeUpload(w, r, http.StatusOK, uploadPage{Sheet: r.URL.Query()})
}

func (s *Server) writeUpload(w http.ResponseWriter, r *http.Request, code int, p uploadPage) error {
	words, who := s.words(r), actor(r)
	p.Accept, p.MaxFile = accepted, s.Intake.MaxFile
	p.Kinds = []web.Choice{{Text: words.Say("upload.kind_later")}}
	for _, k := range pano.AssetKinds() {
		p.Kinds = append(p.Kinds, web.Choice{Value: string(k), Text: words.Say("asset.kind." + string(k)), Selected: p.Sheet.Get("kind") == string(k)})
	}
	all, err := s.Auth.Agencies(r.Context(), who)
	if err != nil {
		return err
	}
	reach := who.Reach(pano.AssetAdd)
	for _, a := range all {
		if reach.Has(pano.Resource{Agency: a.ID, Owner: who.ID}) {
			p.Agencies = append(p.Agencies, web.Choice{Value: string(a.ID), Text: a.Name, Selected: p.Sheet.Get("agency") == string(a.ID)})
		}
	}
	if len(p.Agencies) < 2 {
		p.Agencies = nil
	}
	if p.Campaigns, err = s.campaigns(r.Context(), words.Say("campaign.no_one"), p.Sheet.Get("campaign")); err != nil {
		return err
	}
	p.Frame = s.frame(r, words.Say("upload.title"), "library")
	p.Fault = p.Problem
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.library"), Href: "/assets"}}
	p.Islands = []string{"upload.js"}
	return s.write(w, r, code, "upload", p)
}

// addAssets answers POST /assets, a form with any number of files.
func (s *Server) addAssets(w http.ResponseWriter, r *http.Request) error {
	p, err := s.receive(r, "")
	if err != nil {
		if m, code, ok := s.mend(w, r, err); ok {
			p.mend = m
			return s.writeUpload(w, r, code, p)
		}
		return err
	}
	if only := p.Arrivals[0]; len(p.Arrivals) == 1 && only.Made {
		s.tell(w, s.words(r).Say("upload.done_one", only.Asset.Title), "/assets/"+string(only.Asset.ID)+"/bin")
		return back(w, r, "/assets/"+string(only.Asset.ID))
	}
	return s.writeUpload(w, r, p.status(), p)
}

// addVersions answers POST /assets/{id}/versions, a form with the file that
// becomes the next version.
func (s *Server) addVersions(w http.ResponseWriter, r *http.Request) error {
	id := pano.AssetID(r.PathValue("id"))
	p, err := s.receive(r, id)
	if err != nil {
		return err
	}
	if only := p.Arrivals[0]; len(p.Arrivals) == 1 && only.Made {
		s.tell(w, s.words(r).Say("version.added", only.Asset.Current.N), "")
		return back(w, r, "/assets/"+string(id))
	}
	return s.writeUpload(w, r, p.status(), p)
}

// status is that of the answer: of the worst file if none came in.
func (p uploadPage) status() int {
	code := http.StatusOK
	for _, a := range p.Arrivals {
		if a.Problem == "" {
			return http.StatusOK
		}
		code = max(code, a.code)
	}
	return code
}

// receive takes the files of a form, one after the other, straight to the spool;
// the others go on when one is refused. Fields count for the files after them.
func (s *Server) receive(r *http.Request, into pano.AssetID) (p uploadPage, err error) {
	p.Sheet = url.Values{}
	in, err := r.MultipartReader()
	if err != nil {
		return p, pano.Invalid("request.unreadable").Because(err)
	}
	for range maxParts {
		part, err := in.NextPart()
		if errors.Is(err, io.EOF) {
			if len(p.Arrivals) == 0 {
				return p, pano.Invalid("upload.no_file")
			}
			return p, nil
		}
		if err != nil {
			return p, pano.Invalid("upload.broken_off").Because(err)
		}
		switch {
		case part.FileName() != "" && part.FormName() == "file":
			a, err := s.take(r, part, p.Sheet, into)
			if err != nil {
				return p, err
			}
			p.Arrivals = append(p.Arrivals, a)
			if a.Made {
				p.Made++
			}
		case part.FileName() == "":
			value, err := io.ReadAll(io.LimitReader(part, maxValue))
			if err != nil {
				return p, pano.Invalid("upload.broken_off").Because(err)
			}
			p.Sheet.Set(part.FormName(), string(value))
		}
	}
	return p, pano.Invalid("upload.too_many_parts", maxParts)
}

// take takes one file of a form. It fails only if the form breaks off; what is
// wrong with the file is said in the arrival.
func (s *Server) take(r *http.Request, part *multipart.Part, sheet url.Values, into pano.AssetID) (a arrival, err error) {
	a.Name = intake.FileName(part.FileName())
	body := &heard{Reader: part}
	a.Upload, a.Result, err = s.deliver(r, a.Name, body, sheet, into)
	if body.err != nil {
		return a, pano.Invalid("upload.broken_off").Because(body.err)
	}
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return a, err
		}
		e := told(err)
		if a.code = status(e.Kind); a.code >= 500 {
			s.Log.Error("file of a form", "request", requestID(r), "err", err)
		}
		e.About = "" // it stands beside its name
		a.Problem = s.say(r, e)
	}
	return a, nil
}

func (s *Server) deliver(r *http.Request, name string, body io.Reader, sheet url.Values, into pano.AssetID) (id pano.UploadID, res intake.Result, err error) {
	ctx, who := r.Context(), actor(r)
	x := intake.Describe{Name: name, Size: -1, Into: into}
	if into != "" {
		x.Mode = intake.Version
	}
	if x.About, err = sheetOf(sheet.Get); err != nil {
		return "", res, err
	}
	if id, err = s.Intake.Begin(ctx, who, x); err != nil {
		return "", res, err
	}
	if _, err = s.Intake.Append(ctx, who, id, 0, body); err == nil {
		res, err = s.Intake.Finish(ctx, who, id)
	}
	if err != nil { // nobody could go on with it: a form is sent from its start
		gone := s.Intake.Abandon(context.WithoutCancel(ctx), who, id)
		if gone != nil && pano.KindOf(gone) != pano.KindNotFound {
			s.Log.Warn("delivery not given up", "upload", id, "err", gone)
		}
	}
	return id, res, err
}

// heard remembers why its reader ended, if not because it was over.
type heard struct {
	io.Reader
	err error
}

func (h *heard) Read(b []byte) (int, error) {
	n, err := h.Reader.Read(b)
	if err != nil && err != io.EOF {
		h.err = err
	}
	return n, err
}

// sheetOf reads what a sender says of a file.
func sheetOf(get func(string) string) (x intake.Sheet, err error) {
	x = intake.Sheet{Title: get("title"), Kind: pano.AssetKind(get("kind")), Description: get("description"), Creator: get("creator"),
		Credit: get("credit"), Rights: get("rights"), Source: get("source"), Language: get("language"), Material: get("material"),
		Agency: pano.AgencyID(get("agency")), Campaign: pano.CampaignID(get("campaign"))}
	if tags := get("tags"); tags != "" {
		x.Tags = strings.Split(tags, ",")
	}
	if x.Width, err = millimetres("width_mm", get("width_mm")); err != nil {
		return x, err
	}
	x.Height, err = millimetres("height_mm", get("height_mm"))
	return x, err
}

// An answer is what became of a delivery, for the queue in the browser.
type answer struct {
	Status  string       `json:"status"` // created, duplicate or refused
	Asset   pano.AssetID `json:"asset,omitempty"`
	Code    string       `json:"code,omitempty"`
	Title   string       `json:"title,omitempty"`
	Message string       `json:"message,omitempty"`
	URL     string       `json:"url,omitempty"`
}

func answerOf(res intake.Result) answer {
	a, status := res.Asset, "created"
	if !res.Made {
		a = res.Known[0]
	}
	if res.Waits() {
		status = "duplicate"
	}
	return answer{Status: status, Asset: a.ID, Code: a.Code, Title: a.Title, URL: "/assets/" + string(a.ID)}
}

// header is a as JSON whose letters beyond ASCII are escaped, fit for a header.
func (a answer) header() string {
	text, _ := json.Marshal(a) // strings do not fail
	var b strings.Builder
	for _, c := range utf16.Encode([]rune(string(text))) {
		if c < 0x80 {
			b.WriteByte(byte(c))
		} else {
			fmt.Fprintf(&b, `\u%04x`, c)
		}
	}
	return b.String()
}

// decide answers POST /uploads/{id}/decide: what becomes of a file that was
// here already. open keeps the old one, version adds it to that, anyway makes
// another asset.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	mode, ok := map[string]intake.Mode{"open": intake.Skip, "version": intake.Version, "anyway": intake.Anyway}[f.Get("decision")]
	if !ok {
		return pano.Invalid("upload.unknown_decision").At("decision")
	}
	id := pano.UploadID(r.PathValue("id"))
	unlock, err := s.holdUpload(r.Context(), id)
	if err != nil {
		return err
	}
	defer unlock()
	res, err := s.settle(r, id, mode)
	if err != nil {
		return err
	}
	a := answerOf(res)
	if wantsJSON(r) {
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(a)
	}
	return back(w, r, a.URL)
}

func (s *Server) settle(r *http.Request, id pano.UploadID, mode intake.Mode) (intake.Result, error) {
	u, err := s.Intake.Upload(r.Context(), actor(r), id)
	if err != nil {
		return intake.Result{}, err
	}
	res, err := s.Intake.Finish(r.Context(), actor(r), id)
	if err != nil || !res.Waits() || u.State == catalog.Done {
		return res, err
	}
	return s.Intake.Decide(r.Context(), actor(r), id, mode, res.Known[0].ID)
}
