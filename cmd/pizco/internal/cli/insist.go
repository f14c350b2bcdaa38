package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/goagent"
)

// insistHelp ends the help of the commands that read.
const insistHelp = `

A server of the original never answers anybody again once it has been asked for a value that it
cannot send, such as a lock or a thread pool. So it is asked for the value's repr, and a value of
which that does not say all is not read. --insist asks for the value itself.`

// insistFlag gives a command the flag --insist.
func insistFlag(command *cobra.Command, insist *bool) *cobra.Command {
	command.Flags().BoolVar(insist, "insist", false, "ask for a value even if the server may be unable to send it, and then never answers again")
	command.Long += insistHelp
	return command
}

// reading returns the options of a read.
func reading(insist bool) []goagent.GetOption {
	if insist {
		return []goagent.GetOption{goagent.WithInsist()}
	}
	return nil
}

// dialling returns the options of a proxy that insists, or not.
func dialling(insist bool) []goagent.DialOption {
	if insist {
		return []goagent.DialOption{goagent.WithInsist()}
	}
	return nil
}

// notRead says why a value was not read, and what to do.
func notRead(e *goagent.UnsafeReadError) string {
	shown := ""
	if e.Repr != "" {
		shown = fmt.Sprintf(" (its repr is %s)", shortened(e.Repr))
	}
	return fmt.Sprintf("%s was not read%s: %s; --insist reads it all the same", e.Name, shown, e.Reason)
}

// shownRepr is how much of a repr an error shows, in characters.
const shownRepr = 200

func shortened(text string) string {
	n := 0
	for i := range text {
		if n++; n > shownRepr {
			return text[:i] + "..."
		}
	}
	return text
}
