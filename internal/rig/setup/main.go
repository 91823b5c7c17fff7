// Command setup builds the servers that Pano's tests run, ahead of the tests,
// and prints where they are.
package main

import (
	"fmt"
	"os"

	"pano/internal/rig"
)

func main() {
	for _, tool := range rig.Tools() {
		program, err := tool.Build(os.Stderr)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(program)
	}
}
