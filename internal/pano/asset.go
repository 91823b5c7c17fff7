package pano

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A Kind of artwork, by what it is on the street or in the hall.
type AssetKind string

// The kinds of artwork.
const (
	Banner     AssetKind = "banner"      // băng ngang đường, băng rôn
	FlagBanner AssetKind = "flag-banner" // phướn, cờ phướn
	Panel      AssetKind = "panel"       // pa-nô
	Cluster    AssetKind = "cluster"     // cụm cổ động
	Arch       AssetKind = "arch"        // cổng chào
	Poster     AssetKind = "poster"      // áp phích, tranh cổ động
	Backdrop   AssetKind = "backdrop"    // phông khánh tiết
	Standee    AssetKind = "standee"     // standee, táp-lô
	Photo      AssetKind = "photo"       // ảnh triển lãm
	Logo       AssetKind = "logo"        // biểu trưng
	Document   AssetKind = "document"    // tài liệu
)

// AssetKinds lists every kind in the order people are offered them.
func AssetKinds() []AssetKind {
	return []AssetKind{Banner, FlagBanner, Panel, Cluster, Arch, Poster, Backdrop, Standee, Photo, Logo, Document}
}

// An AssetState says how far an asset is on its way to the street.
type AssetState string

// The states of an asset.
const (
	Draft     AssetState = "draft"
	InReview  AssetState = "in_review"
	Returned  AssetState = "returned"
	Approved  AssetState = "approved"
	Withdrawn AssetState = "withdrawn"
)

// AssetStates lists every state in the order of the work.
func AssetStates() []AssetState {
	return []AssetState{Draft, InReview, Returned, Approved, Withdrawn}
}

// An Asset is one piece of artwork through all its versions.
type Asset struct {
	ID          AssetID
	Code        string // MK-2026-0142; given by the catalogue, never reused
	Title       string
	Kind        AssetKind
	Description string
	Creator     string
	Credit      string
	Rights      string
	Source      string
	Language    string // vi, en, …; "" is unknown
	Width       MM     // finished size; 0 is unknown
	Height      MM
	Material    string
	ValidUntil  Day // the content's last day + 1; 0 is no end
	Tags        []string
	State       AssetState
	Agency      AgencyID
	Campaign    CampaignID // "" is none
	Owner       UserID     // who brought it in
	Created     time.Time
	Updated     time.Time
	Binned      time.Time // zero unless in the bin
	Rev         int       // counts changes; the ETag
	Current     Version   // the newest version
}

// Resource is what the permission table needs to know of a.
func (a Asset) Resource() Resource {
	return Resource{Agency: a.Agency, Owner: a.Owner, Draft: a.State == Draft || a.State == Returned}
}

// Longest texts, in characters.
const (
	maxTitle = 200
	maxLine  = 300
	maxText  = 5000
	maxTag   = 60
	maxTags  = 50
	maxMM    = 200_000 // 200 m, longer than any banner
)

// Check fails with KindInvalid, at the field to mend, unless a can be kept.
func (a Asset) Check() error {
	if strings.TrimSpace(a.Title) == "" {
		return Invalid("asset.no_title").At("title")
	}
	if !slices.Contains(AssetKinds(), a.Kind) {
		return Invalid("asset.unknown_kind", string(a.Kind)).At("kind")
	}
	for _, f := range []struct {
		field, text string
		most        int
	}{
		{"title", a.Title, maxTitle}, {"description", a.Description, maxText}, {"creator", a.Creator, maxLine},
		{"credit", a.Credit, maxLine}, {"rights", a.Rights, maxText}, {"source", a.Source, maxLine},
		{"language", a.Language, 35}, {"material", a.Material, maxLine},
	} {
		if err := checkText(f.field, f.text, f.most); err != nil {
			return err
		}
	}
	if len(a.Tags) > maxTags {
		return Invalid("asset.too_many_tags", maxTags).At("tags")
	}
	for _, tag := range a.Tags {
		if err := checkText("tags", tag, maxTag); err != nil {
			return err
		}
	}
	if err := checkSize("width_mm", a.Width); err != nil {
		return err
	}
	if err := checkSize("height_mm", a.Height); err != nil {
		return err
	}
	if (a.Width == 0) != (a.Height == 0) {
		return Invalid("asset.half_a_size").At("height_mm")
	}
	return nil
}

func checkText(field, s string, most int) error {
	if !utf8.ValidString(s) {
		return Invalid("text.not_utf8").At(field)
	}
	if n := utf8.RuneCountInString(s); n > most {
		return Invalid("text.too_long", n, most).At(field)
	}
	return nil
}

func checkSize(field string, mm MM) error {
	if mm < 0 || mm > maxMM {
		return Invalid("size.out_of_range", int(mm), maxMM).At(field)
	}
	return nil
}

// A Ready says how far the renditions of a version are.
type Ready string

// The states of a version's renditions.
const (
	Processing   Ready = "processing"    // owed
	Made         Ready = "ready"         // there
	OriginalOnly Ready = "original_only" // cannot be made; Problem says why
	NoPicture    Ready = "document"      // kept as a document, without a picture
)

// A Version is one delivery of an asset's bytes. It never changes, but for Ready and Problem.
type Version struct {
	ID          VersionID
	Asset       AssetID
	N           int // 1, 2, 3, …
	Digest      Digest
	Size        int64  // bytes
	Name        string // of the file as it came, NFC; for people only
	MediaType   string // from the bytes
	Width       Px     // upright, as people see it; 0 for documents
	Height      Px
	Orientation int // EXIF, 1–8, of the stored pixels
	Components  int
	Depth       int    // bits of one component
	ColourSpace string // gray, RGB, CMYK, …
	ICC         string // the profile's name, "" if none
	DPI         float64
	Frames      int
	Title       string // as written in the file
	Creator     string
	Copyright   string
	Taken       string // as written in the file, RFC 3339 without zone if it has none
	Hash        uint64 // perceptual; 0 until ready
	Ready       Ready
	Problem     string   // message key, with OriginalOnly, and with Made if part of the picture is missing
	Upload      UploadID // the delivery it came by
	By          UserID
	Created     time.Time
}

// A Rendition is a small picture of a version; it can be made again at any time.
type Rendition struct {
	Of            Digest // of the version
	Spec          string // thumb or preview
	Digest        Digest
	Size          int64
	MediaType     string
	Width, Height Px
}

// Tidy returns a as it is kept: texts without space at the ends, tags sorted, without repetition or empty ones.
func (a Asset) Tidy() Asset {
	for _, s := range []*string{&a.Title, &a.Description, &a.Creator, &a.Credit, &a.Rights, &a.Source, &a.Language, &a.Material} {
		*s = strings.TrimSpace(*s)
	}
	var tags []string
	for _, tag := range a.Tags {
		if tag = strings.Join(strings.Fields(tag), " "); tag != "" {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	a.Tags = slices.Compact(tags)
	return a
}
