// Package demo fills an empty house with a made-up town: its agencies, accounts
// for every role, a campaign, artwork that it draws itself, places, and what
// hangs there around today. Everything goes through the desks, so what it leaves
// has passed every rule.
package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"pano/internal/auth"
	"pano/internal/hanging"
	"pano/internal/intake"
	"pano/internal/pano"
	"pano/internal/planning"
	"pano/storage/catalog"
)

// ErrNotEmpty is why a house is not filled: work of people is in it.
var ErrNotEmpty = errors.New("this Pano already has pictures or places; the demonstration goes only into an empty one (give an empty folder with -data)")

// A Desk fills a house.
type Desk struct {
	DB       *catalog.DB
	Auth     *auth.Desk
	Intake   *intake.Desk
	Hanging  *hanging.Desk
	Planning *planning.Desk
	Now      func() time.Time
	Say      io.Writer // progress, for people
	Faces    int       // how many faces a city around the town has, each with four placements; 0 is no city
	Shrink   int       // pictures are drawn that many times smaller, for tests; 0 is 1
}

// A Login is an account of the made-up town. Password is "" if it was there before.
type Login struct {
	Login    string
	Role     pano.Role
	Password string
}

// A Tally is what a house was filled with.
type Tally struct{ Assets, Places, Placements int }

// filling is a house while it is being filled.
type filling struct {
	*Desk
	agency   map[string]pano.AgencyID // by code
	who      map[string]pano.Actor    // by login
	campaign pano.CampaignID
	show     pano.ExhibitionID
	assets   []pano.Asset // in the order of works, those in the bin left out
	places   []pano.Location
	today    pano.Day
}

func (f *filling) curator(agency string) pano.Actor {
	if agency == museum {
		return f.who["mau.baotang"]
	}
	return f.who["mau.phutrach"]
}

// Fill fills the house. It tells of the accounts as soon as they are there, so
// that their passwords are known whatever comes after. It fails with ErrNotEmpty
// if there are assets or places.
func (d *Desk) Fill(ctx context.Context, tell func([]Login) error) (Tally, error) {
	f := &filling{Desk: d, agency: map[string]pano.AgencyID{}, who: map[string]pano.Actor{}, today: pano.DayOf(d.Now())}
	if err := d.empty(ctx); err != nil {
		return Tally{}, err
	}
	logins, err := f.people(ctx)
	if err == nil {
		err = tell(logins)
	}
	for _, step := range []func(context.Context) error{f.plan, f.build, f.draw, f.exhibit} {
		if err == nil {
			err = step(ctx)
		}
	}
	if err != nil {
		return Tally{}, err
	}
	fmt.Fprintln(d.Say, "hanging, and making small pictures…")
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var made error
	var wg sync.WaitGroup
	wg.Go(func() {
		if made = d.develop(ctx); made != nil {
			stop()
		}
	})
	n, err := f.hang(ctx)
	if err == nil {
		err = f.send(ctx)
	}
	if err != nil {
		stop()
	}
	wg.Wait()
	return Tally{len(works()), len(f.places), n}, errors.Join(err, made)
}

func (d *Desk) empty(ctx context.Context) error {
	return d.DB.Read(ctx, func(tx *catalog.Tx) error {
		all := pano.Reach{All: true}
		for _, bin := range []bool{false, true} {
			page, err := tx.FindAssets(ctx, all, catalog.AssetQuery{Bin: bin, Limit: 1})
			if err != nil {
				return err
			}
			if page.Total > 0 {
				return ErrNotEmpty
			}
		}
		page, err := tx.Locations(ctx, all, catalog.LocationQuery{Limit: 1})
		if err == nil && page.Total > 0 {
			err = ErrNotEmpty
		}
		return err
	})
}

// people adds the agencies and accounts that are not there yet. All new
// accounts have one password.
func (f *filling) people(ctx context.Context) (all []Login, err error) {
	server := pano.Server("demonstration")
	there, err := f.Auth.Agencies(ctx, server)
	if err != nil {
		return nil, err
	}
	for _, a := range there {
		f.agency[a.Code] = a.ID
	}
	for _, a := range agencies() {
		if f.agency[a.Code] != "" {
			continue
		}
		added, err := f.Auth.AddAgency(ctx, server, a)
		if err != nil {
			return nil, err
		}
		f.agency[a.Code] = added.ID
	}
	users, err := f.Auth.Users(ctx, server)
	if err != nil {
		return nil, err
	}
	known := map[string]pano.User{}
	for _, u := range users {
		known[u.Login] = u
	}
	password := rand.Text()[:16]
	for _, t := range townsmen() {
		login := Login{Login: t.login, Role: t.role}
		u, ok := known[t.login]
		if !ok {
			login.Password = password
			if u, err = f.Auth.AddUser(ctx, server, f.account(t, password)); err != nil {
				return nil, err
			}
		}
		f.who[t.login] = pano.Actor{ID: u.ID, Name: u.Name, Memberships: u.Memberships}
		all = append(all, login)
	}
	return all, nil
}

func (f *filling) account(t townsman, password string) auth.Account {
	a := auth.Account{Login: t.login, Name: t.name, Password: password}
	for _, code := range t.in {
		a.Memberships = append(a.Memberships, pano.Membership{Agency: f.agency[code], Role: t.role})
		if t.also != "" {
			a.Memberships = append(a.Memberships, pano.Membership{Agency: f.agency[code], Role: t.also})
		}
	}
	return a
}

// plan adds the campaign, unless an earlier filling broke off after it.
func (f *filling) plan(ctx context.Context) error {
	const code = "LE-HOI-MUA-THU"
	who := f.curator(office)
	there, err := f.Planning.Campaigns(ctx, who)
	if err != nil {
		return err
	}
	for _, c := range there {
		if c.Code == code {
			f.campaign = c.ID
			return nil
		}
	}
	days := pano.Period{From: f.today - 60, Until: f.today + 61}
	c, err := f.Planning.AddCampaign(ctx, who, pano.Campaign{Code: code, Days: days, RemoveBy: days.Until + 7, State: pano.CampaignRunning,
		Name: fmt.Sprintf("Lễ hội mùa thu Mai Khê %d", f.today.Time().Year())})
	f.campaign = c.ID
	return err
}

func (f *filling) build(ctx context.Context) error {
	for _, p := range append(town(), city(f.Faces)...) {
		if err := f.settle(ctx, p, ""); err != nil {
			return err
		}
	}
	fmt.Fprintf(f.Say, "%d places\n", len(f.places))
	return nil
}

// drawn is a file, or why there is none.
type drawn struct {
	data []byte
	err  error
}

// draw brings all artwork in, in order; two pieces ahead are being drawn.
func (f *filling) draw(ctx context.Context) error {
	all := works()
	files := make([]chan drawn, len(all))
	turns := make(chan int, len(all))
	for i := range all {
		files[i] = make(chan drawn, 1)
		turns <- i
	}
	close(turns)
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	for range 2 {
		wg.Go(func() {
			for i := range turns {
				if ctx.Err() != nil {
					return
				}
				data, err := all[i].bytes(max(f.Shrink, 1))
				files[i] <- drawn{data, err}
			}
		})
	}
	for i, w := range all {
		var d drawn
		select {
		case d = <-files[i]:
		case <-ctx.Done():
			return ctx.Err()
		}
		if d.err != nil {
			return d.err
		}
		if err := f.bring(ctx, w, d.data); err != nil {
			return fmt.Errorf("%s: %w", w.file, err)
		}
		fmt.Fprintf(f.Say, "picture %d/%d  %s\n", i+1, len(all), w.title)
	}
	return nil
}

// home is the agency that a work belongs to, and who brings it in.
func (w work) home() (agency, login string) {
	switch w.kind {
	case pano.Photo:
		return museum, "mau.baotang"
	case pano.Banner, pano.Poster, pano.Backdrop:
		return centre, "mau.canbo"
	}
	return office, "mau.canbo"
}

// bring brings a work in, with its second version, and into the bin.
func (f *filling) bring(ctx context.Context, w work, data []byte) error {
	agency, login := w.home()
	who := f.who[login]
	a, err := f.deliver(ctx, who, intake.Describe{Name: w.file, Mode: intake.Anyway, About: intake.Sheet{
		Title: w.title, Kind: w.kind, Description: w.about, Creator: w.creator, Credit: "Ảnh minh họa do Pano vẽ", Rights: "Dùng tự do để tập làm quen",
		Language: "vi", Tags: w.tags, Width: w.width, Height: w.height, Agency: f.agency[agency], Campaign: f.campaign}}, data)
	if err != nil {
		return err
	}
	if w.again != nil {
		next := w
		next.draw = w.again
		if data, err = next.bytes(max(f.Shrink, 1)); err != nil {
			return err
		}
		if a, err = f.deliver(ctx, who, intake.Describe{Name: "sua-" + w.file, Mode: intake.Version, Into: a.ID}, data); err != nil {
			return err
		}
	}
	if w.binned {
		_, err := f.Intake.Bin(ctx, who, a.ID, 0)
		return err
	}
	f.assets = append(f.assets, a)
	return nil
}

func (f *filling) deliver(ctx context.Context, who pano.Actor, x intake.Describe, data []byte) (pano.Asset, error) {
	x.Size = int64(len(data))
	id, err := f.Intake.Begin(ctx, who, x)
	if err != nil {
		return pano.Asset{}, err
	}
	if _, err := f.Intake.Append(ctx, who, id, 0, bytes.NewReader(data)); err != nil {
		return pano.Asset{}, err
	}
	r, err := f.Intake.Finish(ctx, who, id)
	return r.Asset, err
}

// develop makes the small pictures that are owed, beside the service if that is
// running: each takes a job that the other has not.
func (d *Desk) develop(ctx context.Context) error {
	faults := make([]error, 2)
	var wg sync.WaitGroup
	for i := range faults {
		wg.Go(func() { faults[i] = d.developSome(ctx) })
	}
	wg.Wait()
	return errors.Join(faults...)
}

func (d *Desk) developSome(ctx context.Context) error {
	for {
		job, ok, err := d.DB.Claim(ctx, 5*time.Minute)
		if err != nil || !ok {
			return err
		}
		if job.Kind != intake.RenditionJob { // the service's
			if err := d.DB.Postpone(ctx, job, d.Now().Add(time.Minute), false, ""); err != nil {
				return err
			}
			continue
		}
		if err := d.Intake.MakeRenditions(ctx, job.Subject); err != nil {
			return errors.Join(err, d.DB.Postpone(context.WithoutCancel(ctx), job, d.Now(), false, err.Error()))
		}
		if err := d.DB.Finish(ctx, job); err != nil {
			return err
		}
	}
}
