package cli

import (
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// remoteAnnotation marks the commands whose arguments are for a server.
const remoteAnnotation = "pizco-remote"

// flagsFirst moves the flags of a remote command in front of its arguments, so that they can stand
// anywhere on the line. It puts "--" between them, so that an argument such as -3 is a number and
// not a flag. Whatever follows a "--" of the user's is an argument.
func flagsFirst(root *cobra.Command, args []string) []string {
	command, rest, err := root.Find(args)
	if err != nil || command.Annotations[remoteAnnotation] == "" {
		return args
	}
	path := strings.Fields(command.CommandPath())[1:]
	var flags, arguments []string
	for len(rest) > 0 {
		n := flagLength(command, rest[0])
		switch {
		case n > len(rest):
			return append(path, rest...) // for cobra to say that the value is missing
		case rest[0] == "--":
			arguments = append(arguments, rest[1:]...)
			rest = nil
			continue
		case n == 0:
			arguments = append(arguments, rest[0])
			n = 1
		default:
			flags = append(flags, rest[:n]...)
		}
		rest = rest[n:]
	}
	return slices.Concat(path, flags, []string{"--"}, arguments)
}

// flagLength returns how many words a flag takes that begins with this one, and 0 for what is no
// flag. No Python literal begins with a hyphen and a letter.
func flagLength(command *cobra.Command, word string) int {
	name, long := strings.CutPrefix(word, "--")
	if !long {
		name = strings.TrimPrefix(word, "-")
	}
	if name == word || name == "" || !unicode.IsLetter(rune(name[0])) {
		return 0
	}
	var flag *pflag.Flag
	complete := len(name) > 1 // -ojson, or -hv
	if long {
		name, _, complete = strings.Cut(name, "=")
		flag = command.Flag(name)
	} else if flag = command.Flags().ShorthandLookup(name[:1]); flag == nil {
		flag = command.InheritedFlags().ShorthandLookup(name[:1])
	}
	if complete || flag == nil || flag.NoOptDefVal != "" {
		return 1
	}
	return 2
}
