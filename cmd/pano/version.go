package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"

	"pano/internal/pano"
	"pano/internal/render"
	"pano/storage/catalog"
	"pano/web"
)

// built is what the binary knows of itself.
type built struct {
	version, commit, goVersion string
}

func build() built {
	b := built{version: "dev", goVersion: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.version = v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.commit = s.Value
		}
	}
	return b
}

// version is "pano version".
func version(ctx context.Context, w world, args []string) error {
	fs := flag.NewFlagSet("pano version", flag.ContinueOnError)
	fs.SetOutput(w.say)
	asJSON := fs.Bool("json", false, "as JSON")
	if err := fs.Parse(args); err != nil {
		return usage2(err)
	}
	b := build()
	if *asJSON {
		return json.NewEncoder(w.out).Encode(map[string]any{"version": b.version, "commit": b.commit, "go": b.goVersion, "schema": catalog.Schema()})
	}
	_, err := fmt.Fprintf(w.out, "pano %s\ncommit %s\n%s\nschema %d\n", b.version, b.commit, b.goVersion, catalog.Schema())
	return err
}

// renderCommand is "pano render".
func renderCommand(ctx context.Context, w world, args []string) error {
	err := render.RenderCommand(ctx, args, func(name string) (pano.MM, pano.MM, bool) {
		p, ok := pano.FindPreset(name)
		return p.Width, p.Height, ok
	}, w.out, w.say)
	return inWords(err)
}

// inWords says an error in the words of the house's language.

func inWords(err error) error {
	e, ok := errors.AsType[*pano.Error](err)
	if !ok {
		return err
	}
	pages, openErr := web.Open(web.Files)
	if openErr != nil {
		return err
	}
	text := pages.Words("en").Say(e.Key, e.Args...)
	if e.About != "" {
		text = e.About + ": " + text
	}
	if e.Field != "" {
		text += " (" + e.Field + ")"
	}
	return errors.New(text)
}
