package pano

import (
	"slices"
	"strings"
)

// A CampaignState says how far a campaign is.
type CampaignState string

// The states of a campaign.
const (
	CampaignDraft   CampaignState = "draft"
	CampaignRunning CampaignState = "running"
	CampaignWrapUp  CampaignState = "wrapping_up"
	CampaignClosed  CampaignState = "closed"
)

// A Campaign is an occasion for which artwork is made and hung (đợt tuyên truyền).
type Campaign struct {
	ID       CampaignID    `json:"id"`
	Code     string        `json:"code"`
	Name     string        `json:"name"`
	Days     Period        `json:"-"`
	RemoveBy Day           `json:"remove_by"` // the day after the last on which things may hang
	State    CampaignState `json:"state"`
	Reason   string        `json:"reason,omitempty"` // why it was closed though something hangs, or opened again
	Rev      int           `json:"rev"`
}

// CampaignStates lists every state in the order of the work.
func CampaignStates() []CampaignState {
	return []CampaignState{CampaignDraft, CampaignRunning, CampaignWrapUp, CampaignClosed}
}

// campaignNext says which states follow which; what comes after closed is opened again.
var campaignNext = map[CampaignState][]CampaignState{
	CampaignDraft:   {CampaignRunning, CampaignClosed},
	CampaignRunning: {CampaignWrapUp, CampaignClosed},
	CampaignWrapUp:  {CampaignRunning, CampaignClosed},
	CampaignClosed:  {CampaignWrapUp},
}

// Next returns the states that may follow s.
func (s CampaignState) Next() []CampaignState { return campaignNext[s] }

// Move returns c in the state to, for a reason that may be "". hanging is how
// many of its placements still hang. It fails with KindConflict if that state
// may not follow, with KindConflict at reason if c would be closed over what
// hangs without one, and with KindInvalid at reason if it would be opened again
// without one.
func (c Campaign) Move(to CampaignState, hanging int, reason string) (Campaign, error) {
	switch {
	case !slices.Contains(c.State.Next(), to):
		return c, Conflict("campaign.wrong_state")
	case to == CampaignClosed && hanging > 0 && reason == "":
		return c, Conflict("campaign.still_hangs", hanging).At("reason")
	case c.State == CampaignClosed && reason == "":
		return c, Invalid("campaign.no_reason").At("reason")
	}
	c.State, c.Reason = to, reason
	return c, checkText("reason", reason, maxText)
}

// Check fails with KindInvalid, at the field to mend, unless c can be kept.
func (c Campaign) Check() error {
	switch {
	case !codeForm.MatchString(c.Code):
		return Invalid("campaign.bad_code").At("code")
	case strings.TrimSpace(c.Name) == "":
		return Invalid("campaign.no_name").At("name")
	case c.RemoveBy < c.Days.Until:
		return Invalid("campaign.removed_too_early").At("remove_by")
	}
	if err := checkText("name", c.Name, maxTitle); err != nil {
		return err
	}
	return c.Days.Check()
}
