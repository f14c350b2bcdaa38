//go:build browser

// Package page tests the gateway's page in a browser, which is large: the tag keeps the tests
// apart. `make test-browser` runs them.
package page

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/test/chromium"
	"github.com/pizco-go/pizco/wire"
)

// limit bounds everything that a test waits for.
const limit = 2 * time.Minute

// browserContext is that of the browser that all tests open their tabs in.
var browserContext context.Context

func TestMain(m *testing.M) {
	ctx, end, err := chromium.Start(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	browserContext = ctx
	code := m.Run()
	end()
	os.Exit(code)
}

// tab is a tab of the browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// open opens an address in a tab. An error in the page's scripts fails the test.
func open(t *testing.T, url string) *tab {
	t.Helper()
	ctx, cancel := context.WithTimeout(browserContext, 5*limit)
	t.Cleanup(cancel)
	ctx, closeTab := chromedp.NewContext(ctx, chromedp.WithListener(func(event any) {
		if thrown, ok := event.(*runtime.EventExceptionThrown); ok {
			t.Errorf("an error in the page: %v", thrown.ExceptionDetails)
		}
	}))
	t.Cleanup(closeTab)
	p := &tab{t, ctx}
	p.do("open "+url, chromedp.EmulateViewport(1100, 1400), chromedp.Navigate(url))
	return p
}

func (p *tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatalf("%s: %v\nthe page shows:\n%s", what, err, p.text("body"))
	}
}

// text returns what an element shows.
func (p *tab) text(selector string) string {
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ''`, selector)))
	if err != nil {
		return err.Error()
	}
	return text
}

// until waits until an expression of JavaScript is true.
func (p *tab) until(expression string) {
	p.t.Helper()
	p.do("wait for "+expression, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(limit)))
}

// shows waits until an element holds a text.
func (p *tab) shows(selector, want string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`document.querySelector(%q)?.textContent.includes(%q)`, selector, want))
}

func (p *tab) click(selector string) {
	p.t.Helper()
	p.do("click "+selector, chromedp.ScrollIntoView(selector), chromedp.Click(selector))
}

func (p *tab) keys(keys string) {
	p.t.Helper()
	p.do("type "+keys, chromedp.KeyEvent(keys))
}

// number returns the value of an expression.
func (p *tab) number(expression string) float64 {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[float64](expression))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// serveGateway serves a gateway with one target, named lab, and returns its address.
func serveGateway(t *testing.T, endpoint string, change func(*gateway.Config)) string {
	t.Helper()
	return serveBehind(t, endpoint, change, func(g *gateway.Gateway) http.Handler { return g })
}

func serveBehind(t *testing.T, endpoint string, change func(*gateway.Config), behind func(*gateway.Gateway) http.Handler) string {
	t.Helper()
	config := gateway.DefaultConfig()
	config.Targets = []gateway.Target{{Name: "lab", Endpoint: endpoint, Description: "The instrument on the bench."}}
	if change != nil {
		change(&config)
	}
	g, err := gateway.New(config, gateway.WithProtocol(wire.Protocol{Serializer: "pickle4"}))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(behind(g))
	t.Cleanup(func() {
		g.Drain()
		server.CloseClientConnections()
		server.Close()
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.URL
}

// withPeers runs a test with an instrument that the original serves on the oldest and the newest
// Python, and with one in Go.
func withPeers(t *testing.T, test func(t *testing.T, endpoint string, isGo bool)) {
	t.Helper()
	t.Run("go", func(t *testing.T) { test(t, serveGoInstrument(t, "tcp://127.0.0.1:0").Endpoint(), true) })
	newest, oldest := pyenv.Newest(t), pyenv.Oldest(t)
	t.Run(newest.Version, func(t *testing.T) { test(t, newest.Serve(t, pyenv.Instrument).RepEndpoint, false) })
	if oldest.Version != newest.Version {
		t.Run(oldest.Version, func(t *testing.T) { test(t, oldest.Serve(t, pyenv.Instrument).RepEndpoint, false) })
	}
}

// serveGoInstrument serves some members of python_fixtures/instrument.py in Go.
func serveGoInstrument(t *testing.T, endpoint string) *goagent.Server {
	t.Helper()
	var temperatureChanged, measured object.Signal
	temperature, gain := 20.0, 1.5
	instrument := object.New("Instrument").
		Attribute("gain", &gain).
		Dict("channels", map[any]any{int64(1): "inside", "two": "outside"}).
		Property("temperature", func() float64 { return temperature }, func(value float64) error {
			if value < -273.15 {
				return pyerr.ValueError.New("no temperature is below absolute zero", value)
			}
			old := temperature
			temperature = value
			temperatureChanged.Emit(value, old)
			return nil
		}).
		Signal("temperature_changed", &temperatureChanged).
		Signal("measured", &measured).
		Method("measure", func(values ...any) { measured.Emit(values...) }).
		Method("scale", func(x, factor int) int { return x * factor }, "x", object.Default("factor", 2)).
		Method("fail_value", func() error { return pyerr.ValueError.New("not a valid age", 42) }).
		Method("think", func(_ string, seconds float64) *object.Future {
			future := object.NewFuture()
			time.AfterFunc(time.Duration(seconds*float64(time.Second)), func() { future.Resolve(42) })
			return future
		}, "question", object.Default("seconds", 0.05))
	server, err := goagent.Serve(instrument, goagent.WithEndpoint(endpoint))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server
}

// client returns a client of the instrument beside the page.
func client(t *testing.T, endpoint string) *goagent.Proxy {
	t.Helper()
	proxy, err := goagent.Dial(t.Context(), endpoint, goagent.WithSerializer("pickle4"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	return proxy
}

func set(t *testing.T, proxy *goagent.Proxy, name string, value any) {
	t.Helper()
	if err := proxy.Set(t.Context(), name, value); err != nil {
		t.Fatal(err)
	}
}

// Selectors of what is on the page.
const (
	temperature = `[data-attribute="temperature"]`
	gain        = `[data-attribute="gain"]`
	plotButton  = ` button[aria-pressed]`
	setButton   = ` button[aria-expanded]`
)

// TestPage uses the page as one does: it sees values change, calls methods, sees exceptions, and
// sees plots grow.
func TestPage(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, isGo bool) {
		p := open(t, serveGateway(t, endpoint, nil))
		beside := client(t, endpoint)
		p.shows("h1", "lab")
		p.shows("#targets a[aria-current] .badge", "connected")
		p.shows("main", "The instrument on the bench.")

		p.shows(temperature+" .value", "20.0")
		p.shows(temperature+" .badge", "live")
		p.shows(gain+" .badge", "polled")
		p.click(temperature + plotButton)
		p.until(`document.querySelector('figure[data-plot="temperature"]').dataset.points >= 1`)
		for i := range 5 {
			set(t, beside, "temperature", 30.5+float64(i))
			p.shows(temperature+" .value", fmt.Sprintf("%.1f", 30.5+float64(i)))
		}
		p.until(`document.querySelector('figure[data-plot="temperature"]').dataset.points >= 6`)
		p.until(`document.querySelector('figure[data-plot="temperature"] polyline').getAttribute('points').split(' ').length >= 6`)
		p.click(`figure[data-plot="temperature"] summary`)
		p.shows(`figure[data-plot="temperature"] tbody`, "34.5")
		set(t, beside, "gain", 2.25)
		p.shows(gain+" .value", "2.25")

		p.click(gain + setButton)
		p.keys("-1e-3\r") // what was there is selected
		p.shows(gain+" [role=status]", "gain is set.")
		p.shows(gain+" .value", "-0.001")
		p.click(temperature + setButton)
		p.keys("-300\r")
		p.shows(temperature+" .problem", "no temperature is below absolute zero")
		p.shows(temperature+" .problem strong", "ValueError")
		p.shows(temperature+" .problem details", "-300")
		p.do("select what was typed", chromedp.Evaluate[chromedp.Void](`document.activeElement.select()`))
		p.keys("warm\r")
		p.shows(temperature+" .problem", "warm is not a literal; a text needs quotes: 'warm' (character 1)")

		call(p, "scale", isGo, "21")
		p.shows(`[data-method="scale"] .outcome`, "Result: 42")
		call(p, "fail_value", true)
		p.shows(`[data-method="fail_value"] .problem`, "not a valid age")
		p.click(`[data-method="fail_value"] .problem summary`)
		p.shows(`[data-method="fail_value"] .problem details`, "args: ['not a valid age', 42]")
		call(p, "think", isGo, "'six by nine'", "0.2")
		p.shows(`[data-method="think"] .outcome`, "Result: 42")

		p.click(`[data-signal="measured"] input`)
		p.shows(`[data-signal="measured"]`, "listening")
		for i := 1; p.number(`Number(document.querySelector('figure[data-plot="measured"]')?.dataset.points ?? 0)`) < 3; i++ {
			if err := beside.Call(t.Context(), nil, "measure", i, "volts"); err != nil {
				t.Fatal(err)
			}
		}
		p.shows(`[data-signal="measured"] .log`, "'volts'")
		p.until(`/measured: \d+ values? in \d+ seconds, between/.test(document.querySelector('figure[data-plot="measured"] title').textContent)`)
		p.click(`[data-signal="measured"] input`)
		p.until(`document.querySelector('[data-signal="measured"] [role=status]').textContent === ''`)
	})
}

// call fills in the form of a method and sends it. Where the parameters are known, each has a field
// of its own.
func call(p *tab, method string, known bool, args ...string) {
	p.t.Helper()
	form := `[data-method="` + method + `"]`
	p.click(form + " summary")
	if len(args) > 0 {
		p.click(form + " input")
	}
	if known {
		p.keys(strings.Join(args, "\t"))
	} else {
		p.keys(strings.Join(args, ", "))
	}
	p.click(form + " button.primary")
}

// TestPageItems reads and sets an item of a dict.
func TestPageItems(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, _ bool) {
		p := open(t, serveGateway(t, endpoint, nil))
		const channels = `[data-attribute="channels"]`
		p.shows(channels+" .value", "{1: 'inside', 'two': 'outside'}")
		// The last button is that for items: the first sets the whole attribute, where it can be
		// set.
		p.click(channels + " .buttons button:last-child")
		p.keys("1\r")
		p.shows(channels+" [role=status]", "'inside'")
		p.keys("\t(2, b'x')\r")
		p.shows(channels+" [role=status]", "The item is set.")
		p.shows(channels+" .value", "{1: (2, b'x'), 'two': 'outside'}")
	})
}

// TestPageAfterAnInterruption stops the target and starts it again: the page says so and goes on by
// itself.
func TestPageAfterAnInterruption(t *testing.T) {
	server := serveGoInstrument(t, "tcp://127.0.0.1:0")
	p := open(t, serveGateway(t, server.Endpoint(), nil))
	p.shows(temperature+" .badge", "live")
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	p.shows("#targets .badge", "down")
	p.shows(gain+" .problem", "The target is down")
	p.shows(temperature+" .badge", "polled")
	again := serveGoInstrument(t, server.Endpoint())
	p.shows("#targets .badge", "connected")
	p.until(`document.querySelectorAll('.problem').length === 0`)
	p.shows(temperature+" .badge", "live")
	set(t, client(t, again.Endpoint()), "temperature", 99.5)
	p.shows(temperature+" .value", "99.5")
}

// TestPageStaleRead shows what the signal told, and not what was read before that and came later.
func TestPageStaleRead(t *testing.T) {
	endpoint := serveGoInstrument(t, "tcp://127.0.0.1:0").Endpoint()
	var hold atomic.Bool
	held, release, polled := make(chan struct{}), make(chan struct{}), make(chan struct{}, 1000)
	p := open(t, serveBehind(t, endpoint, nil, func(g *gateway.Gateway) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/attributes/gain"):
				polled <- struct{}{}
			case strings.HasSuffix(r.URL.Path, "/attributes/temperature") && hold.CompareAndSwap(true, false):
				answer := httptest.NewRecorder()
				g.ServeHTTP(answer, r)
				close(held)
				<-release
				maps.Copy(w.Header(), answer.Header())
				w.WriteHeader(answer.Code)
				_, _ = w.Write(answer.Body.Bytes())
				return
			}
			g.ServeHTTP(w, r)
		})
	}))
	p.shows(temperature+" .badge", "live")
	hold.Store(true)
	p.until(`[...document.querySelectorAll('button')].some(b => b.textContent === 'Read now' && (b.click(), true))`)
	<-held
	set(t, client(t, endpoint), "temperature", 88.5)
	p.shows(temperature+" .value", "88.5")
	close(release)
	// The answer has been shown, if it is, when the page polls the others anew: the first of these
	// requests may be on its way.
	for len(polled) > 0 {
		<-polled
	}
	<-polled
	<-polled
	if got := p.text(temperature + " .value"); got != "88.5" {
		t.Errorf("the page shows %s", got)
	}
}

// TestPageWithoutWebSockets streams signals by server-sent events where WebSockets do not get
// through.
func TestPageWithoutWebSockets(t *testing.T) {
	endpoint := serveGoInstrument(t, "tcp://127.0.0.1:0").Endpoint()
	p := open(t, serveBehind(t, endpoint, nil, func(g *gateway.Gateway) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Upgrade") != "" {
				http.Error(w, "no upgrades here", http.StatusBadRequest)
				return
			}
			g.ServeHTTP(w, r)
		})
	}))
	p.shows(temperature+" .badge", "live")
	set(t, client(t, endpoint), "temperature", 77.5)
	p.shows(temperature+" .value", "77.5")
}
