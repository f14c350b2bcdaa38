package cli

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
)

// headLine matches the lines of a traceback that stand at the beginning of a line.
var headLine = regexp.MustCompile(`^(?:Traceback \(most recent call last\):|During handling of the above exception, another exception occurred:|` +
	`The above exception was the direct cause of the following exception:|[A-Za-z_][\w.]*(?:: .*)?|)$`)

// ownLine matches what the tool's own lines begin with.
var ownLine = regexp.MustCompile(`^(?:pizco|watching)\b`)

// exception returns an exception of the peer with its traceback, as Python prints it. Further lines
// of its message are indented, so that none of them is taken for a line of the tool.
func (s style) exception(remote *pyerr.RemoteError) shown {
	if s.raw {
		return shown(strings.TrimSuffix(fmt.Sprintf("%+v", remote), "\n"))
	}
	message := remote.Error()
	full := strings.TrimSuffix(fmt.Sprintf("%+v", remote), "\n")
	traceback, ok := strings.CutSuffix(full, message)
	if !ok {
		traceback, message = full, ""
	}
	var lines []string
	for _, line := range strings.Split(strings.TrimSuffix(traceback, "\n"), "\n") {
		if !strings.HasPrefix(line, " ") && (!headLine.MatchString(line) || ownLine.MatchString(line)) {
			line = messageIndent + line
		}
		lines = append(lines, line)
	}
	if traceback == "" {
		lines = nil
	}
	if message != "" {
		lines = append(lines, strings.ReplaceAll(message, "\n", "\n"+messageIndent))
	}
	return s.lines(strings.Join(lines, "\n"))
}

const messageIndent = "    "
