// Package web holds what a browser gets: pages, styles, scripts and words. It
// writes pages and serves the built files; it knows nothing of the trade.
package web

import "embed"

// Files are the sources of the pages and whatever cmd/webbuild has built. The
// committed dist/.keep lets a fresh checkout compile: its pages then come with
// the raw styles of src/css, without scripts, and say so.
//
//go:embed all:dist page part locale src/css
var Files embed.FS
