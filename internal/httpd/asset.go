package httpd

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

type assetPage struct {
	web.Frame
	Asset     pano.Asset
	Agency    string
	Campaign  string
	Owner     string
	Picture   string // address of the preview, "" if there is none
	Waits     bool   // pictures are being made
	Colour    string
	Pixels    string // of the newest version, "" if it has none
	Media     string
	Taken     string
	LastDay   pano.Day // of the content; 0 is no end
	Original  string   // address of the bytes as they came, "" if not for this reader
	Real      *verdict
	Versions  []versionLine
	Hangs     []catalog.Hanging
	History   []historyLine
	Print     *printBox
	Accept    string
	MaxFile   int64
	MayEdit   bool
	MayBin    bool
	MayPlace  bool
	InBin     bool
	ProblemOf string // why there is no picture
}

// A verdict says how a picture looks at a size on paper.
type verdict struct {
	DPI      int
	Distance float64 // metres from which it looks sharp
	Verdict  pano.Sharpness
}

type versionLine struct {
	pano.Version
	Pixels  string
	By      string
	Href    string // of the bytes, "" if not for this reader
	Current bool
}

// A historyLine is an event in words.
type historyLine struct {
	catalog.Event
	Changes []change
}

type change struct{ Field, Was, Is string }

// showAsset answers GET /assets/{id}.
func (s *Server) showAsset(w http.ResponseWriter, r *http.Request) error {
	p, err := s.readAssetPage(r)
	if err != nil {
		return err
	}
	return s.parts(w, r, http.StatusOK, "asset", p, "picture", "facts")
}

// showPrint answers GET /assets/{id}/print: the same page with another size
// chosen, of which islands take the print box only.
func (s *Server) showPrint(w http.ResponseWriter, r *http.Request) error {
	p, err := s.readAssetPage(r)
	if err != nil {
		return err
	}
	return s.parts(w, r, http.StatusOK, "asset", p, "print-result")
}

// readAssetPage reads what the page of an asset shows to this reader.
func (s *Server) readAssetPage(r *http.Request) (p assetPage, err error) {
	who, words := actor(r), s.words(r)
	if p.Asset, err = s.Intake.Asset(r.Context(), who, pano.AssetID(r.PathValue("id"))); err != nil {
		return p, err
	}
	err = s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r.Context(), tx, who, words) })
	if err != nil {
		return p, err
	}
	a := p.Asset
	p.InBin = !a.Binned.IsZero()
	p.MayEdit = who.May(pano.AssetEdit, a.Resource()) == nil && !p.InBin
	p.MayBin = who.May(pano.AssetArchive, a.Resource()) == nil
	p.MayPlace = who.MayAny(pano.PlacementPlan) == nil && !p.InBin
	p.Accept, p.MaxFile = accepted, s.Intake.MaxFile
	p.readPicture(words)
	if a.Current.Width > 0 {
		p.Print = newPrintBox(words, a, r.URL.Query(), who.May(pano.PrintGet, a.Resource()) == nil)
	}
	s.frameAsset(r, &p)
	return p, nil
}

func (s *Server) frameAsset(r *http.Request, p *assetPage) {
	words, path := s.words(r), "/assets/"+string(p.Asset.ID)
	p.Frame = s.frame(r, p.Asset.Title, "library")
	p.Crumbs = []web.Crumb{{Text: words.Say("nav.library"), Href: "/assets"},
		{Text: words.Say("asset.kind." + string(p.Asset.Kind)), Href: "/assets?" + url.Values{"kind": {string(p.Asset.Kind)}}.Encode()}}
	p.Islands = []string{"list.js", "upload.js", "zoom.js"}
	if p.MayPlace {
		p.Action = &web.Link{Text: words.Say("asset.place"), Href: path + "/place"}
	}
	if p.MayEdit {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("asset.edit"), Href: path + "/edit", Key: "e"})
	}
	if actor(r).MayAny(pano.ItemEdit) == nil && !p.InBin {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("item.add_of"), Href: "/items/new?asset=" + string(p.Asset.ID)})
	}
	if p.Asset.Current.Width > 0 && !p.InBin && actor(r).MayAny(pano.LocationSee) == nil {
		p.Acts = append(p.Acts, web.Link{Text: words.Say("fit.where_fits"), Href: "/fit?asset=" + string(p.Asset.ID)})
	}
	switch {
	case p.MayBin && p.InBin:
		p.Acts = append(p.Acts, web.Link{Text: words.Say("bin.restore"), Href: path + "/restore", Post: true})
	case p.MayBin:
		p.Acts = append(p.Acts, web.Link{Text: words.Say("keys.bin"), Href: path + "/bin", Post: true})
	}
}

func (p *assetPage) readPicture(words *i18n.Words) {
	a, v := p.Asset, p.Asset.Current
	if v.ColourSpace != "" {
		p.Colour = words.Say("colour." + v.ColourSpace)
	}
	p.Pixels, p.Media, p.Taken = pixels(words, v), mediaName(v.MediaType), taken(v.Taken)
	if a.ValidUntil != 0 {
		p.LastDay = a.ValidUntil - 1
	}
	switch v.Ready {
	case pano.Processing:
		p.Waits = true
	case pano.Made:
		p.Picture = pictureURL(v, "preview")
		if v.Problem != "" {
			p.ProblemOf = problemWords(words, v)
		}
	case pano.NoPicture:
		p.ProblemOf = words.Say("asset.kept_as_document", mediaName(v.MediaType))
	case pano.OriginalOnly:
		p.ProblemOf = words.Say("asset.original_only")
		if v.Problem != "" {
			p.ProblemOf = words.Say("asset.original_only_because", problemWords(words, v))
		}
	}
	if dpi := pano.EffectiveDPI(v.Width, v.Height, a.Width, a.Height); dpi > 0 {
		p.Real = &verdict{int(math.Round(dpi)), pano.LeastDistance(dpi), demandsOf(a).Judge(dpi)}
	}
}

// pixels is the size of a picture in pixels, "" of what has none.
func pixels(words *i18n.Words, v pano.Version) string {
	if v.Width <= 0 {
		return ""
	}
	return words.Number(int64(v.Width)) + "\u00a0×\u00a0" + words.Number(int64(v.Height))
}

// taken is when a picture says it was taken: on the clock of the camera.
func taken(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return t.Format("02/01/2006 15:04")
}

// problemWords says why a version has no pictures. Only the key was kept, so
// words that want more than the name of the format have others without it.
func problemWords(words *i18n.Words, v pano.Version) string {
	switch v.Problem {
	case "picture.partial":
		return words.Say("picture.partial")
	case "picture.original_only":
		return words.Say("picture.too_heavy")
	case "picture.broken", "picture.truncated", "picture.document":
		return words.Say(v.Problem, mediaName(v.MediaType))
	}
	return words.Say(v.Problem)
}

// demandsOf is what prints of the finished size of an asset ask of its picture:
// those of the preset of its kind that is nearest in size.
func demandsOf(a pano.Asset) pano.Demands {
	return pano.Preset{Group: a.Kind.Group(), Width: a.Width, Height: a.Height, View: 1}.Demands()
}

// read reads what belongs to the asset in one snapshot.
func (p *assetPage) read(ctx context.Context, tx *catalog.Tx, who pano.Actor, words *i18n.Words) error {
	a := p.Asset
	people := map[pano.UserID]string{}
	person := func(id pano.UserID) string {
		if _, ok := people[id]; !ok {
			u, err := tx.User(ctx, id)
			if people[id] = u.Name; err != nil {
				people[id] = ""
			}
		}
		return people[id]
	}
	p.Owner = person(a.Owner)
	agency, err := tx.Agency(ctx, a.Agency)
	if err != nil {
		return err
	}
	p.Agency = agency.Name
	if a.Campaign != "" {
		c, err := tx.Campaign(ctx, string(a.Campaign))
		if err != nil {
			return err
		}
		p.Campaign = c.Name
	}
	versions, err := tx.Versions(ctx, a.ID)
	if err != nil {
		return err
	}
	mayGet := who.May(pano.OriginalGet, a.Resource()) == nil
	for _, v := range slices.Backward(versions) {
		line := versionLine{Version: v, Pixels: pixels(words, v), By: person(v.By), Current: v.ID == a.Current.ID}
		if mayGet {
			line.Href = fmt.Sprintf("/api/v1/assets/%s/original?n=%d", a.ID, v.N)
		}
		p.Versions = append(p.Versions, line)
	}
	if mayGet {
		p.Original = p.Versions[0].Href
	}
	if who.MayAny(pano.PlacementSee) == nil {
		if p.Hangs, err = tx.PlacementsOf(ctx, who.Reach(pano.AssetSee), a.ID, "", 100); err != nil {
			return err
		}
	}
	events, err := tx.EventsAbout(ctx, a.ID, 0, 100)
	for _, e := range events {
		p.History = append(p.History, historyLine{e, changesOf(words, e)})
	}
	return err
}

// changesOf tells what an edit changed, field by field, in the reader's words.
func changesOf(words *i18n.Words, e catalog.Event) (all []change) {
	var was, is map[string]any
	if e.Before == "" || json.Unmarshal([]byte(e.Before), &was) != nil || json.Unmarshal([]byte(e.After), &is) != nil {
		return nil
	}
	text := func(key string, v any) string {
		switch {
		case v == nil:
			return "–"
		case key == "kind" || key == "state":
			return words.Say(fmt.Sprintf("asset.%s.%v", key, v))
		}
		if list, ok := v.([]any); ok {
			var parts []string
			for _, part := range list {
				parts = append(parts, fmt.Sprint(part))
			}
			return strings.Join(parts, ", ")
		}
		if n, ok := v.(float64); ok {
			return words.Decimal(n, 0) + "\u00a0mm" // widths and heights are the only numbers
		}
		return fmt.Sprint(v)
	}
	for _, key := range []string{"title", "kind", "state", "description", "creator", "credit", "rights", "source", "language", "material", "width_mm", "height_mm", "tags"} {
		a, b := text(key, was[key]), text(key, is[key])
		if a != b {
			all = append(all, change{words.Say("asset.field." + key), short(a), short(b)})
		}
	}
	return all
}

// short is text in at most 80 characters.
func short(text string) string {
	if r := []rune(text); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return text
}

// placeAsset answers GET /assets/{id}/place: the form that hangs it somewhere.
func (s *Server) placeAsset(w http.ResponseWriter, r *http.Request) error {
	a, err := s.Intake.Asset(r.Context(), actor(r), pano.AssetID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return back(w, r, "/placements/new?"+url.Values{"asset": {string(a.ID)}}.Encode())
}

// A printBox is a size on paper, tried on a picture.
type printBox struct {
	Sizes   []printGroup
	Formats []web.Choice
	Bleed   bool
	Chosen  pano.Preset // turned as the picture is
	Words   string      // of Chosen
	verdict
	Enough   bool // as many pixels as the preset asks for
	Lost     int  // per cent of the picture that is cut off
	Draw     cutDrawing
	Download string // "" if not for this reader
}

type printGroup struct {
	Key   string
	Sizes []web.Choice
}

// A cutDrawing is a picture and the part of it that is printed, in units of
// which the picture's longer side has 480.
type cutDrawing struct {
	W, H         float64
	X, Y, CW, CH float64 // what is printed, bleed included
	TX, TY       float64 // where the finished edge is
	TW, TH       float64
	Picture      string
}

// newPrintBox reads the choice from the address; without one it tries the
// preset that is nearest to the finished size.
func newPrintBox(words *i18n.Words, a pano.Asset, v url.Values, mayGet bool) *printBox {
	cur := a.Current
	preset, ok := pano.FindPreset(v.Get("size"))
	if !ok {
		preset = nearest(a)
	}
	b := &printBox{Chosen: preset.Turned(cur.Width, cur.Height), Bleed: v.Get("size") == "" || v.Get("bleed") != ""}
	b.Words = paperSize(words, b.Chosen)
	format := v.Get("format")
	for _, f := range []string{"jpeg", "png", "tiff"} {
		b.Formats = append(b.Formats, web.Choice{Value: f, Text: mediaName("image/" + f), Selected: f == format})
	}
	if format != "png" && format != "tiff" {
		format = "jpeg"
	}
	b.Sizes = presetChoices(words, preset.Code)
	var bleed pano.MM
	if b.Bleed {
		bleed = b.Chosen.Bleed
	}
	w, h := b.Chosen.Width+2*bleed, b.Chosen.Height+2*bleed
	dpi := pano.EffectiveDPI(cur.Width, cur.Height, w, h)
	b.verdict = verdict{int(math.Round(dpi)), pano.LeastDistance(dpi), preset.Demands().Judge(dpi)}
	b.Enough = dpi >= float64(preset.Target)
	b.draw(a, w, h, bleed)
	if mayGet {
		b.Download = "/api/v1/assets/" + string(a.ID) + "/print?" + url.Values{"size": {preset.Code}, "format": {format}, "bleed": {strconv.Itoa(int(bleed))}}.Encode()
	}
	return b
}

// nearest is the preset whose sides are most like the finished size, or those of the picture itself.
func nearest(a pano.Asset) pano.Preset {
	all := pano.Presets()
	if a.Width <= 0 || a.Height <= 0 {
		p, _ := pano.FindPreset("A2")
		return p
	}
	long, wide := float64(max(a.Width, a.Height)), float64(min(a.Width, a.Height))
	far := func(p pano.Preset) float64 {
		return math.Abs(math.Log(float64(max(p.Width, p.Height))/long)) + math.Abs(math.Log(float64(min(p.Width, p.Height))/wide))
	}
	return slices.MinFunc(all, func(p, q pano.Preset) int {
		switch d := far(p) - far(q); {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return 0
	})
}

func presetChoices(words *i18n.Words, chosen string) (groups []printGroup) {
	for _, p := range pano.Presets() {
		if len(groups) == 0 || groups[len(groups)-1].Key != p.Group {
			groups = append(groups, printGroup{Key: p.Group})
		}
		g := &groups[len(groups)-1]
		g.Sizes = append(g.Sizes, web.Choice{Value: p.Code, Text: p.Code + " – " + paperSize(words, p), Selected: p.Code == chosen})
	}
	return groups
}

// paperSize is the size of a preset as its shop says it: small ones in millimetres.
func paperSize(words *i18n.Words, p pano.Preset) string {
	if max(p.Width, p.Height) >= 2000 {
		return words.Size(p.Width, p.Height)
	}
	return words.Number(int64(p.Width)) + "\u00a0×\u00a0" + words.Number(int64(p.Height)) + "\u00a0mm"
}

// draw measures the cut: the middle of the picture, as the print is made.
func (b *printBox) draw(a pano.Asset, w, h, bleed pano.MM) {
	const longest = 480
	cur := a.Current
	scale := longest / float64(max(cur.Width, cur.Height))
	across, down := pano.Cut(cur.Width, cur.Height, w, h)
	d := cutDrawing{W: float64(cur.Width) * scale, H: float64(cur.Height) * scale}
	d.CW, d.CH = across*d.W, down*d.H
	d.X, d.Y = (d.W-d.CW)/2, (d.H-d.CH)/2
	mm := d.CW / float64(w)
	d.TX, d.TY = d.X+float64(bleed)*mm, d.Y+float64(bleed)*mm
	d.TW, d.TH = d.CW-2*float64(bleed)*mm, d.CH-2*float64(bleed)*mm
	if cur.Ready == pano.Made {
		d.Picture = pictureURL(cur, "preview")
	}
	for _, v := range []*float64{&d.W, &d.H, &d.X, &d.Y, &d.CW, &d.CH, &d.TX, &d.TY, &d.TW, &d.TH} {
		*v = math.Round(*v*10) / 10
	}
	b.Draw, b.Lost = d, int(math.Round((1-across*down)*100))
}
