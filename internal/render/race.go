//go:build race

package render

// raceDetector tells a program built with -race.
const raceDetector = true
