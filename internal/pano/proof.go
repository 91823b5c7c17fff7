package pano

import (
	"math"
	"math/bits"
	"regexp"
	"slices"
	"time"
)

// ProofID names a proof.
type ProofID string

// A ProofKind says what a proof shows.
type ProofKind string

// The kinds of proofs.
const (
	ProofInstalled ProofKind = "installed"
	ProofInspected ProofKind = "inspected"
	ProofDamaged   ProofKind = "damaged"
	ProofRemoved   ProofKind = "removed"
)

// ProofKinds lists every kind in the order of the work.
func ProofKinds() []ProofKind {
	return []ProofKind{ProofInstalled, ProofInspected, ProofDamaged, ProofRemoved}
}

// A Verdict is how whoever stood there found it.
type Verdict string

// The verdicts.
const (
	Good      Verdict = "good"
	Misplaced Verdict = "misplaced"
	Broken    Verdict = "damaged"
)

// Verdicts lists every verdict, the usual one first.
func Verdicts() []Verdict { return []Verdict{Good, Misplaced, Broken} }

// A ProofState is what the office said of a proof.
type ProofState string

// The states of a proof.
const (
	ProofWaiting  ProofState = "waiting"
	ProofAccepted ProofState = "accepted"
	ProofAgain    ProofState = "again" // to be taken once more; Why says why
)

// ProofStates lists every state, what wants doing first.
func ProofStates() []ProofState { return []ProofState{ProofWaiting, ProofAgain, ProofAccepted} }

// A Shot is a picture that proves something. It never changes, but for Ready and Problem.
type Shot struct {
	Digest        Digest
	Size          int64 // bytes
	MediaType     string
	Width, Height Px     // upright
	Taken         string // as written in the file, RFC 3339, "" if it is not
	Hash          uint64 // perceptual; 0 until ready
	Ready         Ready
	Problem       string   // message key, with OriginalOnly
	Upload        UploadID // the delivery it came by
	By            UserID
	Created       time.Time
}

// A Proof is what somebody saw at a placement: two pictures, where and when. All
// but what the office said of it never changes.
type Proof struct {
	ID        ProofID
	Placement PlacementID
	Kind      ProofKind
	Verdict   Verdict
	Near      Shot
	Wide      Shot // zero Digest if there is none
	Lat, Lon  float64
	Accuracy  float64   // metres, as the phone says; 0 is unknown
	Located   bool      // Lat and Lon mean something
	Distance  float64   // metres from the place, as it was then
	Measured  bool      // Distance means something: both positions are known
	Taken     time.Time // by the clock of the phone; zero if it was not told
	Received  time.Time // by ours
	Client    string    // made by the phone: the same one again is the same proof
	Remark    string
	State     ProofState
	By        UserID
	Decider   UserID // "" until decided
	Decided   time.Time
	Why       string // of the decision
}

// clientForm is that of a UUID, and of what scripts make in its place.
var clientForm = regexp.MustCompile(`^[0-9A-Za-z-]{8,64}$`)

// maxAccuracy is half way round the world.
const maxAccuracy = 20_040_000

// Check fails with KindInvalid, at the field to mend, unless p can be kept.
func (p Proof) Check() error {
	switch {
	case !slices.Contains(ProofKinds(), p.Kind):
		return Invalid("proof.unknown_kind", string(p.Kind)).At("kind")
	case !slices.Contains(Verdicts(), p.Verdict):
		return Invalid("proof.unknown_verdict", string(p.Verdict)).At("verdict")
	case !clientForm.MatchString(p.Client):
		return Invalid("proof.bad_client").At("client_uuid")
	case p.Located && !(p.Lat >= -90 && p.Lat <= 90): // so that NaN is out as well
		return Invalid("location.bad_latitude").At("lat")
	case p.Located && !(p.Lon >= -180 && p.Lon <= 180):
		return Invalid("location.bad_longitude").At("lon")
	case !(p.Accuracy >= 0 && p.Accuracy <= maxAccuracy):
		return Invalid("proof.bad_accuracy").At("accuracy_m")
	case !p.Taken.IsZero() && (p.Taken.Year() < 2000 || p.Taken.Year() > 2200):
		return Invalid("proof.bad_time").At("taken_at")
	}
	return CheckRemark("remark", p.Remark)
}

// CheckRemark fails with KindInvalid at field unless text can be kept as what
// somebody says of a proof.
func CheckRemark(field, text string) error { return checkText(field, text, maxText) }

// Leads returns the states that a proof of that kind and verdict brings its
// placement to, one after the other; one that may not follow is passed over.
func (p Proof) Leads() (way []PlacementState) {
	switch p.Kind {
	case ProofInstalled:
		way = []PlacementState{Installed}
	case ProofRemoved:
		return []PlacementState{Removed}
	}
	if p.Kind == ProofDamaged || p.Verdict == Broken {
		way = append(way, Damaged)
	}
	return way
}

// Confirms reports whether the office, by accepting p, says that its placement
// hangs as it should.
func (p Proof) Confirms() bool {
	return p.Verdict == Good && (p.Kind == ProofInstalled || p.Kind == ProofInspected)
}

// Decide returns p as the office decided on it. It fails with KindConflict if it
// was decided before, but that one asked for anew may still be accepted.
func (p Proof) Decide(to ProofState) (Proof, error) {
	if p.State == ProofWaiting || p.State == ProofAgain && to == ProofAccepted {
		p.State = to
		return p, nil
	}
	return p, Conflict("proof.decided")
}

// Needs returns the kind of proof that a placement needs to come into state s, ""
// if none.
func (s PlacementState) Needs() ProofKind {
	switch s {
	case Installed:
		return ProofInstalled
	case Removed:
		return ProofRemoved
	}
	return ""
}

// earth is the mean radius of the earth in metres.
const earth = 6_371_008.8

// Distance returns the metres between two points, given in degrees, along a
// sphere: off by half a percent at most.
func Distance(lat1, lon1, lat2, lon2 float64) float64 {
	rad := func(d float64) float64 { return d * math.Pi / 180 }
	sin := func(d float64) float64 { s := math.Sin(rad(d) / 2); return s * s }
	h := sin(lat2-lat1) + math.Cos(rad(lat1))*math.Cos(rad(lat2))*sin(lon2-lon1)
	return 2 * earth * math.Asin(math.Sqrt(min(1, h)))
}

// A Likeness is how much a photo looks like the artwork, as far as two
// fingerprints of 64 bits can tell: a hint for the eye, never a verdict.
type Likeness string

// The likenesses.
const (
	LikenessUnknown Likeness = ""       // one of the two has no fingerprint
	Alike           Likeness = "alike"  // the same picture fills the photo
	PartlyAlike     Likeness = "partly" // as usual with something around it
	NotAlike        Likeness = "not"    // look twice
)

// LikenessOf compares the fingerprints of whole pictures, from which bit by bit
// is told where it grows darker from left to right. same is how many of the 64
// agree; two pictures that have nothing to do with one another agree in 32.
func LikenessOf(photo, artwork uint64) (l Likeness, same int) {
	if photo == 0 || artwork == 0 {
		return LikenessUnknown, 0
	}
	same = 64 - bits.OnesCount64(photo^artwork)
	switch {
	case same >= 52:
		return Alike, same
	case same >= 42:
		return PartlyAlike, same
	}
	return NotAlike, same
}
