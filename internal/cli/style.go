package cli

import (
	"io"
	"os"

	"github.com/fatih/color"
	"golang.org/x/term"
)

// style colours text for one stream, or leaves it as it is.
type style struct{ enabled bool }

// style returns the style for a stream: colours are for terminals, unless the settings say otherwise.
func (t *tool) style(w io.Writer) style {
	switch t.settings.color {
	case "always":
		return style{true}
	case "never":
		return style{false}
	}
	return style{isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

func (s style) bad(text string) string    { return s.paint(text, color.FgRed, color.Bold) }
func (s style) good(text string) string   { return s.paint(text, color.FgGreen) }
func (s style) name(text string) string   { return s.paint(text, color.FgCyan) }
func (s style) faint(text string) string  { return s.paint(text, color.Faint) }
func (s style) strong(text string) string { return s.paint(text, color.Bold) }

func (s style) paint(text string, attributes ...color.Attribute) string {
	if !s.enabled {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(text)
}
