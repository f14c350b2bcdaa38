package gateway

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// unknownBody is how long a body may take before the request has been let in. A client that is
// refused does not get longer to send a body that is not read.
const unknownBody = time.Second

// boundBody gives a body a deadline, so that a client cannot hold a connection with a body that
// never comes.
func boundBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hasBody(r) {
			setReadDeadline(w, unknownBody)
		}
		next.ServeHTTP(w, r)
	})
}

func hasBody(r *http.Request) bool { return r.ContentLength != 0 && r.Body != nil }

// setReadDeadline bounds what is read of a connection; 0 takes the bound away. A handler that is
// not served by net/http may have none.
func setReadDeadline(w http.ResponseWriter, d time.Duration) {
	at := time.Time{}
	if d > 0 {
		at = time.Now().Add(d)
	}
	_ = http.NewResponseController(w).SetReadDeadline(at)
}

// limitBody bounds the bodies of requests that are let in, in size and in time.
func (g *Gateway) limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > g.config.Limits.Body {
			problemOf(&http.MaxBytesError{Limit: g.config.Limits.Body}).write(w)
			return
		}
		if hasBody(r) {
			setReadDeadline(w, g.config.Timeouts.Body)
			r.Body = &timedBody{ReadCloser: http.MaxBytesReader(w, r.Body, g.config.Limits.Body), response: w}
		}
		next.ServeHTTP(w, r)
	})
}

// timedBody is a body with a deadline, which it takes back at its end: what follows waits for the
// target, not for the client.
type timedBody struct {
	io.ReadCloser

	response http.ResponseWriter
}

// Read takes the deadline back at the end.
func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		setReadDeadline(b.response, 0)
	}
	return n, err
}
