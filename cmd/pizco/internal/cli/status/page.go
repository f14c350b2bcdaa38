package status

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

//go:embed page.html
var pageHTML []byte

const (
	// closeGrace is how long after the last page went away a new one may come: reloading a page
	// closes it first.
	closeGrace = time.Second
	// refresh bounds how often a page is told of changes.
	refresh = 100 * time.Millisecond
	// beat is how often a page is told that nothing has changed, so that one that is gone is
	// noticed.
	beat = 10 * time.Second
)

// Page serves the status page of a State on a port of 127.0.0.1 that the system chooses, under a
// path that cannot be guessed.
type Page struct {
	state    *State
	server   *http.Server
	listener net.Listener
	token    string
	closed   chan struct{}
	ended    chan struct{}

	mu      sync.Mutex
	viewers int
	grace   *time.Timer
}

// Open starts serving the page.
func Open(state *State) (*Page, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("pizco/status: %w", err)
	}
	p := &Page{
		state: state, listener: listener, token: rand.Text(),
		closed: make(chan struct{}), ended: make(chan struct{}),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /"+p.token+"/{$}", p.page)
	mux.HandleFunc("GET /"+p.token+"/events", p.events)
	p.server = &http.Server{Handler: p.guard(mux), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(p.ended)
		_ = p.server.Serve(listener) // It ends when Close does.
	}()
	return p, nil
}

// URL returns the address of the page.
func (p *Page) URL() string { return fmt.Sprintf("http://%s/%s/", p.listener.Addr(), p.token) }

// Closed is closed when the last page that was open has been closed.
func (p *Page) Closed() <-chan struct{} { return p.closed }

// Close stops serving the page.
func (p *Page) Close() error {
	err := p.server.Close()
	<-p.ended
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.grace != nil {
		p.grace.Stop()
	}
	return err
}

// guard refuses requests that name another host: a page of another site cannot make the browser
// read this one.
func (p *Page) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != p.listener.Addr().String() {
			http.Error(w, "unknown host", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (p *Page) page(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:")
	_, _ = w.Write(pageHTML) // The browser may be gone.
}

// events sends the state whenever it changes, until the page is closed.
func (p *Page) events(w http.ResponseWriter, r *http.Request) {
	p.arrived()
	defer p.left()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	for {
		now, changed := p.state.Snapshot()
		if err := sendEvent(w, out, now); err != nil {
			return
		}
		if !wait(r.Context(), time.After(refresh), nil) || !wait(r.Context(), time.After(beat), changed) {
			return
		}
	}
}

// wait waits for either and reports whether the context goes on.
func wait(ctx context.Context, timer <-chan time.Time, changed <-chan struct{}) bool {
	select {
	case <-timer:
		return true
	case <-changed:
		return true
	case <-ctx.Done():
		return false
	}
}

func sendEvent(w http.ResponseWriter, out *http.ResponseController, now Snapshot) error {
	data, err := json.Marshal(now)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "data: %s\n\n", data); err != nil {
		return err
	}
	if err := out.Flush(); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

func (p *Page) arrived() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.viewers++
	if p.grace != nil {
		p.grace.Stop()
	}
}

func (p *Page) left() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.viewers--
	if p.viewers > 0 {
		return
	}
	p.grace = time.AfterFunc(closeGrace, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.viewers > 0 {
			return
		}
		select {
		case <-p.closed:
		default:
			close(p.closed)
		}
	})
}
