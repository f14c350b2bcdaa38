//go:build browser

package page

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestPageHarmsNothing opens the page of an object with everything that the original cannot send,
// lets it read all attributes again and again, and insists on one that can be sent.
func TestPageHarmsNothing(t *testing.T) {
	pythons := map[string]pyenv.Interpreter{}
	for _, python := range []pyenv.Interpreter{pyenv.Oldest(t), pyenv.Newest(t)} {
		pythons[python.Version] = python
	}
	for version, python := range pythons {
		t.Run(version, func(t *testing.T) {
			server := python.Serve(t, pyenv.Hazards)
			p := open(t, serveGateway(t, server.RepEndpoint, func(c *gateway.Config) { c.Limits.Rate = 0 }))
			attribute := func(name string) string { return `[data-attribute="` + name + `"]` }
			p.do("make the window tall", chromedp.EmulateViewport(1100, 12000)) // what is out of sight is not read
			p.shows(attribute("count")+" .value", "3")
			p.shows(attribute("tools")+" .value", "gripper")
			for _, hazard := range []string{"pool", "lock", "file", "generator", "event", "outcome"} {
				p.shows(attribute(hazard)+" .value", "<")
				p.shows(attribute(hazard)+" .badge", "repr")
				p.shows(attribute(hazard+"_in_list")+" .value", "[1, <")
				p.shows(attribute(hazard+"_in_dict")+" .value", "{'a': <")
			}
			p.shows(attribute("busy")+" .value", "lock object")
			p.until(`performance.getEntriesByType('resource').length > 200`) // all have been read again
			answers(t, server)

			p.shows(attribute("color")+" .value", "<Color.RED: 1>")
			p.shows(attribute("color")+" .buttons [aria-expanded]:last-child", "Read anyway")
			p.click(attribute("color") + " .buttons [aria-expanded]:last-child")
			p.shows(attribute("color")+" form", "never answers anybody again")
			p.click(attribute("color") + " form button.primary")
			p.shows(attribute("color")+" .outcome", "Color")
			answers(t, server)
		})
	}
}

// answers fails the test unless the server answers another client.
func answers(t *testing.T, server *pyenv.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	p, err := goagent.Dial(ctx, server.RepEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Call(ctx, nil, "greet"); err != nil {
		t.Fatal(err)
	}
}
