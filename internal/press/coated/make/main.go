// Command make writes the profile of package coated from characterisation data
// in the form of Argyll (.ti3), and says how far the profile is from the data.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"

	"pano/internal/icc"
	"pano/internal/press/coated"
)

func main() {
	data := flag.String("ti3", "", "characterisation `file` with CMYK and XYZ fields, FOGRA39L")
	out := flag.String("o", "coated.icc", "`file` to write the profile to")
	flag.Parse()
	if err := run(*data, *out); err != nil {
		fmt.Fprintln(os.Stderr, "make:", err)
		os.Exit(1)
	}
}

func run(data, out string) error {
	f, err := os.Open(data)
	if err != nil {
		return err
	}
	defer f.Close()
	patches, err := readPatches(f)
	if err != nil {
		return fmt.Errorf("%s: %w", data, err)
	}
	m, err := fit(patches, []float64{0, 0.4, 1})
	if err != nil {
		return fmt.Errorf("%s: %w", data, err)
	}
	s := separation{model: m, limit: coated.Limit, mostBlack: 0.95, blackFrom: 60}
	profile := s.profile()
	if err := os.WriteFile(out, profile, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes\n", out, len(profile))
	return judge(profile, patches)
}

// judge says how far the looks that the profile tells are from the patches.
func judge(profile []byte, patches []patch) error {
	p, err := icc.Parse(profile)
	if err != nil {
		return err
	}
	look, err := p.Look()
	if err != nil {
		return err
	}
	paper, err := lookUp(patches, inks{})
	if err != nil {
		return err
	}
	var apart []float64
	sum := 0.0
	for _, q := range patches {
		d := icc.DeltaE(look(q.ink), relative(q.xyz, paper))
		apart = append(apart, d)
		sum += d
	}
	slices.Sort(apart)
	n := len(apart)
	fmt.Printf("%d patches, ΔE00: mean %.2f, median %.2f, p95 %.2f, largest %.2f\n", n, sum/float64(n), apart[n/2], apart[n*95/100], apart[n-1])
	return nil
}
