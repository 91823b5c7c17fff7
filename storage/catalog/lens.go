package catalog

import "pano/internal/pano"

// A lens is a reach and the filters of a query, in numbers of names, so that a
// row is judged without looking at a string.
type lens struct {
	reach reach
	bin   bool
	picks [groups]numbers // nil lets everything through
}

// reach is a pano.Reach in numbers of names. It sees the rows for which
// pano.Reach.Has is true, as within does in SQL; a test compares the three.
type reach struct {
	all, notOwn               bool
	agencies, ownIn, draftsIn numbers
	drafts                    numbers // the states that are drafts
	self                      uint32
}

// nobody owns nothing.
const nobody = ^uint32(0)

// numbers is a set of numbers of names.
type numbers []bool

func (n numbers) has(i uint32) bool { return int(i) < len(n) && n[i] }

// lens makes the lens of a query. A name that no asset has matches nothing.
func (f *facets) lens(r pano.Reach, q AssetQuery) lens {
	l := lens{reach: f.reach(r), bin: q.Bin}
	l.picks[byKind] = pick(f.names, q.Kinds)
	l.picks[byState] = pick(f.names, q.States)
	l.picks[byAgency] = pick(f.names, q.Agencies)
	l.picks[byCampaign] = pick(f.names, q.Campaigns)
	if q.Problems {
		l.picks[byProblem] = pick(f.names, []pano.Ready{pano.OriginalOnly})
	}
	return l
}

func (f *facets) reach(r pano.Reach) reach {
	var drafts []pano.AssetState
	for _, s := range pano.AssetStates() {
		if (pano.Asset{State: s}).Resource().Draft {
			drafts = append(drafts, s)
		}
	}
	c := reach{
		all:      r.All,
		notOwn:   r.NotOwn,
		agencies: pick(f.names, r.Agencies),
		ownIn:    pick(f.names, r.OwnIn),
		draftsIn: pick(f.names, r.DraftsIn),
		drafts:   pick(f.names, drafts),
		self:     nobody,
	}
	if i, ok := f.names.find(string(r.Self)); ok && r.Self != "" {
		c.self = i
	}
	return c
}

// pick returns the set of the numbers of values, nil of none.
func pick[T ~string](n *names, values []T) numbers {
	if len(values) == 0 {
		return nil
	}
	set := make(numbers, n.count())
	for _, v := range values {
		if i, ok := n.find(string(v)); ok && int(i) < len(set) {
			set[i] = true
		}
	}
	return set
}

func (c *reach) has(r *facetRow) bool {
	own := r.owner == c.self
	if c.notOwn && own {
		return false
	}
	return c.all ||
		c.agencies.has(r.value[byAgency]) ||
		own && c.ownIn.has(r.value[byAgency]) ||
		own && c.draftsIn.has(r.value[byAgency]) && c.drafts.has(r.value[byState])
}

// sees reports whether r is within reach and on the right side of the bin.
func (l *lens) sees(r *facetRow) bool { return r.binned == l.bin && l.reach.has(r) }

// misses returns how many groups keep r out, and the last of them.
func (l *lens) misses(r *facetRow) (out group, n int) {
	for g, p := range l.picks {
		if p != nil && !p.has(r.value[g]) {
			out, n = group(g), n+1
		}
	}
	return out, n
}
