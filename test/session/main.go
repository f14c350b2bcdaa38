// Command session plays a terminal session with the tool and writes it as an animated SVG: go run
// ./test/session PIZCO > docs/session.svg. Its argument is the tool's binary. The commands
// really run; what they print is what is shown.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// shownEndpoint is what the session shows for the endpoint that the server really has.
const shownEndpoint = "tcp://127.0.0.1:8000"

// commands are typed one after the other, while the first goes on in the background.
var commands = []string{
	`pizco serve --class robot.Robot ` + shownEndpoint + ` &`,
	`pizco inspect ` + shownEndpoint,
	`pizco get ` + shownEndpoint + ` age`,
	`pizco set ` + shownEndpoint + ` age 28`,
	`pizco call ` + shownEndpoint + ` greet "'World'" greeting="'Good morning'"`,
	`pizco -o json get ` + shownEndpoint + ` tools`,
	`pizco set ` + shownEndpoint + ` age -1`,
	`pizco pickle encode -e "{'a': (1, 2)}" | pizco pickle decode`,
	`pizco stop ` + shownEndpoint,
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: session PIZCO")
		os.Exit(2)
	}
	lines, err := play(os.Args[1])
	if err == nil {
		err = draw(os.Stdout, lines)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "session:", err)
		os.Exit(1)
	}
}

// line is a line of the terminal.
type line struct {
	text  string
	typed bool
}

// play runs the commands and returns what the terminal shows.
func play(tool string) ([]line, error) {
	tool, err := filepath.Abs(tool)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "pizco-session")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	env := append(os.Environ(), "PATH="+filepath.Dir(tool)+":"+os.Getenv("PATH"), "XDG_CONFIG_HOME="+folder, "PZC_KEY=", "PZC_SER=")

	server := exec.Command(tool, "serve", "--class", "robot.Robot", "ipc://"+filepath.Join(folder, "robot"))
	server.Env = env
	output, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	defer func() {
		_ = server.Process.Signal(syscall.SIGTERM) // It has ended already, as a rule.
		_ = server.Wait()
	}()
	lines := []line{{commands[0], true}}
	place := strings.NewReplacer(shownEndpoint, "ipc://"+filepath.Join(folder, "robot"))
	shown := strings.NewReplacer("ipc://"+filepath.Join(folder, "robot"), shownEndpoint)
	printed := bufio.NewScanner(output)
	for range 2 {
		if !printed.Scan() {
			return nil, errors.New("the server does not start")
		}
		lines = append(lines, line{text: shown.Replace(printed.Text())})
	}
	for _, command := range commands[1:] {
		cmd := exec.Command("sh", "-c", place.Replace(command))
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			return nil, err
		}
		lines = append(lines, line{command, true})
		for text := range bytes.Lines(out) {
			lines = append(lines, line{text: shown.Replace(strings.TrimSuffix(string(text), "\n"))})
		}
	}
	if printed.Scan() {
		lines = append(lines, line{text: printed.Text()})
	}
	return lines, nil
}

// The measures of the picture, in pixels, and of its animation, in seconds.
const (
	lineHeight = 20
	charWidth  = 8.43
	margin     = 16
	titleBar   = 32
	perCommand = 1.2
	perLine    = 0.08
)

// draw writes the lines as an SVG in which they appear one after the other. Readers that prefer
// reduced motion see all lines at once.
func draw(out io.Writer, lines []line) error {
	columns := 0
	for _, l := range lines {
		columns = max(columns, len([]rune(l.text))+2)
	}
	width := int(float64(columns)*charWidth) + 2*margin
	height := titleBar + len(lines)*lineHeight + 2*margin
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="A terminal session with pizco">`+"\n", width, height, width, height)
	svg.WriteString(`<style>
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #d6deeb; white-space: pre; }
  .typed { fill: #ffffff; font-weight: 600; }
  .prompt { fill: #7fdbca; }
  .line { animation: appear .01s both; }
  @keyframes appear { from { opacity: 0; } to { opacity: 1; } }
  @media (prefers-reduced-motion: reduce) { .line { animation: none; } }
</style>
`)
	fmt.Fprintf(&svg, `<rect width="%d" height="%d" rx="8" fill="#011627"/>`+"\n", width, height)
	for i, color := range []string{"#ff5f56", "#ffbd2e", "#27c93f"} {
		fmt.Fprintf(&svg, `<circle cx="%d" cy="%d" r="6" fill="%s"/>`+"\n", margin+6+20*i, titleBar/2+2, color)
	}
	at := 0.0
	for i, l := range lines {
		y := titleBar + margin + (i+1)*lineHeight - 6
		if at += perLine; l.typed {
			at += perCommand
			fmt.Fprintf(&svg, `<text class="line" style="animation-delay:%.2fs" x="%d" y="%d"><tspan class="prompt">$ </tspan><tspan class="typed">%s</tspan></text>`+"\n",
				at, margin, y, html.EscapeString(l.text))
			continue
		}
		fmt.Fprintf(&svg, `<text class="line" style="animation-delay:%.2fs" x="%d" y="%d">%s</text>`+"\n", at, margin, y, html.EscapeString(l.text))
	}
	svg.WriteString("</svg>\n")
	_, err := io.WriteString(out, svg.String())
	return err
}
