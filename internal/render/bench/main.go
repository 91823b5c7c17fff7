package main

import (
	"context"
	"fmt"
	"os"

	"pano/internal/pano"
	"pano/internal/render"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == render.ChildCommand {
		os.Exit(render.ChildMain())
	}
	err := render.RenderCommand(context.Background(), os.Args[1:], func(s string) (pano.MM, pano.MM, bool) { return 420, 594, s == "A2" }, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
