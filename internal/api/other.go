package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Event is one row of the history.
type Event struct {
	Seq     int64           `json:"seq"`
	At      time.Time       `json:"time"`
	Actor   pano.UserID     `json:"actor,omitempty" doc:"Left out for the server itself"`
	Name    string          `json:"actor_name"`
	Verb    string          `json:"verb" example:"placement.add"`
	Subject string          `json:"subject,omitempty"`
	Before  json.RawMessage `json:"before,omitempty"`
	After   json.RawMessage `json:"after,omitempty"`
	Hash    string          `json:"hash" doc:"SHA-256, over the hash of the event before, too"`
}

func event(e catalog.Event) Event {
	return Event{Seq: e.Seq, At: e.At.UTC(), Actor: e.Actor, Name: e.ActorName, Verb: e.Verb, Subject: e.Subject,
		Before: json.RawMessage(e.Before), After: json.RawMessage(e.After), Hash: e.Hash}
}

type listEvents struct {
	Subject string `query:"subject" maxLength:"100"`
	Before  int64  `query:"before" doc:"Only events before this number"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type eventList struct {
	Body struct {
		Items []Event `json:"items"`
	}
}

// Campaign is an occasion for which artwork is made and hung.
type Campaign struct {
	ID       pano.CampaignID    `json:"id"`
	Code     string             `json:"code"`
	Name     string             `json:"name"`
	From     pano.Day           `json:"from"`
	Until    pano.Day           `json:"until" doc:"The day after the last"`
	RemoveBy pano.Day           `json:"remove_by"`
	State    pano.CampaignState `json:"state"`
	Reason   string             `json:"reason,omitempty" doc:"Why it was closed though something hangs, or opened again"`
	Rev      int                `json:"rev" doc:"Counts changes; also the ETag"`
}

// CampaignPath names a campaign.
type CampaignPath struct {
	ID string `path:"id" maxLength:"40" doc:"Id or code"`
}

type moveCampaign struct {
	CampaignPath
	IfMatch string `header:"If-Match"`
	Body    struct {
		State  pano.CampaignState `json:"state" enum:"draft,running,wrapping_up,closed"`
		Reason string             `json:"reason,omitempty" doc:"Needed to close it while something hangs, and to open it again"`
	}
}

func campaign(c pano.Campaign) Campaign {
	return Campaign{c.ID, c.Code, c.Name, c.Days.From, c.Days.Until, c.RemoveBy, c.State, c.Reason, c.Rev}
}

type campaignAnswer struct {
	ETag string `header:"ETag"`
	Body Campaign
}

func answerCampaign(c pano.Campaign, err error) (*campaignAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &campaignAnswer{etag(c.Rev), campaign(c)}, nil
}

type campaignList struct {
	Body struct {
		Items []Campaign `json:"items"`
	}
}

type addCampaign struct {
	Body struct {
		Code     string `json:"code"`
		Name     string `json:"name"`
		From     string `json:"from" format:"date"`
		Until    string `json:"until" format:"date" doc:"The day after the last"`
		RemoveBy string `json:"remove_by,omitempty" format:"date"`
	}
}

type presetList struct {
	Body struct {
		Items []Preset `json:"items"`
	}
}

// Preset is a size that shops print.
type Preset struct {
	pano.Preset
	WidthMM  pano.MM `json:"width_mm"`
	HeightMM pano.MM `json:"height_mm"`
}

type agencyList struct {
	Body struct {
		Items []pano.Agency `json:"items"`
	}
}

func (s *site) others() {
	add(s, huma.Operation{OperationID: "list-events", Method: http.MethodGet, Path: "/audit", Summary: "The history, newest first"}, pano.AuditSee,
		func(ctx context.Context, who pano.Actor, in *listEvents) (*eventList, error) {
			out := &eventList{}
			out.Body.Items = []Event{}
			err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
				all, err := tx.EventsOf(ctx, in.Subject, in.Before, in.Limit)
				for _, e := range all {
					out.Body.Items = append(out.Body.Items, event(e))
				}
				return err
			})
			return out, err
		})
	add(s, huma.Operation{OperationID: "list-campaigns", Method: http.MethodGet, Path: "/campaigns", Summary: "Every campaign, the latest first"}, pano.Self,
		func(ctx context.Context, who pano.Actor, _ *none) (*campaignList, error) {
			all, err := s.Planning.Campaigns(ctx, who)
			out := &campaignList{}
			out.Body.Items = []Campaign{}
			for _, c := range all {
				out.Body.Items = append(out.Body.Items, campaign(c))
			}
			return out, err
		})
	add(s, huma.Operation{OperationID: "add-campaign", Method: http.MethodPost, Path: "/campaigns", Summary: "Add a campaign", DefaultStatus: 201}, pano.PlacementPlan,
		func(ctx context.Context, who pano.Actor, in *addCampaign) (*campaignAnswer, error) {
			b := in.Body
			c := pano.Campaign{Code: b.Code, Name: b.Name}
			if err := days(day{"from", &c.Days.From, &b.From}, day{"until", &c.Days.Until, &b.Until}, day{"remove_by", &c.RemoveBy, &b.RemoveBy}); err != nil {
				return nil, err
			}
			return answerCampaign(s.Planning.AddCampaign(ctx, who, c))
		})
	add(s, huma.Operation{OperationID: "get-campaign", Method: http.MethodGet, Path: "/campaigns/{id}", Summary: "A campaign"}, pano.Self,
		func(ctx context.Context, who pano.Actor, in *CampaignPath) (*campaignAnswer, error) {
			return answerCampaign(s.Planning.Campaign(ctx, who, in.ID))
		})
	add(s, huma.Operation{OperationID: "move-campaign", Method: http.MethodPost, Path: "/campaigns/{id}/state", Summary: "Begin, wrap up, close or reopen a campaign",
		Description: "409 campaign.still_hangs if it would be closed over what hangs without a reason."}, pano.PlacementPlan,
		func(ctx context.Context, who pano.Actor, in *moveCampaign) (*campaignAnswer, error) {
			rev, err := revision(in.IfMatch)
			if err != nil {
				return nil, err
			}
			return answerCampaign(s.Planning.Move(ctx, who, pano.CampaignID(in.ID), rev, in.Body.State, in.Body.Reason))
		})
	add(s, huma.Operation{OperationID: "list-presets", Method: http.MethodGet, Path: "/presets", Summary: "The print sizes"}, pano.Self,
		func(context.Context, pano.Actor, *none) (*presetList, error) {
			out := &presetList{}
			for _, p := range pano.Presets() {
				out.Body.Items = append(out.Body.Items, Preset{p, p.Width, p.Height})
			}
			return out, nil
		})
	add(s, huma.Operation{OperationID: "list-agencies", Method: http.MethodGet, Path: "/agencies", Summary: "Every agency"}, pano.Self,
		func(ctx context.Context, _ pano.Actor, _ *none) (*agencyList, error) {
			out := &agencyList{}
			err := s.DB.Read(ctx, func(tx *catalog.Tx) (err error) {
				out.Body.Items, err = tx.Agencies(ctx)
				return err
			})
			return out, err
		})
}
