package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// CommandPaths returns the words of every command that does something, such as ["pickle", "decode"].
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
