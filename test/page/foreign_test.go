//go:build browser

package page

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

// attacks is a page that tries all that a page can make a browser do with a gateway, and counts
// what it has got.
const attacks = `<!doctype html><title>attack</title><body><script>
const gateway = %q, got = [], done = [];
const attempt = (name, run) => Promise.resolve().then(run).then(result => { if (result) got.push(name + ': ' + result); }, () => {}).then(() => done.push(name));
const paths = ['/v1', '/v1/lab', '/v1/lab/attributes/value', '/v1/lab/attributes/items/items/1', '/v1/lab/signals/changed', '/metrics', '/openapi.json'];
const element = (tag, attribute, url) => new Promise(resolve => {
  const e = document.createElement(tag);
  e.onload = () => resolve('loaded'); e.onerror = () => resolve('');
  e[attribute] = url;
  document.body.append(e);
});
window.finished = Promise.all([
  ...paths.flatMap(path => [
    attempt('fetch ' + path, async () => (await fetch(gateway + path)).status),
    attempt('no-cors ' + path, async () => { const r = await fetch(gateway + path, { mode: 'no-cors' }); return r.status || (await r.text()).length; }),
    attempt('credentials ' + path, async () => (await fetch(gateway + path, { credentials: 'include' })).status),
    attempt('img ' + path, () => element('img', 'src', gateway + path)),
    attempt('script ' + path, () => element('script', 'src', gateway + path)),
    attempt('frame ' + path, async () => { const f = document.createElement('iframe'); f.src = gateway + path; const loaded = new Promise(r => { f.onload = r; f.onerror = r; }); document.body.append(f); await loaded; try { return f.contentDocument && f.contentDocument.body.textContent; } catch { return ''; } }),
  ]),
  ...['PUT', 'POST', 'DELETE'].flatMap(method => ['/v1/lab/attributes/value', '/v1/lab/methods/act', '/v1/lab/attributes/items/items/1'].map(path =>
    attempt(method + path, async () => (await fetch(gateway + path, { method, headers: { 'Content-Type': 'application/json' }, body: method === 'DELETE' ? undefined : '{"value": 1}' })).status))),
  attempt('simple POST', async () => (await fetch(gateway + '/v1/lab/methods/act', { method: 'POST', mode: 'no-cors', headers: { 'Content-Type': 'text/plain' }, body: '{}' })).status),
  attempt('empty POST', async () => (await fetch(gateway + '/v1/lab/methods/act', { method: 'POST', mode: 'no-cors' })).status),
  attempt('beacon', () => { navigator.sendBeacon(gateway + '/v1/lab/methods/act', '{}'); return ''; }),
  attempt('form', () => new Promise(resolve => {
    const frame = document.createElement('iframe'); frame.name = 'target'; document.body.append(frame);
    const form = document.createElement('form'); form.action = gateway + '/v1/lab/methods/act'; form.method = 'post'; form.target = 'target';
    frame.onload = () => { try { resolve(frame.contentDocument.body.textContent); } catch { resolve(''); } };
    document.body.append(form); form.submit();
  })),
  attempt('websocket', () => new Promise(resolve => {
    const socket = new WebSocket(gateway.replace('http', 'ws') + '/v1/lab/signals/changed', 'pizco.v1');
    socket.onopen = () => resolve('open'); socket.onerror = () => resolve('');
  })),
  attempt('events', () => new Promise(resolve => {
    const source = new EventSource(gateway + '/v1/lab/signals/changed');
    source.onopen = () => resolve('open'); source.onerror = () => { source.close(); resolve(''); };
  })),
]).then(() => { document.body.dataset.done = done.length; document.body.dataset.got = got.join('\n'); });
</script>`

// watchedTarget is an object that counts all that is asked of it.
func watchedTarget(t *testing.T) (endpoint string, asked *atomic.Int64) {
	t.Helper()
	asked = &atomic.Int64{}
	object := object.New("Lab").
		Property("value", func() int { asked.Add(1); return 7 }, func(int) { asked.Add(1) }).
		Method("act", func(...any) { asked.Add(1) }).Signal("changed", &object.Signal{})
	server, err := goagent.Serve(object, goagent.WithEndpoint("tcp://127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server.Endpoint(), asked
}

// TestForeignPage opens pages of other origins, which can neither read nor call anything of a
// gateway without tokens, whether it knows the browser's user or not. The target is not asked for
// anything.
func TestForeignPage(t *testing.T) {
	endpoint, asked := watchedTarget(t)
	url := serveGateway(t, endpoint, nil)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, attacks, url)
	}))
	t.Cleanup(site.Close)
	// A page of another port of the same host, of another host, and one whose name points to this
	// machine.
	port := site.URL[strings.LastIndexByte(site.URL, ':'):]
	for _, origin := range []string{site.URL, "http://localhost" + port, "http://evil.localhost" + port} {
		p := openForeign(t, origin)
		p.until(`document.body.dataset.done > 40`)
		if got := p.attribute("got"); got != "" {
			t.Errorf("a page of %s got\n%s", origin, got)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the target was asked %d times", n)
	}
	if r, err := http.Get(url + "/v1/lab/attributes/value"); err != nil || r.StatusCode != 200 { // it would have answered
		t.Errorf("%v, %v", r, err)
	} else {
		r.Body.Close()
	}
	if asked.Load() == 0 {
		t.Error("the target does not count")
	}
}

// TestAllowedPage lets a page use the gateway whose origin is listed.
func TestAllowedPage(t *testing.T) {
	endpoint, _ := watchedTarget(t)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><title>friend</title><body>`)
	}))
	t.Cleanup(site.Close)
	url := serveGateway(t, endpoint, func(c *gateway.Config) { c.Origins = []string{site.URL} })
	p := openForeign(t, site.URL)
	p.do("fetch", chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`fetch(%q).then(r => r.json()).then(d => { document.body.dataset.got = d.value; })`, url+"/v1/lab/attributes/value")))
	p.until(`document.body.dataset.got === '7'`)
}

// openForeign opens a page whose errors are its own business.
func openForeign(t *testing.T, url string) *tab {
	t.Helper()
	ctx, cancel := context.WithTimeout(browserContext, limit)
	t.Cleanup(cancel)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	p := &tab{t, ctx}
	p.do("open "+url, chromedp.Navigate(url))
	return p
}

// attribute returns data that the page has put at its body.
func (p *tab) attribute(name string) string {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.body.dataset[%q] ?? ''`, name)))
	if err != nil {
		p.t.Fatal(err)
	}
	return value
}
