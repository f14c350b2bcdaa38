package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/internal/errtext"
)

const problemContentType = "application/problem+json"

// problemBase begins the type of every problem; the rest is an anchor in the document.
const problemBase = "https://github.com/pizco-go/pizco/blob/main/docs/gateway.md#"

// The types of problems, which docs/gateway.md explains.
const (
	problemException   = "remote-exception"
	problemNoValue     = "no-value"
	problemUnsafe      = "unsafe-read"
	problemTarget      = "unknown-target"
	problemNotFound    = "not-found"
	problemMethod      = "method-not-allowed"
	problemToken       = "unauthorized"
	problemForbidden   = "forbidden"
	problemName        = "name-not-allowed"
	problemReadOnly    = "read-only"
	problemClass       = "class-not-allowed"
	problemHost        = "host-not-allowed"
	problemOrigin      = "cross-origin"
	problemRequest     = "bad-request"
	problemMediaType   = "unsupported-media-type"
	problemForm        = "not-acceptable"
	problemBody        = "body-too-large"
	problemBodies      = "too-many-bodies"
	problemSlow        = "body-too-slow"
	problemAnswers     = "too-many-answers"
	problemRate        = "too-many-requests"
	problemStreams     = "too-many-streams"
	problemFutures     = "too-many-futures"
	problemUnsendable  = "value-not-accepted"
	problemDown        = "target-down"
	problemTimeout     = "target-timeout"
	problemLost        = "target-lost"
	problemAnswer      = "target-answer"
	problemUnnotified  = "target-notifications"
	problemUnencodable = "result-not-encodable"
	problemClosing     = "shutting-down"
	problemInternal    = "internal"
)

// titles say in a few words what a problem is.
var titles = map[string]string{ //nolint:gosec // G101: these are texts, not credentials.
	problemException: "The target raised an exception", problemNoValue: "The member has no value", problemUnsafe: "The target may be unable to send the value", problemTarget: "There is no such target",
	problemNotFound: "Not found", problemMethod: "Method not allowed", problemToken: "A valid bearer token is needed",
	problemForbidden: "The token does not open this target", problemName: "The name is not exposed", problemReadOnly: "The target is read-only",
	problemClass: "The value names a class that is not allowed", problemHost: "The host name is not allowed", problemOrigin: "The origin is not allowed", problemRequest: "The request is not valid",
	problemMediaType: "The media type is not supported", problemBody: "The body is too large", problemRate: "Too many requests",
	problemForm: "The value does not have the form that is asked for", problemBodies: "Too many bodies are being read",
	problemSlow: "The body did not arrive in time", problemAnswers: "Too many answers wait to be read",
	problemStreams: "Too many streams", problemFutures: "Too many futures", problemUnsendable: "The target cannot take the value",
	problemDown: "The target is down", problemTimeout: "The target did not answer in time", problemLost: "The target was lost before it answered",
	problemUnnotified: "The target's notifications cannot be received",
	problemAnswer:     "The target and the gateway do not understand each other", problemUnencodable: "The result cannot be written as JSON",
	problemClosing: "The gateway is being stopped", problemInternal: "Internal error",
}

// The sides that can be at fault in a problem.
const (
	originClient  = "client"
	originTarget  = "target"
	originGateway = "gateway"
)

// problem is an error that is answered as problem details (RFC 9457).
type problem struct {
	Type       string // without problemBase
	Status     int
	Detail     string
	Origin     string // client unless it says otherwise
	RetryAfter time.Duration
	Allow      string // of a 405
	// Exception is what the target raised.
	Exception *exception
	// Repr is the repr of a value that was not read.
	Repr string
}

// exception is an exception of the target, in a problem.
type exception struct {
	Class     string          `json:"class"`
	Module    string          `json:"module"`
	Message   string          `json:"message"`
	Args      json.RawMessage `json:"args"`
	Traceback []string        `json:"traceback"`
}

// Error returns the type and the detail.
func (p *problem) Error() string { return "pizco/gateway: " + p.Type + ": " + p.Detail }

// details is the document.
func (p *problem) details() map[string]any {
	origin := p.Origin
	if origin == "" {
		origin = originClient
	}
	d := map[string]any{"type": problemBase + p.Type, "title": titles[p.Type], "status": p.Status, "origin": origin}
	if p.Detail != "" {
		d["detail"] = p.Detail
	}
	if p.Repr != "" {
		d["repr"] = p.Repr
	}
	if p.Exception != nil {
		d["exception"] = p.Exception
	}
	return d
}

// write answers with the problem.
func (p *problem) write(w http.ResponseWriter) {
	h := w.Header()
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(max(1, int((p.RetryAfter+time.Second-1)/time.Second))))
	}
	if p.Allow != "" {
		h.Set("Allow", p.Allow)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="pizco"`)
	}
	h.Set("Cache-Control", "no-store")
	body, err := json.Marshal(p.details())
	if err != nil { // does not happen: it is made of texts and of what was written as JSON before
		p.Status, body = http.StatusInternalServerError, []byte("{}")
	}
	writeBody(w, p.Status, problemContentType, append(body, '\n'))
}

func badRequest(detail string) *problem {
	return &problem{Type: problemRequest, Status: http.StatusBadRequest, Detail: detail}
}

// badValue returns the problem with a value that a client has sent.
func badValue(err error) error {
	var refused *tagged.Error
	switch {
	case errors.Is(err, tagged.ErrClass) && errors.As(err, &refused):
		return refusedClass(refused)
	case errors.Is(err, tagged.ErrTooLarge):
		return &problem{Type: problemBody, Status: http.StatusRequestEntityTooLarge, Detail: errtext.Bare(err.Error())}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return badRequest(errtext.Bare(err.Error()))
}
