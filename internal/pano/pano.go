// Package pano holds the words of the trade and the rules that bind them:
// pictures, places, who may do what, and what may hang where and when.
// It does no input or output and imports only the standard library.
package pano

type (
	MM   int   // millimetres, on a wall or on paper
	Px   int   // pixels in a file
	DPI  int   // pixels per inch at a printed size
	Dong int64 // đồng; no smaller unit is in use
)

// MMPerInch is the definition of the inch since 1959.
const MMPerInch = 25.4

// IDs are ULIDs: 26 letters and digits that sort by the time they were made.
type (
	AgencyID     string
	UserID       string
	CampaignID   string
	AssetID      string
	VersionID    string
	LocationID   string
	PlacementID  string
	BlockedID    string
	UploadID     string
	TokenID      string
	ItemID       string
	ExhibitionID string
	SectionID    string // of an exhibition
	ExhibitID    string // of a work in the list of an exhibition
	MovementID   string
	SitePlanID   string // of a picture under the map
	BatchID      string // of movements that are one act
)

// Bytes counts bytes, for people to read: "118 MB".
type Bytes int64
