// Command webbuild builds web/dist from web/src. It asks npm only for
// third-party code, and only when web/package-lock.json has changed.
package main

import (
	"flag"
	"fmt"
	"os"

	"pano/internal/webbuild"
)

func main() {
	root := flag.String("root", ".", "folder that holds web/")
	force := flag.Bool("force", false, "build even if nothing has changed")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	b := webbuild.Builder{Root: *root, Force: *force, Log: os.Stderr}
	if err := b.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "webbuild:", err)
		os.Exit(1)
	}
}
