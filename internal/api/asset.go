package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Asset is a piece of artwork with its newest version.
type Asset struct {
	ID          pano.AssetID    `json:"id"`
	Code        string          `json:"code" example:"MK-2026-0142"`
	Title       string          `json:"title"`
	Kind        pano.AssetKind  `json:"kind"`
	State       pano.AssetState `json:"state"`
	Description string          `json:"description,omitempty"`
	Creator     string          `json:"creator,omitempty"`
	Credit      string          `json:"credit,omitempty"`
	Rights      string          `json:"rights,omitempty"`
	Source      string          `json:"source,omitempty"`
	Language    string          `json:"language,omitempty"`
	Material    string          `json:"material,omitempty"`
	Tags        []string        `json:"tags,omitempty"`
	WidthMM     pano.MM         `json:"width_mm,omitempty" doc:"Finished size"`
	HeightMM    pano.MM         `json:"height_mm,omitempty"`
	Agency      pano.AgencyID   `json:"agency"`
	Campaign    pano.CampaignID `json:"campaign,omitempty"`
	Owner       pano.UserID     `json:"owner"`
	Created     time.Time       `json:"created"`
	Updated     time.Time       `json:"updated"`
	Binned      *time.Time      `json:"binned,omitempty"`
	Rev         int             `json:"rev" doc:"Counts changes; also the ETag"`
	Version     int             `json:"version" doc:"Number of the newest version; what follows is about it"`
	VersionFacts
	DuplicateOf pano.AssetID `json:"duplicate_of,omitempty" doc:"An older asset with the same bytes"`
}

// VersionFacts are what is known of the bytes of a version.
type VersionFacts struct {
	SHA256      pano.Digest `json:"sha256"`
	Size        int64       `json:"size" doc:"Bytes"`
	Name        string      `json:"name" doc:"Of the file as it came"`
	MediaType   string      `json:"media_type"`
	Width       pano.Px     `json:"width" doc:"Pixels, upright"`
	Height      pano.Px     `json:"height"`
	Orientation int         `json:"orientation" doc:"EXIF, of the stored pixels"`
	Colour      string      `json:"colour_space,omitempty"`
	ICC         string      `json:"icc,omitempty"`
	Depth       int         `json:"depth,omitempty"`
	DPI         float64     `json:"dpi,omitempty"`
	Frames      int         `json:"frames,omitempty"`
	Taken       string      `json:"taken,omitempty"`
	Ready       pano.Ready  `json:"ready"`
	Problem     string      `json:"problem,omitempty" doc:"Why there are no small pictures"`
}

// AssetVersion is one version of an asset.
type AssetVersion struct {
	N int `json:"n"`
	VersionFacts
	By      pano.UserID `json:"by"`
	Created time.Time   `json:"created"`
}

func factsOf(v pano.Version) VersionFacts {
	return VersionFacts{SHA256: v.Digest, Size: v.Size, Name: v.Name, MediaType: v.MediaType, Width: v.Width, Height: v.Height,
		Orientation: v.Orientation, Colour: v.ColourSpace, ICC: v.ICC, Depth: v.Depth, DPI: v.DPI, Frames: v.Frames,
		Taken: v.Taken, Ready: v.Ready, Problem: v.Problem}
}

func asset(a pano.Asset) Asset {
	out := Asset{ID: a.ID, Code: a.Code, Title: a.Title, Kind: a.Kind, State: a.State, Description: a.Description, Creator: a.Creator,
		Credit: a.Credit, Rights: a.Rights, Source: a.Source, Language: a.Language, Material: a.Material, Tags: a.Tags,
		WidthMM: a.Width, HeightMM: a.Height, Agency: a.Agency, Campaign: a.Campaign, Owner: a.Owner,
		Created: a.Created.UTC(), Updated: a.Updated.UTC(), Rev: a.Rev, Version: a.Current.N, VersionFacts: factsOf(a.Current)}
	if !a.Binned.IsZero() {
		t := a.Binned.UTC()
		out.Binned = &t
	}
	return out
}

// etag is the revision of a thing as If-Match takes it.
func etag(rev int) string { return `"` + strconv.Itoa(rev) + `"` }

// revision reads If-Match; 0 is none.
func revision(ifMatch string) (int, error) {
	if ifMatch == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.Trim(strings.TrimPrefix(strings.TrimSpace(ifMatch), "W/"), `"`))
	if err != nil || n < 1 {
		return 0, &pano.Error{Kind: pano.KindStale, Key: "thing.stale", Err: err}
	}
	return n, nil
}

type assetAnswer struct {
	ETag string `header:"ETag"`
	Body Asset
}

func answerAsset(a pano.Asset) *assetAnswer { return &assetAnswer{etag(a.Rev), asset(a)} }

// AssetPath names an asset.
type AssetPath struct {
	ID pano.AssetID `path:"id" maxLength:"26"`
}

type listAssets struct {
	Q        string   `query:"q" maxLength:"500" doc:"Words; accents are optional"`
	Kind     []string `query:"kind,explode"`
	State    []string `query:"state,explode"`
	Agency   []string `query:"agency,explode"`
	Campaign []string `query:"campaign,explode"`
	Location string   `query:"location" doc:"Only what was placed there"`
	Problems bool     `query:"problems" doc:"Only those without small pictures"`
	Bin      bool     `query:"bin" doc:"Those in the bin instead"`
	Sort     string   `query:"sort" doc:"newest, title or updated"`
	Cursor   string   `query:"cursor" maxLength:"2000"`
	Limit    int      `query:"limit" doc:"At most 200; 0 is 48"`
}

func strs[T ~string](in []string) (out []T) {
	for _, s := range in {
		if s != "" {
			out = append(out, T(s))
		}
	}
	return out
}

type assetList struct {
	Body struct {
		Items  []Asset                   `json:"items"`
		Total  int                       `json:"total"`
		Facets map[string]map[string]int `json:"facets" doc:"For each group, how many each value would find"`
		Next   string                    `json:"next,omitempty" doc:"Cursor of the next page"`
	}
}

type editAsset struct {
	AssetPath
	IfMatch string `header:"If-Match"`
	Body    struct {
		Title       *string          `json:"title,omitempty"`
		Kind        *pano.AssetKind  `json:"kind,omitempty"`
		Description *string          `json:"description,omitempty"`
		Creator     *string          `json:"creator,omitempty"`
		Credit      *string          `json:"credit,omitempty"`
		Rights      *string          `json:"rights,omitempty"`
		Source      *string          `json:"source,omitempty"`
		Language    *string          `json:"language,omitempty"`
		Material    *string          `json:"material,omitempty"`
		WidthMM     *pano.MM         `json:"width_mm,omitempty"`
		HeightMM    *pano.MM         `json:"height_mm,omitempty"`
		Campaign    *pano.CampaignID `json:"campaign,omitempty"`
		Tags        *[]string        `json:"tags,omitempty"`
	}
}

// set replaces what was said.
func set[T any](into *T, said *T) {
	if said != nil {
		*into = *said
	}
}

func (in *editAsset) apply(a pano.Asset) (pano.Asset, error) {
	b := in.Body
	set(&a.Title, b.Title)
	set(&a.Kind, b.Kind)
	set(&a.Description, b.Description)
	set(&a.Creator, b.Creator)
	set(&a.Credit, b.Credit)
	set(&a.Rights, b.Rights)
	set(&a.Source, b.Source)
	set(&a.Language, b.Language)
	set(&a.Material, b.Material)
	set(&a.Width, b.WidthMM)
	set(&a.Height, b.HeightMM)
	set(&a.Campaign, b.Campaign)
	set(&a.Tags, b.Tags)
	return a, nil
}

type binAsset struct {
	AssetPath
	IfMatch string `header:"If-Match"`
}

type none struct{}

func (s *site) assets() {
	add(s, huma.Operation{OperationID: "list-assets", Method: http.MethodGet, Path: "/assets", Summary: "Find assets"}, pano.AssetSee, s.listAssets)
	add(s, huma.Operation{OperationID: "get-asset", Method: http.MethodGet, Path: "/assets/{id}", Summary: "An asset"}, pano.AssetSee,
		func(ctx context.Context, who pano.Actor, in *AssetPath) (*assetAnswer, error) {
			a, err := s.Intake.Asset(ctx, who, in.ID)
			return answerAsset(a), err
		})
	add(s, huma.Operation{OperationID: "edit-asset", Method: http.MethodPatch, Path: "/assets/{id}", Summary: "Change what is said of an asset",
		Description: "If-Match says which revision was read: without it 428, with another than the present one 412."}, pano.AssetEdit,
		func(ctx context.Context, who pano.Actor, in *editAsset) (*assetAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			a, err := s.Intake.Edit(ctx, who, in.ID, rev, in.apply)
			return answerAsset(a), err
		})
	add(s, huma.Operation{OperationID: "bin-asset", Method: http.MethodDelete, Path: "/assets/{id}", Summary: "Move an asset to the bin; nothing is deleted", DefaultStatus: 204}, pano.AssetArchive,
		func(ctx context.Context, who pano.Actor, in *binAsset) (*none, error) {
			rev, err := revision(in.IfMatch)
			if err == nil {
				_, err = s.Intake.Bin(ctx, who, in.ID, rev)
			}
			return &none{}, err
		})
	add(s, huma.Operation{OperationID: "restore-asset", Method: http.MethodPost, Path: "/assets/{id}/restore", Summary: "Take an asset out of the bin"}, pano.AssetArchive,
		func(ctx context.Context, who pano.Actor, in *AssetPath) (*assetAnswer, error) {
			a, err := s.Intake.Restore(ctx, who, in.ID)
			return answerAsset(a), err
		})
	add(s, huma.Operation{OperationID: "list-versions", Method: http.MethodGet, Path: "/assets/{id}/versions", Summary: "Every version of an asset, oldest first"}, pano.AssetSee, s.listVersions)
}

func (s *site) listAssets(ctx context.Context, who pano.Actor, in *listAssets) (*assetList, error) {
	q := catalog.AssetQuery{Text: in.Q, Kinds: strs[pano.AssetKind](in.Kind), States: strs[pano.AssetState](in.State),
		Agencies: strs[pano.AgencyID](in.Agency), Campaigns: strs[pano.CampaignID](in.Campaign), Location: pano.LocationID(in.Location),
		Problems: in.Problems, Bin: in.Bin, Sort: catalog.AssetSort(in.Sort), Cursor: in.Cursor, Limit: in.Limit}
	var page catalog.AssetPage
	err := s.DB.Read(ctx, func(tx *catalog.Tx) (err error) {
		page, err = tx.FindAssets(ctx, who.Reach(pano.AssetSee), q)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &assetList{}
	out.Body.Items = make([]Asset, 0, len(page.Assets))
	for _, a := range page.Assets {
		out.Body.Items = append(out.Body.Items, asset(a))
	}
	out.Body.Total, out.Body.Next, out.Body.Facets = page.Total, page.Next, map[string]map[string]int{}
	for group, counts := range page.Facets {
		out.Body.Facets[group] = map[string]int{}
		for _, c := range counts {
			out.Body.Facets[group][c.Value] = c.Count
		}
	}
	return out, nil
}

type versionList struct {
	Body struct {
		Items []AssetVersion `json:"items"`
	}
}

func (s *site) listVersions(ctx context.Context, who pano.Actor, in *AssetPath) (*versionList, error) {
	out := &versionList{}
	if _, err := s.Intake.Asset(ctx, who, in.ID); err != nil {
		return nil, err
	}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		all, err := tx.Versions(ctx, in.ID)
		for _, v := range all {
			out.Body.Items = append(out.Body.Items, AssetVersion{N: v.N, VersionFacts: factsOf(v), By: v.By, Created: v.Created.UTC()})
		}
		return err
	})
	return out, err
}
