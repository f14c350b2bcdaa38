//go:build browser

package page

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/pizco-go/pizco/gateway"
)

// tabTo presses Tab until the element that a selector names has the focus.
func (p *tab) tabTo(selector string) {
	p.t.Helper()
	for range 60 {
		p.keys(kb.Tab)
		if p.number(fmt.Sprintf(`document.activeElement.matches(%q) ? 1 : 0`, selector)) == 1 {
			return
		}
	}
	p.t.Fatalf("Tab does not reach %s; the focus is at %s", selector, p.text(":focus"))
}

// TestPageByKeyboard does with the keyboard alone what there is to do.
func TestPageByKeyboard(t *testing.T) {
	endpoint := serveGoInstrument(t, "tcp://127.0.0.1:0").Endpoint()
	p := open(t, serveGateway(t, endpoint, func(c *gateway.Config) {
		c.Targets = append(c.Targets, gateway.Target{Name: "other", Endpoint: endpoint})
	}))
	p.shows(temperature+" .badge", "live")
	p.tabTo("#skip")
	p.keys(kb.Enter)
	p.until(`document.activeElement.id === 'main'`)
	p.tabTo(temperature + plotButton)
	p.keys(" ")
	p.until(`document.querySelector('figure[data-plot="temperature"]').dataset.points >= 1`)

	p.tabTo(temperature + setButton)
	p.keys(kb.Enter)
	p.until(`document.activeElement.matches('input.literal')`)
	p.keys(kb.Escape)
	p.until(`document.activeElement.matches('` + temperature + setButton + `')`)
	p.keys(kb.Enter)
	p.until(`document.activeElement.matches('input.literal')`)
	p.keys("21.5" + kb.Enter) // in place of what was there, which is selected
	p.shows(temperature+" .value", "21.5")

	p.tabTo(`[data-method="scale"] summary`)
	p.keys(kb.Enter)
	p.tabTo(`[data-method="scale"] input`)
	p.keys("21" + kb.Tab + "3" + kb.Enter)
	p.shows(`[data-method="scale"] .outcome [role=status]`, "63")
	p.tabTo(`[data-signal="measured"] input`)
	p.keys(" ")
	p.shows(`[data-signal="measured"]`, "listening")

	p.do("the top", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur(); getSelection().collapse(document.body, 0)`))
	p.tabTo(`#targets a[data-target="other"]`)
	p.keys(kb.Enter)
	p.shows("h1", "other")
	p.until(`document.activeElement.tagName === 'H1'`)
	p.tabTo(gain + setButton)
	p.until(`getComputedStyle(document.activeElement).outlineStyle !== 'none'`) // the focus is to be seen
}

// TestPageToken asks for the token, keeps it for the tab alone, and forgets it.
func TestPageToken(t *testing.T) {
	const secret = "correct horse battery stäple"
	endpoint := serveGoInstrument(t, "tcp://127.0.0.1:0").Endpoint()
	url := serveGateway(t, endpoint, func(c *gateway.Config) { c.Tokens = []gateway.Token{{Name: "lab", Value: secret}} })
	p := open(t, url)
	p.until(`document.getElementById('token-dialog').open`)
	p.shows("#token-reason", "The gateway needs a token.")
	p.until(`document.activeElement.id === 'token'`)
	p.keys("wrong" + kb.Enter)
	p.shows("#token-reason", "The gateway does not accept the token of this tab.")
	p.until(`document.getElementById('token-dialog').open`)
	p.keys(secret + kb.Enter)
	p.shows(temperature+" .badge", "live")
	p.until(`!document.getElementById('token-dialog').open`)
	p.do("the page again", chromedp.Reload())
	p.shows(temperature+" .badge", "live")
	if n := p.number(`sessionStorage.length`); n != 1 {
		t.Errorf("%v entries in the session's storage", n)
	}
	if p.number(`JSON.stringify(localStorage).includes('horse') || location.href.includes('horse') || document.cookie !== '' ? 1 : 0`) != 0 {
		t.Error("the token is kept elsewhere, too")
	}
	other := open(t, url)
	other.until(`document.getElementById('token-dialog').open`)
	p.click("#forget")
	p.until(`document.getElementById('token-dialog').open`)
	p.until(`sessionStorage.length === 0`)
}

// axe returns the source of axe-core, which scripts/setup --browser installs.
func axe(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("../../.venvs/axe", "pytest_playwright_axe", "resources", "axe.min.js"))
	if err != nil {
		t.Fatalf("%v: run `make test-browser`, or `scripts/setup --browser` first", err)
	}
	return string(source)
}

// TestPageIsAccessible has axe-core look at the page with everything opened, in both themes and
// when it is narrow.
func TestPageIsAccessible(t *testing.T) {
	p := open(t, serveGateway(t, serveGoInstrument(t, "tcp://127.0.0.1:0").Endpoint(), nil))
	p.shows(temperature+" .badge", "live")
	p.click(temperature + plotButton)
	p.click(gain + setButton)
	p.click(`[data-method="fail_value"] summary`)
	p.click(`[data-method="fail_value"] button.primary`)
	p.shows(`[data-method="fail_value"] .problem`, "ValueError")
	p.click(`[data-signal="measured"] input`)
	p.click(`[data-method="measure"] summary`)
	p.click(`[data-method="measure"] input`)
	p.keys("3.5\r")
	p.shows(`[data-signal="measured"] .log`, "3.5")
	p.do("open everything", chromedp.Evaluate[chromedp.Void](`for (const d of document.querySelectorAll('details')) d.open = true`),
		chromedp.Evaluate[chromedp.Void](axe(t)+"; undefined"))
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int64{1100, 360} {
			p.do("choose the theme", chromedp.EmulateViewport(width, 1400),
				chromedp.Evaluate[chromedp.Void](`theme.value = '`+theme+`'; theme.dispatchEvent(new Event('change'))`))
			found, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](`axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(
				result => result.violations.map(v => v.id + ': ' + v.help + '\n  ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join('\n  ')))`,
				chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			if len(found) > 0 {
				t.Errorf("%s, %d wide:\n%s", theme, width, strings.Join(found, "\n"))
			}
			if over := p.number(`document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s: it is %v pixels wider than the window of %d", theme, over, width)
			}
		}
	}
}

// TestPageThemes follows the system, and what the user has chosen.
func TestPageThemes(t *testing.T) {
	p := open(t, serveGateway(t, serveGoInstrument(t, "tcp://127.0.0.1:0").Endpoint(), nil))
	light := p.number(brightness)
	p.do("choose dark", chromedp.Evaluate[chromedp.Void](`theme.value = 'dark'; theme.dispatchEvent(new Event('change'))`))
	if dark := p.number(brightness); light < 200 || dark > 60 {
		t.Errorf("the brightness is %v in light, %v in dark", light, dark)
	}
	p.do("the page again", chromedp.Reload())
	p.until(`document.documentElement.dataset.theme === 'dark'`)
}

const brightness = `Math.max(...getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).slice(0, 3).map(Number))`

// TestPageIsStrict has the browser load nothing from elsewhere and run nothing that is not a file
// of the page.
func TestPageIsStrict(t *testing.T) {
	url := serveGateway(t, serveGoInstrument(t, "tcp://127.0.0.1:0").Endpoint(), nil)
	for _, path := range []string{"/", "/page/app.js"} {
		response, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		policy := response.Header.Get("Content-Security-Policy")
		if response.StatusCode != http.StatusOK || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: %s, %q", path, response.Status, policy)
		}
	}
	response, err := http.Get(url + "/page/")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("the folder is listed: %s", response.Status)
	}
	p := open(t, url)
	p.shows(temperature+" .badge", "live")
	p.do("an inline script", chromedp.Evaluate[chromedp.Void](`document.head.append(Object.assign(document.createElement('script'), {textContent: 'window.pwned = true'}))`))
	p.until(`window.pwned === undefined`)
	if n := p.number(`performance.getEntriesByType('resource').filter(e => new URL(e.name).origin !== location.origin).length`); n != 0 {
		t.Errorf("%v resources come from elsewhere", n)
	}
}
