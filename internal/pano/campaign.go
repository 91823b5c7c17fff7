package pano

import "strings"

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
