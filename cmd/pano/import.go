package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"pano/internal/config"
	"pano/internal/intake"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// importCommand is "pano import": it may run beside the service, and again.
func importCommand(ctx context.Context, w world, args []string) error {
	c, fs := config.New("import", w.say)
	campaign := fs.String("campaign", "", "`code` of the campaign the pictures are for")
	kind := fs.String("kind", "photo", "`kind` of artwork: banner, flag-banner, panel, poster, backdrop, standee, photo, …")
	login := fs.String("login", "", "`name` of whoever brings them in; the first account that may without it")
	asJSON := fs.Bool("json", false, "report as JSON")
	return withHouse(ctx, w, c, fs, args, func(h *house, dirs []string) error {
		if len(dirs) == 0 {
			return usageError{errors.New("name at least one folder")}
		}
		who, err := h.importer(ctx, *login)
		if err != nil {
			return err
		}
		var r importReport
		about := intake.Sheet{Kind: pano.AssetKind(*kind), Campaign: pano.CampaignID(*campaign)}
		for _, dir := range dirs {
			if err := h.intake.Import(ctx, who, dir, about, func(i intake.Imported) { r.add(w, i) }); err != nil {
				return errors.Join(r.print(w, *asJSON), inWords(err))
			}
		}
		if err := r.print(w, *asJSON); err != nil {
			return err
		}
		if n := len(r.Refused); n > 0 {
			return fmt.Errorf("%d files were refused", n)
		}
		return nil
	})
}

// importer is the account in whose name pictures come in.
func (h *house) importer(ctx context.Context, login string) (who pano.Actor, err error) {
	if login != "" {
		u, err := h.userByLogin(ctx, login)
		return pano.Actor{ID: u.ID, Name: u.Name, Memberships: u.Memberships}, err
	}
	err = h.db.Read(ctx, func(tx *catalog.Tx) error {
		all, err := tx.Users(ctx)
		for _, u := range all {
			who = pano.Actor{ID: u.ID, Name: u.Name, Memberships: u.Memberships}
			if !u.Disabled && who.MayAny(pano.AssetAdd) == nil {
				return nil
			}
		}
		return errors.Join(err, usageError{errors.New("no account may bring pictures in: pano user add -role staff,curator …")})
	})
	return who, err
}

// importReport is what an import came to.
type importReport struct {
	Added   int           `json:"added"`
	Known   int           `json:"known"`
	Refused []refusedFile `json:"refused"`
}

type refusedFile struct {
	File   string `json:"file"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (r *importReport) add(w world, i intake.Imported) {
	switch {
	case i.Faults != nil:
		f := refusedFile{File: i.Path, Detail: inWords(i.Faults).Error()}
		if e, ok := errors.AsType[*pano.Error](i.Faults); ok {
			f.Code = e.Key
		}
		r.Refused = append(r.Refused, f)
		fmt.Fprintf(w.say, "refused  %s: %s\n", i.Path, f.Detail)
	case i.Known:
		r.Known++
		fmt.Fprintf(w.say, "known    %s\n", i.Path)
	default:
		r.Added++
		fmt.Fprintf(w.say, "added    %s\n", i.Path)
	}
}

func (r *importReport) print(w world, asJSON bool) error {
	if asJSON {
		if r.Refused == nil {
			r.Refused = []refusedFile{}
		}
		return json.NewEncoder(w.out).Encode(r)
	}
	_, err := fmt.Fprintf(w.out, "%d added, %d known, %d refused\n", r.Added, r.Known, len(r.Refused))
	return err
}
