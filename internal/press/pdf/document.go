// Package pdf writes documents for paper: pages measured in millimetres from
// their top left corner, text with its letters put into the file, pictures that
// pass through as they are, lines, and QR codes drawn as shapes.
//
// A document goes to its io.Writer while it is made. What is kept in memory is
// the page at hand, the letters in use and where each object begins: never a
// picture. The same calls with the same time give the same bytes.
//
// Documents say their language and are tagged: a screen reader finds the texts
// in the order in which they were drawn, and the words for each picture.
//
// File is the layer below, of objects and streams, for documents of other kinds.
package pdf

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"pano/internal/press/font"
)

// MM is a length in millimetres.
type MM float64

// Pt is the size of letters and the width of lines: 1/72 inch.
type Pt float64

const pointsPerMM = 72 / 25.4

// MM returns p in millimetres.
func (p Pt) MM() MM { return MM(p / pointsPerMM) }

// Size is the size of a page.
type Size struct{ W, H MM }

// Sizes of paper.
var (
	A3 = Size{297, 420}
	A4 = Size{210, 297}
	A5 = Size{148, 210}
)

// Turned returns s lying on its other side.
func (s Size) Turned() Size { return Size{s.H, s.W} }

// Rect is a part of a page. X and Y are those of its top left corner.
type Rect struct{ X, Y, W, H MM }

// Inset returns r with d taken off on every side.
func (r Rect) Inset(d MM) Rect { return Rect{r.X + d, r.Y + d, r.W - 2*d, r.H - 2*d} }

// Options say what a document is.
type Options struct {
	Title   string
	Author  string    // may be empty
	Lang    string    // of the text, such as "vi"
	Created time.Time // left out when zero
	Extra   Extra
}

// Extra is what documents of a stricter kind say of themselves, as the standard
// of that kind has it. The zero value is a plain document.
type Extra struct {
	Version  string               // of PDF; "" is 1.7
	Info     string               // entries of the dictionary of what the document is
	Metadata string               // elements of XMP, each with its own namespace
	Catalog  func(f *File) string // writes objects and returns the entries that name them
}

// A Document is a PDF 1.7 in the making. It is for one goroutine.
//
// Drawing does not return errors: the first one that matters stays and comes
// back from Close. Only what the caller may want to go on after, a picture that
// cannot be used or a text too long for a QR code, is told at once.
type Document struct {
	file     *File
	options  Options
	pages    Ref
	kids     []Ref
	page     *Page // at hand, or nil
	fonts    map[*font.Font]*embedded
	order    []*embedded // fonts as they were met
	profiles map[[32]byte]Ref
	stamps   []*Stamp
	register Ref // the colour space of marks on every plate; 0 until it is used
	tags     tags
}

// New begins a document on w. The caller closes the document, and then w.
func New(w io.Writer, o Options) *Document {
	d := &Document{
		file: Begin(w, cmp.Or(o.Extra.Version, "1.7")), options: o,
		fonts: map[*font.Font]*embedded{}, profiles: map[[32]byte]Ref{},
	}
	d.pages = d.file.Reserve()
	d.tags.document, d.tags.root = d.file.Reserve(), d.file.Reserve()
	return d
}

// Page ends the page at hand and begins a new one.
func (d *Document) Page(s Size) *Page {
	d.endPage()
	if !(s.W > 0 && s.H > 0 && s.W <= 5080 && s.H <= 5080) { // the largest page that readers show
		d.file.Fail(fmt.Errorf("%w: a page of %g × %g mm", ErrNumber, s.W, s.H))
		s = A4
	}
	d.page = &Page{doc: d, ref: d.file.Reserve(), size: s, used: map[string]Ref{}}
	return d.page
}

// Pages returns how many pages were begun.
func (d *Document) Pages() int {
	if d.page != nil {
		return len(d.kids) + 1
	}
	return len(d.kids)
}

// Missing returns the letters that were to be written and that their fonts
// lack, each font's in the order in which they were met.
func (d *Document) Missing() []rune {
	var all []rune
	for _, e := range d.order {
		all = append(all, e.letters.Missing()...)
	}
	return all
}

// Err returns the first error, or nil: for those who would rather stop early.
func (d *Document) Err() error { return d.file.Err() }

// Close writes what is left and returns the first error there was. A document
// without pages gets an empty one.
func (d *Document) Close() error {
	if d.Pages() == 0 {
		d.Page(A4)
	}
	d.endPage()
	for _, s := range d.stamps {
		s.write(d.file)
	}
	for _, e := range d.order {
		if err := e.write(d.file); err != nil {
			d.file.Fail(err)
		}
	}
	kids := make([]string, len(d.kids))
	for i, k := range d.kids {
		kids[i] = k.String()
	}
	d.file.Put(d.pages, fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(kids), strings.Join(kids, "\n")))
	d.tags.write(d.file)
	meta := d.file.Reserve()
	if err := d.file.Stream(meta, "/Type /Metadata /Subtype /XML", strings.NewReader(d.options.xmp())); err != nil {
		return err
	}
	more := ""
	if d.options.Extra.Catalog != nil {
		more = d.options.Extra.Catalog(d.file)
	}
	root := d.file.Add(fmt.Sprintf("<< /Type /Catalog /Pages %v /Metadata %v /Lang %s /MarkInfo << /Marked true >> "+
		"/StructTreeRoot %v /ViewerPreferences << /DisplayDocTitle true >> %s >>", d.pages, meta, Text(d.options.Lang), d.tags.root, more))
	return d.file.End(root, d.file.Add(d.options.info()))
}

// info returns the dictionary of what the document is.
func (o Options) info() string {
	s := "<< /Title " + Text(o.Title) + " /Producer (Pano)"
	if o.Author != "" {
		s += " /Author " + Text(o.Author)
	}
	if !o.Created.IsZero() {
		s += " /CreationDate " + Date(o.Created) + " /ModDate " + Date(o.Created)
	}
	return s + " " + o.Extra.Info + " >>"
}

// xmp says the same once more, in the form that archives read.
func (o Options) xmp() string {
	var b strings.Builder
	element := func(name, before, text, after string) {
		if text == "" {
			return
		}
		b.WriteString("<" + name + ">" + before)
		xml.EscapeText(&b, []byte(text)) // a builder takes everything
		b.WriteString(after + "</" + name + ">\n")
	}
	b.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + "\n" +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">` + "\n")
	element("dc:format", "", "application/pdf", "")
	element("dc:title", `<rdf:Alt><rdf:li xml:lang="x-default">`, o.Title, "</rdf:li></rdf:Alt>")
	element("dc:creator", "<rdf:Seq><rdf:li>", o.Author, "</rdf:li></rdf:Seq>")
	element("dc:language", "<rdf:Bag><rdf:li>", o.Lang, "</rdf:li></rdf:Bag>")
	if !o.Created.IsZero() {
		at := o.Created.Format(time.RFC3339)
		element("xmp:CreateDate", "", at, "")
		element("xmp:ModifyDate", "", at, "")
		element("xmp:MetadataDate", "", at, "")
	}
	element("pdf:Producer", "", "Pano", "")
	b.WriteString(o.Extra.Metadata)
	b.WriteString("</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
	return b.String()
}
