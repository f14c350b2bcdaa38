// Command screenshot takes the picture of the gateway's page in README: go run ./test/screenshot
// [-theme dark] FILE. It serves an object, opens the page in a headless Chromium, uses it as one
// does, and writes what is to be seen then as PNG.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"net/http/httptest"
	"os"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/test/chromium"
)

func main() {
	theme := flag.String("theme", "light", "the theme of the page, `light` or dark")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: screenshot [-theme dark] FILE")
		os.Exit(2)
	}
	if err := take(*theme, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "screenshot:", err)
		os.Exit(1)
	}
}

// points is how many measurements the picture shows.
const points = 60

func take(theme, file string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	oven := newOven()
	server, err := goagent.Serve(oven.object())
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	config := gateway.DefaultConfig()
	config.Targets = []gateway.Target{
		{Name: "oven", Endpoint: server.Endpoint(), Description: "The furnace in room 2."},
		{Name: "spectrometer", Endpoint: "tcp://127.0.0.1:1", Description: "Switched off over the weekend."},
	}
	handler, err := gateway.New(config)
	if err != nil {
		return err
	}
	defer func() { _ = handler.Close() }()
	web := httptest.NewServer(handler)
	defer web.Close()
	defer handler.Drain()
	ctx, end, err := chromium.Start(ctx)
	if err != nil {
		return err
	}
	defer end()
	picture, err := photograph(ctx, web.URL, theme, oven)
	if err != nil {
		return err
	}
	return os.WriteFile(file, picture, 0o644)
}

// photograph uses the page and returns a picture of it.
func photograph(ctx context.Context, url, theme string, oven *oven) ([]byte, error) {
	err := chromedp.Do(ctx,
		chromedp.EmulateViewport(1180, 1260),
		chromedp.Navigate(url),
		chromedp.WaitVisible(`[data-attribute="temperature"] .buttons button`),
		chromedp.Evaluate[chromedp.Void](`document.getElementById('theme').value = '`+theme+`'; document.getElementById('theme').dispatchEvent(new Event('change'))`),
		chromedp.Poll[chromedp.Void](`document.querySelector('[data-attribute="temperature"] .badge').textContent === 'live'`),
		chromedp.Click(`[data-attribute="temperature"] button[aria-pressed]`),
		chromedp.Click(`[data-method="heat"] summary`),
		chromedp.Click(`[data-method="heat"] input`),
		chromedp.KeyEvent("900"+kb.Enter),
		chromedp.WaitVisible(`[data-method="heat"] .problem`),
		chromedp.Click(`[data-signal="door_opened"] input`),
		chromedp.Poll[chromedp.Void](`document.querySelector('[data-signal="door_opened"]').textContent.includes('listening')`),
	)
	if err != nil {
		return nil, err
	}
	for i := range points {
		if err := oven.measure(ctx, i); err != nil {
			return nil, err
		}
	}
	return chromedp.Run(ctx, chromedp.QueryAfter(`[data-attribute="temperature"] figure[data-points]`,
		func(ctx context.Context, _ *chromedp.Target, _ []*chromedp.Node) ([]byte, error) {
			if err := chromedp.Do(ctx,
				chromedp.Poll[chromedp.Void](fmt.Sprintf(`document.querySelector('figure').dataset.points >= %d`, points)),
				chromedp.WaitVisible(`[data-signal="door_opened"] li`),
				chromedp.Evaluate[chromedp.Void](`document.activeElement.blur(); scrollTo(0, 0)`)); err != nil {
				return nil, err
			}
			return chromedp.Run(ctx, chromedp.CaptureScreenshot())
		}))
}

// oven is the object in the picture.
type oven struct {
	temperature        float64
	setpoint           float64
	temperatureChanged object.Signal
	doorOpened         object.Signal
}

func newOven() *oven { return &oven{temperature: 21, setpoint: 180} }

func (o *oven) object() *object.Object {
	return object.New("Oven").
		Property("temperature", func() float64 { return o.temperature }, nil).
		Property("setpoint", func() float64 { return o.setpoint }, func(value float64) { o.setpoint = value }).
		Dict("calibration", map[string]any{"offset": -0.25, "sensor": "Pt100"}).
		Signal("temperature_changed", &o.temperatureChanged).
		Signal("door_opened", &o.doorOpened).
		Method("heat", func(to, _ float64) error {
			if to > 500 {
				return pyerr.ValueError.New("an oven is not hotter than 500 degrees")
			}
			o.setpoint = to
			return nil
		}, "to", object.Default("ramp", 2.5)).
		Method("stop", func() {})
}

// measure has the temperature change, and the door be opened now and then.
func (o *oven) measure(ctx context.Context, i int) error {
	old := o.temperature
	o.temperature = math.Round(10*(180-159*math.Exp(-float64(i)/18)+3*math.Sin(float64(i)/2))) / 10
	o.temperatureChanged.Emit(o.temperature, old)
	if i%25 == 10 {
		o.doorOpened.Emit([]any{"front", i})
	}
	select {
	case <-time.After(50 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
