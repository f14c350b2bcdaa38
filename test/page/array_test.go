//go:build browser

package page

import (
	"fmt"
	"math"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// traffic counts what the gateway answers.
type traffic struct {
	http.ResponseWriter

	bytes *atomic.Int64
}

func (t traffic) Write(b []byte) (int, error) {
	t.bytes.Add(int64(len(b)))
	return t.ResponseWriter.Write(b)
}

func (t traffic) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// TestPageLargeArrays shows a target with ten attributes, one of them 10,000,000 float64, another a
// list of 1,000,000 numbers: their measures and pictures, read once, while the others are polled.
// PIZCO_MEASURE=1 holds that the first picture takes less than 2 seconds.
func TestPageLargeArrays(t *testing.T) {
	wave := make([]float64, 10_000_000)
	for i := range wave {
		wave[i] = math.Sin(float64(i) / 1e6)
	}
	wave[7_777_777] = 5
	array, err := py.NewArray(wave)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]any, 1_000_000)
	for i := range list {
		list[i] = int64(i)
	}
	scope := object.New("Scope").Attribute("wave", &array).Attribute("list", &list)
	for i := range 8 {
		scope.Attribute(fmt.Sprintf("value%d", i), &i)
	}
	server, err := goagent.Serve(scope, goagent.WithEndpoint("tcp://127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	var bytes, large, polled atomic.Int64
	url := serveBehind(t, server.Endpoint(), nil, func(g *gateway.Gateway) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.Contains(r.URL.Path, "/attributes/wave"), strings.Contains(r.URL.Path, "/attributes/list"):
				large.Add(1)
			case strings.HasSuffix(r.URL.Path, "/attributes/value0"):
				polled.Add(1)
			}
			g.ServeHTTP(traffic{w, &bytes}, r)
		})
	})
	began := time.Now()
	p := open(t, url)
	p.until(`document.querySelector('figure[data-array="wave"] path')`)
	first := time.Since(began)
	p.shows(`[data-attribute="wave"] .value`, "of <f8, shape (10000000,)")
	p.shows(`[data-attribute="wave"]`, "max 5")
	p.shows(`[data-attribute="list"]`, "max 999999")
	p.shows(`[data-attribute="value7"] .value`, "7")
	p.shows(`[data-attribute="wave"] .badge`, "read once")
	t.Logf("first picture after %v", first)
	if os.Getenv("PIZCO_MEASURE") != "" && first > 2*time.Second {
		t.Errorf("the first picture took %v", first)
	}
	atRest, rounds := bytes.Load(), polled.Load()
	for polled.Load() < rounds+5 {
		p.until(`new Promise(resolve => setTimeout(() => resolve(true), 100))`)
	}
	perMinute := (bytes.Load() - atRest) * 60 / (polled.Load() - rounds)
	t.Logf("%d bytes a minute", perMinute)
	if perMinute > 1<<20 || large.Load() != 2 {
		t.Errorf("%d bytes a minute, and %d reads of what is large", perMinute, large.Load())
	}
	p.click(`[data-attribute="wave"] input[type="checkbox"]`) // asked for, it is read again
	for large.Load() < 4 {
		p.until(`new Promise(resolve => setTimeout(() => resolve(true), 100))`)
	}
	for _, theme := range []string{"light", "dark"} {
		p.do("choose "+theme, chromedp.EmulateViewport(390, 800), chromedp.Evaluate[chromedp.Void](
			fmt.Sprintf(`(() => { const s = document.getElementById('theme'); s.value = %q; s.dispatchEvent(new Event('change')); })()`, theme)))
		p.until(`document.documentElement.scrollWidth <= 390`)
	}
}
