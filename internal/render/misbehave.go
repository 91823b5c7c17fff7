package render

import (
	"fmt"
	"time"
)

// misbehave does what a hostile picture might make a decoder do. Only tests ask for it.
func misbehave(fault string) {
	switch fault {
	case "crash":
		done := make(chan struct{})
		go func() {
			defer close(done)
			panic("in a goroutine of its own")
		}()
		<-done
	case "memory":
		var held [][]byte
		for {
			b := make([]byte, 16<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			held = append(held, b)
			if len(held) > 1<<20 {
				fmt.Println(len(held))
			}
		}
	case "processor":
		for n := 0; ; n++ {
			if n < 0 {
				fmt.Println(n)
			}
		}
	case "sleep":
		time.Sleep(time.Hour)
	}
}
