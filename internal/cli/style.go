package cli

import (
	"os"

	"github.com/fatih/color"
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

func (s style) bad(text string) shown    { return s.paint(s.line(text), color.FgRed, color.Bold) }
func (s style) good(text string) shown   { return s.paint(s.line(text), color.FgGreen) }
func (s style) name(text string) shown   { return s.paint(s.line(text), color.FgCyan) }
func (s style) faint(text string) shown  { return s.paint(s.line(text), color.Faint) }
func (s style) strong(text string) shown { return s.paint(s.line(text), color.Bold) }

func (s style) paint(text shown, attributes ...color.Attribute) shown {
	if !s.enabled {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return shown(c.Sprint(string(text)))
}
