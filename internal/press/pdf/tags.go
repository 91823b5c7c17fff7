package pdf

import (
	"fmt"
	"strings"
)

// A Role is what a text is among the others of its page.
type Role string

const (
	Paragraph Role = "" // the zero value
	Heading1  Role = "H1"
	Heading2  Role = "H2"
	Heading3  Role = "H3"
	Caption   Role = "Caption"
	// Ornament is what is not read aloud: page numbers, running titles.
	Ornament Role = "Artifact"
	figure   Role = "Figure"
)

// tags is the tree of what is on the pages, for those who cannot see them.
type tags struct {
	root, document Ref
	elements       []Ref
	parents        []Ref // by page: the elements of its marks
}

// mark begins a marked part of the page; alt stands for a picture, lang says
// the language of a text that is not in that of the document.
func (p *Page) mark(role Role, alt, lang string) {
	switch role {
	case Ornament:
		p.printf("/Artifact BMC\n")
		return
	case Paragraph:
		role = "P"
	}
	more := ""
	if alt != "" {
		more += " /Alt " + Text(alt)
	}
	if lang != "" {
		more += " /Lang " + Text(lang)
	}
	e := p.doc.file.Add(fmt.Sprintf("<< /Type /StructElem /S /%s /P %v /Pg %v /K %d%s >>", role, p.doc.tags.document, p.ref, len(p.marks), more))
	p.printf("/%s << /MCID %d >> BDC\n", role, len(p.marks))
	p.marks = append(p.marks, e)
}

func (p *Page) unmark() { p.printf("EMC\n") }

// page takes over the marks of a finished page and returns its key.
func (t *tags) page(f *File, marks []Ref) int {
	t.elements = append(t.elements, marks...)
	t.parents = append(t.parents, f.Add(list(marks)))
	return len(t.parents) - 1
}

func (t *tags) write(f *File) {
	var numbers strings.Builder
	for i, r := range t.parents {
		fmt.Fprintf(&numbers, "%d %v\n", i, r)
	}
	f.Put(t.document, fmt.Sprintf("<< /Type /StructElem /S /Document /P %v /K %s >>", t.root, list(t.elements)))
	tree := f.Add(fmt.Sprintf("<< /Nums [%s] >>", numbers.String()))
	f.Put(t.root, fmt.Sprintf("<< /Type /StructTreeRoot /K %v /ParentTree %v /ParentTreeNextKey %d >>", t.document, tree, len(t.parents)))
}

func list(refs []Ref) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, r := range refs {
		if i > 0 {
			b.WriteByte('\n') // no line grows without end
		}
		b.WriteString(r.String())
	}
	return b.String() + "]"
}
