package demo

import (
	"context"
	"strconv"
	"strings"

	"pano/internal/hanging"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// hallOfShow is the venue of the made-up exhibition.
const hallOfShow = "TL-BT"

// exhibit fills the store of the museum, and opens an exhibition of its works.
func (f *filling) exhibit(ctx context.Context) error {
	who := f.curator(museum)
	store, err := f.Hanging.AddLocation(ctx, who, pano.Location{Kind: pano.Store, Code: "KHO-BT", Name: "Kho Bảo tàng Mai Khê", Address: "12 đường Bảo Tàng, phường Hoa Sen", Agency: f.agency[museum]})
	if err != nil {
		return err
	}
	things, err := f.things(ctx, who, store.ID)
	if err != nil {
		return err
	}
	venue := f.placeCalled(hallOfShow)
	e, err := f.Hanging.AddExhibition(ctx, who, pano.Exhibition{Code: "MAI-KHE-BEN-NUOC", Title: "Mai Khê: làng nghề bên bến nước", TitleEN: "Mai Khê: crafts by the river",
		Venue: venue, Days: pano.Period{From: f.today - 12, Until: f.today + 34}, Licence: "08/GP-VHTT", Agency: f.agency[museum]})
	if err != nil {
		return err
	}
	f.show = e.ID
	if err := f.list(ctx, who, e, things); err != nil {
		return err
	}
	for _, to := range []pano.ExhibitionState{pano.ExhibitionDossier, pano.ExhibitionLicensed, pano.ExhibitionBuilding, pano.ExhibitionOpen} {
		if err := f.reread(ctx, &e); err != nil {
			return err
		}
		if e, err = f.Hanging.AdvanceExhibition(ctx, who, e.ID, e.Rev, to); err != nil {
			return err
		}
	}
	return nil
}

func (f *filling) reread(ctx context.Context, e *pano.Exhibition) error {
	return f.DB.Read(ctx, func(tx *catalog.Tx) (err error) {
		*e, err = tx.Exhibition(ctx, e.ID)
		return err
	})
}

// placeCalled is the place of the made-up town with that code.
func (f *filling) placeCalled(code string) pano.LocationID {
	for _, l := range f.places {
		if l.Code == code {
			return l.ID
		}
	}
	return ""
}

// things puts prints and objects into the store, and returns the objects. One
// print is worn and one damaged.
func (f *filling) things(ctx context.Context, who pano.Actor, store pano.LocationID) (objects []pano.ItemID, err error) {
	arrival := pano.Movement{To: store, Reason: "Nhập kho sau đợt trưng bày trước", Authorised: "Giám đốc bảo tàng mẫu"}
	for n, a := range f.shown() {
		all, err := f.Hanging.AddItems(ctx, who, pano.Item{Asset: a.ID, Material: "In PP cán mờ, bồi formex 5 mm", Agency: f.agency[museum]}, 2, arrival)
		if err != nil {
			return nil, err
		}
		if conditions := []pano.ItemCondition{pano.ItemWorn, pano.ItemDamaged}; n < len(conditions) {
			i := all[1]
			i.Condition, i.Note = conditions[n], "Kiểm kê đầu năm."
			if _, err := f.Hanging.EditItem(ctx, who, i); err != nil {
				return nil, err
			}
		}
	}
	for _, t := range []struct{ title, material string }{{"Khung dệt chiếu cói", "Gỗ, cói"}, {"Bộ dụng cụ nặn tò he", "Tre, bột nếp"}, {"Trống hội làng Mai Khê", "Gỗ mít, da trâu"}} {
		all, err := f.Hanging.AddItems(ctx, who, pano.Item{Title: t.title, Material: t.material, Agency: f.agency[museum]}, 1, arrival)
		if err != nil {
			return nil, err
		}
		objects = append(objects, all[0].ID)
	}
	return objects, nil
}

// shown are the works of the museum that the exhibition lists.
func (f *filling) shown() (all []pano.Asset) {
	for _, a := range f.assets {
		if a.Agency == f.agency[museum] && a.Width > 0 && len(all) < 8 {
			all = append(all, a)
		}
	}
	return all
}

// list lists works and objects in two sections, with labels, and takes two of
// the objects to the venue.
func (f *filling) list(ctx context.Context, who pano.Actor, e pano.Exhibition, objects []pano.ItemID) error {
	for _, part := range []struct {
		title, titleEN string
		assets         []pano.Asset
		items          []pano.ItemID
	}{{"Bến nước", "The landing", f.shown(), nil}, {"Làng nghề", "The crafts", nil, objects}} {
		s, err := f.Hanging.AddSection(ctx, who, pano.Section{Exhibition: e.ID, Title: part.title, TitleEN: part.titleEN})
		if err != nil {
			return err
		}
		var ids []pano.AssetID
		for _, a := range part.assets {
			ids = append(ids, a.ID)
		}
		if _, err := f.Hanging.AddExhibits(ctx, who, e.ID, s.ID, ids, part.items); err != nil {
			return err
		}
	}
	var works []catalog.Shown
	var seen []catalog.Piece
	err := f.DB.Read(ctx, func(tx *catalog.Tx) (err error) {
		if works, err = tx.Exhibits(ctx, who.Reach(pano.AssetSee), e.ID); err != nil {
			return err
		}
		page, err := tx.Items(ctx, who.Reach(pano.ItemSee), who.Reach(pano.AssetSee), catalog.ItemQuery{IDs: objects[:2]})
		seen = page.Items
		return err
	})
	if err != nil {
		return err
	}
	for _, x := range works[:len(works)-2] { // two labels are still to be written
		x.Label.TitleEN, x.Label.Year = "Mai Khê, picture "+strconv.Itoa(x.N), "2024"
		x.Label.Text = "Một góc đời sống bên bến nước Mai Khê, nơi các làng nghề gặp nhau mỗi phiên chợ."
		x.Label.TextEN = "Life by the landing of Mai Khê, where the craft villages meet on market days."
		if _, err := f.Hanging.EditLabel(ctx, who, x.Exhibit); err != nil {
			return err
		}
	}
	m := hanging.Moving{To: e.Venue, Reason: "Mang ra trưng bày", Authorised: "Giám đốc bảo tàng mẫu"}
	for _, p := range seen {
		m.Items = append(m.Items, hanging.Carried{Item: p.ID, Seen: p.Latest})
	}
	_, err = f.Hanging.Move(ctx, who, m)
	return err
}

// exhibitionOf is the exhibition for which t hangs, "" if it hangs for none.
func (f *filling) exhibitionOf(t turn) pano.ExhibitionID {
	if strings.HasPrefix(t.code, hallOfShow) {
		for _, a := range f.shown() {
			if a.ID == t.Asset {
				return f.show
			}
		}
	}
	return ""
}
