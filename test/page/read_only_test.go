//go:build browser

package page

import (
	"testing"

	"github.com/pizco-go/pizco/gateway"
)

// TestPageReadOnly shows that a target is read-only, and offers nothing that would be refused: no
// value to set, no item to set, no method and no name that is not exposed.
func TestPageReadOnly(t *testing.T) {
	endpoint := serveGoInstrument(t, "tcp://127.0.0.1:0").Endpoint()
	p := open(t, serveGateway(t, endpoint, func(c *gateway.Config) {
		c.Targets[0].ReadOnly = true
		c.Targets[0].Allow = []string{"temperature*", "channels", "scale", "measured"}
	}))
	p.until(`document.querySelector('#main .row')?.innerText.includes('read-only')`)
	p.shows(temperature+" .value", "20.0")
	p.shows(temperature+" .badge", "live")
	p.shows("#main", "its methods cannot be called")
	const channels = `[data-attribute="channels"]`
	p.click(channels + " .buttons button:last-child")
	p.keys("1\r")
	p.shows(channels+" [role=status]", "'inside'")
	for _, offer := range []string{"[data-method]", `[data-attribute="gain"]`, temperature + setButton, channels + " form input ~ input", channels + " .field ~ .field"} {
		if n := p.number(`document.querySelectorAll('` + offer + `').length`); n != 0 {
			t.Errorf("%s: %v of them", offer, n)
		}
	}
	if forms := p.number(`document.querySelectorAll('#main form').length`); forms != 1 {
		t.Errorf("%v forms, of which only that to read an item is to be there", forms)
	}
	// What is shown goes on being told.
	set(t, client(t, endpoint), "temperature", 21.5)
	p.shows(temperature+" .value", "21.5")
}
