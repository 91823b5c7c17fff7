package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"pano/internal/auth"
	"pano/internal/config"
	"pano/internal/pano"
	"pano/storage/catalog"
)

// cli is who acts through the command line: whoever may read the data folder.
func cli() pano.Actor { return pano.Server("command line") }

// withHouse parses the flags of a command and opens the house for it.
func withHouse(ctx context.Context, w world, c *config.Config, fs *flag.FlagSet, args []string, do func(*house, []string) error) error {
	rest, err := config.Parse(fs, args, w.getenv)
	if err != nil {
		return usage2(err)
	}
	h, err := openHouse(ctx, *c, slog.New(slog.NewTextHandler(w.say, nil)), false)
	if err != nil {
		return err
	}
	return errors.Join(do(h, rest), h.close())
}

func usage2(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	return usageError{err}
}

// part runs one of the words that follow a command.
func part(args []string, of map[string]func([]string) error) error {
	if len(args) > 0 {
		if f, ok := of[args[0]]; ok {
			return f(args[1:])
		}
	}
	var names []string
	for name := range of {
		names = append(names, name)
	}
	slices.Sort(names)
	return usageError{fmt.Errorf("want one of: %s", strings.Join(names, ", "))}
}

// user is "pano user".
func user(ctx context.Context, w world, args []string) error {
	return part(args, map[string]func([]string) error{
		"add":     func(args []string) error { return userAdd(ctx, w, args) },
		"list":    func(args []string) error { return userList(ctx, w, args) },
		"reset":   func(args []string) error { return userReset(ctx, w, args) },
		"disable": func(args []string) error { return userSwitch(ctx, w, "disable", args) },
		"enable":  func(args []string) error { return userSwitch(ctx, w, "enable", args) },
	})
}

func userAdd(ctx context.Context, w world, args []string) error {
	c, fs := config.New("user add", w.say)
	login := fs.String("login", "", "`name` to sign in with")
	name := fs.String("name", "", "the person's `name`; the login without it")
	roles := fs.String("role", "staff", "`roles` between commas: staff, curator, approver, printer, installer, admin, auditor")
	agency := fs.String("agency", "", "`code` of the agency; may be left out while there is one at most")
	stdin := fs.Bool("password-stdin", false, "read the password from standard input")
	return withHouse(ctx, w, c, fs, args, func(h *house, _ []string) error {
		password, err := passwordFrom(w.in, *stdin)
		if err != nil {
			return err
		}
		in, err := h.agency(ctx, *agency)
		if err != nil {
			return err
		}
		a := auth.Account{Login: *login, Name: *name, Password: password}
		if a.Name == "" {
			a.Name = *login
		}
		for role := range strings.SplitSeq(*roles, ",") {
			a.Memberships = append(a.Memberships, pano.Membership{Agency: in, Role: pano.Role(strings.TrimSpace(role))})
		}
		u, err := h.auth.AddUser(ctx, cli(), a)
		if err != nil {
			return inWords(err)
		}
		_, err = fmt.Fprintln(w.out, u.ID)
		return err
	})
}

// agency finds the agency with that code. While there is none at all, it is made.
func (h *house) agency(ctx context.Context, code string) (pano.AgencyID, error) {
	all, err := h.auth.Agencies(ctx, cli())
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		if code == "" {
			code = "PANO"
		}
		a, err := h.auth.AddAgency(ctx, cli(), pano.Agency{Code: code, Name: code})
		return a.ID, inWords(err)
	}
	if code == "" && len(all) == 1 {
		return all[0].ID, nil
	}
	for _, a := range all {
		if strings.EqualFold(a.Code, code) {
			return a.ID, nil
		}
	}
	return "", usageError{fmt.Errorf("-agency %q: no such agency", code)}
}

func passwordFrom(in io.Reader, stdin bool) (string, error) {
	if !stdin {
		return "", usageError{errors.New("give -password-stdin and the password on standard input")}
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func userList(ctx context.Context, w world, args []string) error {
	c, fs := config.New("user list", w.say)
	asJSON := fs.Bool("json", false, "as JSON")
	return withHouse(ctx, w, c, fs, args, func(h *house, _ []string) error {
		all, err := h.auth.Users(ctx, cli())
		if err != nil {
			return err
		}
		if *asJSON {
			return json.NewEncoder(w.out).Encode(all)
		}
		table := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', 0)
		for _, u := range all {
			var roles []string
			for _, m := range u.Memberships {
				roles = append(roles, string(m.Role))
			}
			state := "active"
			if u.Disabled {
				state = "disabled"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", u.Login, u.Name, strings.Join(roles, ","), state)
		}
		return table.Flush()
	})
}

func userReset(ctx context.Context, w world, args []string) error {
	c, fs := config.New("user reset", w.say)
	login := fs.String("login", "", "`name` of the account")
	stdin := fs.Bool("password-stdin", false, "read the new password from standard input")
	return withHouse(ctx, w, c, fs, args, func(h *house, _ []string) error {
		password, err := passwordFrom(w.in, *stdin)
		if err != nil {
			return err
		}
		u, err := h.userByLogin(ctx, *login)
		if err != nil {
			return err
		}
		return inWords(h.auth.ResetPassword(ctx, cli(), u.ID, password))
	})
}

func userSwitch(ctx context.Context, w world, verb string, args []string) error {
	c, fs := config.New("user "+verb, w.say)
	login := fs.String("login", "", "`name` of the account")
	return withHouse(ctx, w, c, fs, args, func(h *house, _ []string) error {
		u, err := h.userByLogin(ctx, *login)
		if err != nil {
			return err
		}
		if verb == "disable" {
			return inWords(h.auth.Disable(ctx, cli(), u.ID))
		}
		return inWords(h.auth.Enable(ctx, cli(), u.ID))
	})
}

func (h *house) userByLogin(ctx context.Context, login string) (u pano.User, err error) {
	err = h.db.Read(ctx, func(tx *catalog.Tx) error {
		u, err = tx.UserByLogin(ctx, strings.ToLower(login))
		return err
	})
	if pano.KindOf(err) == pano.KindNotFound {
		return u, usageError{fmt.Errorf("-login %q: no such account", login)}
	}
	return u, err
}

// token is "pano token".
func token(ctx context.Context, w world, args []string) error {
	return part(args, map[string]func([]string) error{"add": func(args []string) error { return tokenAdd(ctx, w, args) }})
}

func tokenAdd(ctx context.Context, w world, args []string) error {
	c, fs := config.New("token add", w.say)
	login := fs.String("login", "", "`name` of the account")
	name := fs.String("name", "command line", "what the token is for")
	expires := fs.Duration("expires", 720*time.Hour, "how long it is good for; 0 for ever")
	scope := fs.String("scope", "", "`actions` between commas, as asset.see,asset.add; all of the account's without it")
	return withHouse(ctx, w, c, fs, args, func(h *house, _ []string) error {
		u, err := h.userByLogin(ctx, *login)
		if err != nil {
			return err
		}
		var until time.Time
		if *expires > 0 {
			until = time.Now().Add(*expires)
		}
		var actions []pano.Action
		for _, a := range strings.FieldsFunc(*scope, func(r rune) bool { return r == ',' || r == ' ' }) {
			actions = append(actions, pano.Action(a))
		}
		secret, _, err := h.auth.AddToken(ctx, cli(), u.ID, *name, until, actions)
		if err != nil {
			return inWords(err)
		}
		_, err = fmt.Fprintln(w.out, secret)
		return err
	})
}

// audit is "pano audit".
func audit(ctx context.Context, w world, args []string) error {
	return part(args, map[string]func([]string) error{"verify": func(args []string) error {
		c, fs := config.New("audit verify", w.say)
		return withHouse(ctx, w, c, fs, args, func(h *house, _ []string) error {
			n, head, err := h.db.VerifyEvents(ctx)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(w.out, "%d events, unbroken; the last is %s\n", n, head)
			return err
		})
	}})
}
