package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"pano/internal/config"
	"pano/internal/demo"
)

// demoCommand is "pano demo": a made-up town for who wants to look around.
func demoCommand(ctx context.Context, w world, args []string) error {
	c, fs := config.New("demo", w.say)
	faces := fs.Int("faces", 0, "also a city of so many `faces`, each with four placements: 5000 take some minutes")
	return withHouse(ctx, w, c, fs, args, func(h *house, _ []string) error {
		d := demo.Desk{DB: h.db, Auth: h.auth, Intake: h.intake, Hanging: h.hanging, Planning: h.planning, Now: time.Now, Say: w.say, Faces: *faces}
		tally, err := d.Fill(ctx, func(all []demo.Login) error { return printLogins(w, all) })
		if err != nil {
			return inWords(err)
		}
		fmt.Fprintf(w.say, "done: %d pictures, %d places, %d placements\n", tally.Assets, tally.Places, tally.Placements)
		return nil
	})
}

// printLogins prints accounts and their passwords, which are nowhere else.
func printLogins(w world, all []demo.Login) error {
	table := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "LOGIN\tROLE\tPASSWORD")
	for _, l := range all {
		password := l.Password
		if password == "" {
			password = "(as before; pano user reset)"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", l.Login, l.Role, password)
	}
	return table.Flush()
}
