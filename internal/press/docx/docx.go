// Package docx writes documents that word processors open and people go on
// editing: headings, paragraphs, tables and pictures on A4, in the form of
// Office Open XML (ECMA-376), with the margins and letters that Vietnamese
// offices use.
//
// A document goes to its io.Writer while it is made; only its text is kept in
// memory, never a picture.
package docx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// ErrPicture is what Picture fails with when it is given a kind it does not know.
var ErrPicture = errors.New("not a picture that a document can hold")

// MM is a length in millimetres.
type MM float64

// emu is how many of the units of drawings a millimetre has.
const emu = 36000

// Options say what a document is.
type Options struct {
	Title   string
	Author  string
	Lang    string // of the text, such as "vi"
	Created time.Time
}

// A Document is a document in the making. It is for one goroutine. The first
// error stays and comes back from Close.
type Document struct {
	zip      *zip.Writer
	options  Options
	body     strings.Builder
	pictures []string // names of their files
	err      error
}

// New begins a document on w. The caller closes the document, and then w.
func New(w io.Writer, o Options) *Document { return &Document{zip: zip.NewWriter(w), options: o} }

// A Style is one of the looks that a paragraph has.
type Style string

// The styles.
const (
	Normal  Style = "Normal"
	Title   Style = "Title"
	Heading Style = "Heading1"
	Caption Style = "Caption"
	Small   Style = "Small"
)

// Text writes a paragraph. Line feeds begin new lines in it.
func (d *Document) Text(s Style, text string) { d.body.WriteString(paragraph(s, text, "")) }

// Break begins a new page.
func (d *Document) Break() { d.body.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`) }

func paragraph(s Style, text, more string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + string(s) + `"/>` + more + `</w:pPr>` + run(text) + `</w:p>`
}

func run(text string) string {
	if text == "" {
		return ""
	}
	return `<w:r><w:t xml:space="preserve">` + strings.ReplaceAll(escape(text), "\n", `</w:t><w:br/><w:t xml:space="preserve">`) + `</w:t></w:r>`
}

// escape is text as XML holds it, without what XML cannot hold.
func escape(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\r' || r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		if b.Len() > 0 || strings.HasPrefix(text, "\n") {
			b.WriteByte('\n')
		}
		xml.EscapeText(&b, []byte(line)) // a Builder does not fail
	}
	return b.String()
}

// A Column is one of a table.
type Column struct {
	Head string
	Wide MM
}

// Table writes a table whose head is repeated on each page. A row that is too
// short is filled up, one that is too long is cut.
func (d *Document) Table(columns []Column, rows [][]string) {
	b := &d.body
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="0" w:type="auto"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, c := range columns {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, twips(c.Wide))
	}
	b.WriteString(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for _, c := range columns {
		d.cell(c, paragraph("TableHead", c.Head, ""))
	}
	b.WriteString(`</w:tr>`)
	for _, row := range rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for i, c := range columns {
			text := ""
			if i < len(row) {
				text = row[i]
			}
			d.cell(c, paragraph("TableText", text, ""))
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>` + paragraph(Normal, "", ""))
}

func (d *Document) cell(c Column, inside string) {
	fmt.Fprintf(&d.body, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>%s</w:tc>`, twips(c.Wide), inside)
}

// twips are the units of text: 1440 to the inch.
func twips(l MM) int { return int(float64(l)*1440/25.4 + 0.5) }

// Picture writes a picture of the given media type, image/jpeg or image/png, as
// large as w × h, in the middle of the page and kept with the paragraph after it.
// alt says in words what is to be seen. It fails with ErrPicture, and writes
// nothing, if the type is another; when body fails the document is lost.
func (d *Document) Picture(body io.Reader, media string, w, h MM, alt string) error {
	ext, ok := map[string]string{"image/jpeg": "jpeg", "image/png": "png"}[media]
	if !ok {
		return fmt.Errorf("%w: %s", ErrPicture, media)
	}
	n := len(d.pictures) + 1
	name := fmt.Sprintf("picture%d.%s", n, ext)
	// Pictures are packed already.
	file, err := d.zip.CreateHeader(&zip.FileHeader{Name: "word/media/" + name, Method: zip.Store, Modified: d.options.Created})
	if err == nil {
		_, err = io.Copy(file, body)
	}
	if err != nil {
		d.err = errors.Join(d.err, err)
		return err
	}
	d.pictures = append(d.pictures, name)
	fmt.Fprintf(&d.body, `<w:p><w:pPr><w:pStyle w:val="Picture"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%[1]d" cy="%[2]d"/><wp:docPr id="%[3]d" name="%[4]s" descr="%[5]s"/>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%[3]d" name="%[4]s"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="rId%[6]d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[2]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
		int(w*emu), int(h*emu), n, name, escape(alt), n+1)
	return nil
}

// Close writes what is left and returns the first error there was.
func (d *Document) Close() error {
	var links, types strings.Builder
	links.WriteString(`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>`)
	for i, name := range d.pictures {
		fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/%s"/>`, i+2, name)
	}
	for _, t := range [][2]string{{"rels", "application/vnd.openxmlformats-package.relationships+xml"}, {"xml", "application/xml"}, {"jpeg", "image/jpeg"}, {"png", "image/png"}} {
		fmt.Fprintf(&types, `<Default Extension="%s" ContentType="%s"/>`, t[0], t[1])
	}
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	for _, t := range [][2]string{{"/word/document.xml", word + "document.main+xml"}, {"/word/styles.xml", word + "styles+xml"},
		{"/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"}} {
		fmt.Fprintf(&types, `<Override PartName="%s" ContentType="%s"/>`, t[0], t[1])
	}
	for _, part := range [][2]string{
		{"word/document.xml", documentHead + d.body.String() + documentFoot},
		{"word/styles.xml", fmt.Sprintf(styles, escape(d.options.Lang))},
		{"word/_rels/document.xml.rels", relationships(links.String())},
		{"docProps/core.xml", d.core()},
		{"_rels/.rels", relationships(packageLinks)},
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` + types.String() + `</Types>`},
	} {
		file, err := d.zip.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Deflate, Modified: d.options.Created})
		if err == nil {
			_, err = io.WriteString(file, xml.Header+part[1])
		}
		d.err = errors.Join(d.err, err)
	}
	return errors.Join(d.err, d.zip.Close())
}

func relationships(links string) string {
	return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + links + `</Relationships>`
}

func (d *Document) core() string {
	o := d.options
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escape(o.Title) + `</dc:title><dc:creator>` + escape(o.Author) + `</dc:creator><dc:language>` + escape(o.Lang) + `</dc:language>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + o.Created.UTC().Format(time.RFC3339) + `</dcterms:created></cp:coreProperties>`
}
