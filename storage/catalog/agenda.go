package catalog

import (
	"context"

	"pano/internal/pano"
)

// HangingsWithin returns the live placements that share a day with days, on
// every place within places, as people are shown them; the first to begin first.
func (tx *Tx) HangingsWithin(ctx context.Context, see, places pano.Reach, days pano.Period) ([]Hanging, error) {
	cond, args := within(places, "l.agency", "''", "0") // nobody owns a place by hand
	return tx.hangings(ctx, see, hangingFrom+`
		WHERE p.state NOT IN ('removed', 'cancelled') AND p.ends > ? AND p.starts < ? AND `+cond+`
		ORDER BY p.starts, l.code, p.seq`,
		append([]any{days.From, days.Until}, args...)...)
}
