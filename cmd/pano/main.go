// Pano keeps banners, posters and exhibition pictures, knows where each piece
// hangs, and hands out files that print.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"modernc.org/sqlite"

	"pano/internal/render"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == render.ChildCommand {
		os.Exit(render.ChildMain())
	}
	// Locks of the process, not of a file handle, would be dropped when any other
	// code here opens and closes the catalogue's file.
	sqlite.OFDLocking(true)
	syscall.Umask(0o077)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr, nil)
	stop()
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	default:
		fmt.Fprintln(os.Stderr, "pano:", err)
		os.Exit(exitCode(err))
	}
}

// A world is what a command gets from the outside.
type world struct {
	getenv func(string) string
	in     io.Reader
	out    io.Writer      // results
	say    io.Writer      // words
	ready  func(net.Addr) // called once requests are answered, unless nil
}

// A command is one word after "pano".
type command struct {
	name, does string
	run        func(ctx context.Context, w world, args []string) error
}

func commands() []command {
	return []command{
		{"serve", "the service (also without a command)", serve},
		{"user", "accounts: add, list, disable, enable, reset", user},
		{"token", "API tokens: add", token},
		{"import", "bring in every picture below folders", importCommand},
		{"demo", "fill an empty Pano with a made-up town, to look around", demoCommand},
		{"render", "small pictures and print sizes of one file", renderCommand},
		{"print", "a file for a print shop, from one picture", printCommand},
		{"preflight", "what stands against printing a file at a size", preflight},
		{"audit", "history: verify", audit},
		{"version", "version, commit, Go, schema", version},
	}
}

// run is what main does, and the end-to-end tests.
func run(ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, say io.Writer, ready func(net.Addr)) error {
	w := world{getenv, in, out, say, ready}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") && args[0] != "-h" && args[0] != "--help" && args[0] != "-help" {
		return serve(ctx, w, args)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, w, args[1:])
		}
	}
	usage(say)
	switch args[0] {
	case "help", "-h", "--help", "-help":
		return flag.ErrHelp
	}
	return usageError{fmt.Errorf("no command %q", args[0])}
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: pano COMMAND [flags]; pano COMMAND -h tells the flags")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.does)
	}
}

// A usageError is a command that was written wrongly.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitCode is 2 for a command that could not start, 1 for one that failed.
func exitCode(err error) int {
	if _, ok := errors.AsType[usageError](err); ok {
		return 2
	}
	return 1
}
