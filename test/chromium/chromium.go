// Package chromium starts the headless Chromium that tests and pictures of web pages are made with.
package chromium

import (
	"context"
	"errors"
	"os/exec"

	"github.com/chromedp/chromedp"
)

var errMissing = errors.New("no Chromium: scripts/setup --browser installs it")

// Start returns a context of a headless Chromium with one empty tab, for chromedp. The function
// that it returns ends it.
func Start(ctx context.Context) (context.Context, context.CancelFunc, error) {
	path := find()
	if path == "" {
		return nil, nil, errMissing
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true))
	ctx, endAllocator := chromedp.NewExecAllocator(ctx, options...)
	ctx, endBrowser := chromedp.NewContext(ctx)
	end := func() {
		endBrowser()
		endAllocator()
	}
	if err := chromedp.Do(ctx); err != nil {
		end()
		return nil, nil, err
	}
	return ctx, end, nil
}

func find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
