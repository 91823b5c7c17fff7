package demo

import (
	"context"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// send lets the watch make the orders that are due, gives most of them to two
// crews, one with accounts and one on paper, and sends somebody out to look at
// what hangs. Some are left for the visitor to give.
func (f *filling) send(ctx context.Context) error {
	if err := f.Hanging.Watch(ctx, ""); err != nil {
		return err
	}
	who := f.curator(office)
	own, err := f.Hanging.KeepCrew(ctx, who, pano.Crew{Agency: f.agency[office], Name: "Tổ treo số 1", Phone: "0220 000 001", Members: []pano.UserID{f.who["mau.thicong"].ID}})
	if err != nil {
		return err
	}
	hired, err := f.Hanging.KeepCrew(ctx, who, pano.Crew{Agency: f.agency[office], Name: "Đội xe nâng thuê ngoài", Phone: "0220 000 002"})
	if err != nil {
		return err
	}
	var page catalog.ErrandPage
	var up []catalog.Hanging
	err = f.DB.Read(ctx, func(tx *catalog.Tx) (err error) {
		if page, err = tx.Works(ctx, who.Reach(pano.WorkPlan), catalog.WorkQuery{Limit: 40}); err != nil {
			return err
		}
		up, err = tx.HangingFor(ctx, who.Reach(pano.AssetSee), f.campaign, 60)
		return err
	})
	if err != nil {
		return err
	}
	for i, w := range page.Errands {
		crew := []pano.CrewID{own.ID, hired.ID, own.ID, ""}[i%4]
		if crew == "" {
			continue
		}
		if _, err := f.Hanging.Assign(ctx, who, crew, "", w.ID); err != nil {
			return err
		}
		if i == 0 {
			if err := f.Hanging.StartWork(ctx, who, w.ID); err != nil {
				return err
			}
		}
	}
	return f.inspect(ctx, who, own.ID, up)
}

// inspect sends a crew out to look at some of what hangs.
func (f *filling) inspect(ctx context.Context, who pano.Actor, crew pano.CrewID, up []catalog.Hanging) error {
	var ids []pano.PlacementID
	for _, h := range up {
		if h.Agency == f.agency[office] && len(ids) < 5 {
			ids = append(ids, h.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := f.Hanging.AddWork(ctx, who, pano.Work{Kind: pano.WorkInspect, Due: f.today + 2, Crew: crew, Note: "Kiểm tra dây chằng sau đợt gió mùa."}, ids...)
	return err
}
