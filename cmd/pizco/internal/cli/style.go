package cli

import (
	"os"
	"strings"

	"golang.org/x/term"
)

// style colours text for one stream, or leaves it as it is.
type style struct {
	enabled bool
	raw     bool
}

// style returns the style for a stream: colours are for terminals, unless the settings say
// otherwise.
func (t *tool) style(w *screen) style {
	raw := t.settings.raw
	switch t.settings.color {
	case "always":
		return style{true, raw}
	case "never":
		return style{false, raw}
	}
	return style{isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", raw}
}

func isTerminal(stream any) bool {
	if s, ok := stream.(*screen); ok {
		stream = s.stream
	}
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

func (s style) bad(text string) shown    { return s.paint(s.line(text), red, bold) }
func (s style) good(text string) shown   { return s.paint(s.line(text), green) }
func (s style) name(text string) shown   { return s.paint(s.line(text), cyan) }
func (s style) faint(text string) shown  { return s.paint(s.line(text), faint) }
func (s style) strong(text string) shown { return s.paint(s.line(text), bold) }

// The attributes of a terminal's text, as the sequence SGR of ECMA-48 numbers them.
const (
	bold  = "1"
	faint = "2"
	red   = "31"
	green = "32"
	cyan  = "36"
)

func (s style) paint(text shown, attributes ...string) shown {
	if !s.enabled {
		return text
	}
	return shown("\x1b["+strings.Join(attributes, ";")+"m") + text + "\x1b[0m"
}
