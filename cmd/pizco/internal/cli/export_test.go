package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// CommandPaths returns the words of every command that does something, such as ["pickle",
// "decode"].
func CommandPaths() [][]string {
	var paths [][]string
	var walk func(*cobra.Command)
	walk = func(command *cobra.Command) {
		if command.Runnable() {
			paths = append(paths, strings.Fields(command.CommandPath())[1:])
		}
		for _, below := range command.Commands() {
			walk(below)
		}
	}
	walk((&tool{}).rootCommand())
	return paths
}

// Escape is what makes the text of others ready for a terminal.
func Escape(text string, lines bool) string { return escape(text, lines) }

// EscapeWritten is what a screen makes of a text that was not made ready.
func EscapeWritten(text string) string {
	var b strings.Builder
	t := &tool{}
	_, _ = (&screen{&b, t}).Write([]byte(text)) // a Builder does not fail
	return b.String()
}

// ExitCode is the exit code for an error that a command ends with.
func ExitCode(err error) int { return exitCode(err) }

// Rounded is how bench shows a time.
func Rounded(d time.Duration) string { return rounded(d) }

// BenchProgress is what bench shows when so many calls have been started.
func BenchProgress(calls int, duration time.Duration, done int64, elapsed time.Duration) string {
	b := &bencher{settings: benchSettings{calls: calls, duration: duration}}
	b.done.Store(done)
	var out strings.Builder
	b.printProgress(&out, elapsed)
	return out.String()
}
