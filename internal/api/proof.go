package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Proof is what somebody saw at a placement.
type Proof struct {
	ID         pano.ProofID        `json:"id"`
	Placement  pano.PlacementID    `json:"placement"`
	Kind       pano.ProofKind      `json:"kind" enum:"installed,inspected,damaged,removed"`
	Verdict    pano.Verdict        `json:"verdict" enum:"good,misplaced,damaged"`
	State      pano.ProofState     `json:"state" enum:"waiting,accepted,again"`
	Near       pano.Digest         `json:"near_sha256"`
	Wide       *pano.Digest        `json:"wide_sha256,omitempty"`
	Lat        *float64            `json:"lat,omitempty" doc:"Degrees, WGS 84, as the phone said"`
	Lon        *float64            `json:"lon,omitempty"`
	Accuracy   float64             `json:"accuracy_m,omitempty"`
	Distance   *float64            `json:"distance_m,omitempty" doc:"From the place, as it was then"`
	Taken      *time.Time          `json:"taken_at,omitempty" doc:"By the clock of the phone"`
	Received   time.Time           `json:"received_at"`
	Client     string              `json:"client_uuid"`
	Remark     string              `json:"remark,omitempty"`
	By         pano.UserID         `json:"by"`
	Why        string              `json:"why,omitempty" doc:"What the office said with its decision"`
	Decided    *time.Time          `json:"decided_at,omitempty"`
	Decider    pano.UserID         `json:"decided_by,omitempty"`
	Likeness   pano.Likeness       `json:"likeness,omitempty" enum:"alike,partly,not" doc:"Whether the whole close photo looks like the artwork, by 64-bit fingerprints: a hint, never a verdict"`
	SameBits   int                 `json:"likeness_bits,omitempty" doc:"How many of the 64 bits agree; 32 is chance"`
	HangsState pano.PlacementState `json:"placement_state"`
}

func proof(x catalog.Witness) Proof {
	p := x.Proof
	out := Proof{ID: p.ID, Placement: p.Placement, Kind: p.Kind, Verdict: p.Verdict, State: p.State, Near: p.Near.Digest, Accuracy: p.Accuracy,
		Received: p.Received.UTC(), Client: p.Client, Remark: p.Remark, By: p.By, Why: p.Why, Decider: p.Decider, HangsState: x.Hanging.State}
	if !p.Wide.Digest.IsZero() {
		out.Wide = &p.Wide.Digest
	}
	if p.Located {
		out.Lat, out.Lon = &p.Lat, &p.Lon
	}
	if p.Measured {
		out.Distance = &p.Distance
	}
	for _, t := range []struct {
		at   time.Time
		into **time.Time
	}{{p.Taken, &out.Taken}, {p.Decided, &out.Decided}} {
		if !t.at.IsZero() {
			utc := t.at.UTC()
			*t.into = &utc
		}
	}
	out.Likeness, out.SameBits = pano.LikenessOf(p.Near.Hash, x.ArtHash)
	return out
}

type proofAnswer struct{ Body Proof }

type proofList struct {
	Body struct {
		Items []Proof      `json:"items"`
		Total int          `json:"total"`
		Next  pano.ProofID `json:"next,omitempty"`
	}
}

// ProofPath names a proof.
type ProofPath struct {
	ID pano.ProofID `path:"id" maxLength:"26"`
}

type listProofs struct {
	State  string       `query:"state" enum:"waiting,accepted,again" default:"waiting"`
	Cursor pano.ProofID `query:"cursor" maxLength:"26"`
	Limit  int          `query:"limit" minimum:"0" maximum:"200"`
}

type againProof struct {
	ProofPath
	Body struct {
		Why string `json:"why" doc:"For whoever took it"`
	}
}

func (s *site) proofs() {
	binary := &huma.Schema{Type: "string", Format: "binary"}
	text := func(doc string, values ...any) *huma.Schema {
		return &huma.Schema{Type: "string", Description: doc, Enum: values}
	}
	number := &huma.Schema{Type: "number"}
	made := &huma.MediaType{Schema: s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Proof](), true, "")}
	form := &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: "object", Required: []string{"near", "kind"}, Properties: map[string]*huma.Schema{
			"near": binary, "wide": binary, "kind": text("", "installed", "inspected", "damaged", "removed"),
			"verdict": text("good without it", "good", "misplaced", "damaged"), "lat": number, "lon": number, "accuracy_m": number,
			"taken_at": text("RFC 3339, by the clock of the phone"), "client_uuid": text("Made by the phone: sent twice, it is kept once"), "remark": text("")}}}}}
	s.bytes(huma.Operation{OperationID: "add-proof", Method: http.MethodPost, Path: "/placements/{id}/proofs", Summary: "Prove with pictures what hangs, or does not any more",
		Description: "The placement hangs with its first proof of kind installed, and is down with one of kind removed.", RequestBody: form,
		Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}},
		Responses: map[string]*huma.Response{"201": {Description: "Kept", Content: map[string]*huma.MediaType{"application/json": made}},
			"200": {Description: "This client_uuid had been kept before", Content: map[string]*huma.MediaType{"application/json": made}}}}, pano.PlacementMark, s.addProof)
	add(s, huma.Operation{OperationID: "list-proofs-of-placement", Method: http.MethodGet, Path: "/placements/{id}/proofs", Summary: "The proofs of a placement, newest first"}, pano.PlacementSee, s.proofsOf)
	add(s, huma.Operation{OperationID: "list-proofs", Method: http.MethodGet, Path: "/proofs", Summary: "Proofs to decide on, oldest first"}, pano.ProofDecide, s.listProofs)
	add(s, huma.Operation{OperationID: "accept-proof", Method: http.MethodPost, Path: "/proofs/{id}/accept", Summary: "Take a proof for true"}, pano.ProofDecide,
		func(ctx context.Context, who pano.Actor, in *ProofPath) (*proofAnswer, error) {
			if _, err := s.Hanging.Accept(ctx, who, in.ID); err != nil {
				return nil, err
			}
			return s.answerProof(ctx, who, in.ID)
		})
	add(s, huma.Operation{OperationID: "ask-proof-again", Method: http.MethodPost, Path: "/proofs/{id}/again", Summary: "Ask for new pictures"}, pano.ProofDecide,
		func(ctx context.Context, who pano.Actor, in *againProof) (*proofAnswer, error) {
			if err := s.Hanging.AskAgain(ctx, who, in.ID, in.Body.Why); err != nil {
				return nil, err
			}
			return s.answerProof(ctx, who, in.ID)
		})
}

// addProof answers POST /placements/{id}/proofs.
func (s *site) addProof(w http.ResponseWriter, r *http.Request, who pano.Actor) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return pano.Unsupported("request.no_multipart").Because(err)
	}
	form := s.Intake.ProofForm(who)
	defer form.Close(r.Context())
	if err := form.Read(r.Context(), parts); err != nil {
		return err
	}
	for name := range form.Values {
		switch name {
		case "kind", "verdict", "lat", "lon", "accuracy_m", "taken_at", "client_uuid", "remark":
		default:
			return pano.Invalid("request.field", name).At(name)
		}
	}
	p, err := form.Proof(pano.PlacementID(chi.URLParam(r, "id")))
	if err != nil {
		return err
	}
	p, again, err := s.Hanging.Prove(r.Context(), who, p, form)
	if err != nil {
		return err
	}
	out, err := s.answerProof(r.Context(), who, p.ID)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if !again {
		w.WriteHeader(http.StatusCreated)
	}
	return json.NewEncoder(w).Encode(out.Body)
}

func (s *site) answerProof(ctx context.Context, who pano.Actor, id pano.ProofID) (*proofAnswer, error) {
	var out proofAnswer
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		x, err := tx.Witness(ctx, who.Reach(pano.AssetSee), id)
		out.Body = proof(x)
		return err
	})
	return &out, err
}

func (s *site) proofsOf(ctx context.Context, who pano.Actor, in *PlacementPath) (*proofList, error) {
	out := &proofList{}
	out.Body.Items = []Proof{}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		p, err := tx.Placement(ctx, in.ID)
		if err != nil {
			return err
		}
		if err := who.May(pano.PlacementSee, p.Resource()); err != nil {
			return err
		}
		all, err := tx.ProofsOf(ctx, who.Reach(pano.AssetSee), in.ID)
		for _, x := range all {
			out.Body.Items = append(out.Body.Items, proof(x))
		}
		out.Body.Total = len(all)
		return err
	})
	return out, err
}

func (s *site) listProofs(ctx context.Context, who pano.Actor, in *listProofs) (*proofList, error) {
	out := &proofList{}
	out.Body.Items = []Proof{}
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		page, err := tx.Proofs(ctx, who.Reach(pano.ProofDecide), who.Reach(pano.AssetSee), pano.ProofState(in.State), in.Cursor, in.Limit)
		for _, x := range page.Proofs {
			out.Body.Items = append(out.Body.Items, proof(x))
		}
		out.Body.Total, out.Body.Next = page.Total, page.Next
		return err
	})
	return out, err
}
