package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"time"

	"github.com/pizco-go/pizco/goagent/object"
)

// The states of a future.
const (
	statePending = "pending"
	stateDone    = "done"
	stateFailed  = "failed"
)

// futureDocument is what the gateway tells about a future.
type futureDocument struct {
	ID     string          `json:"id"`
	Href   string          `json:"href"`
	State  string          `json:"state"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  map[string]any  `json:"error,omitempty"`
}

// waitPattern is what the OpenAPI documents say of the query's wait, and what is taken.
const waitPattern = `^[0-9]{1,6}(?:[.][0-9]{1,6})?(ms|s|m)?$`

var waitForm = regexp.MustCompile(waitPattern)

// waitOf returns how long a client wants to wait for a future: the query's wait, such as 10s or a
// number of seconds.
func (g *Gateway) waitOf(r *http.Request) (time.Duration, error) {
	text, given := queryValue(r, "wait")
	if !given {
		return 0, nil
	}
	wrong := badRequest("wait must be a duration such as 10s or 500ms")
	match := waitForm.FindStringSubmatch(text)
	if match == nil {
		return 0, wrong
	}
	if match[1] == "" {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, wrong
	}
	return min(d, g.config.Timeouts.Wait), nil
}

// awaitFuture waits for a future as long as a client asks for, and reports whether it has ended.
func (g *Gateway) awaitFuture(r *http.Request, f *object.Future, wait time.Duration) bool {
	select {
	case <-f.Done():
		return true
	default:
	}
	if wait == 0 {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-f.Done():
		return true
	case <-timer.C:
	case <-r.Context().Done():
	case <-g.draining:
	}
	return false
}

// keepFuture answers with 202 and where the outcome will be.
func (g *Gateway) keepFuture(w http.ResponseWriter, r *http.Request, t *target, f *object.Future) error {
	kept := g.futures.add(t.config.Name, infoOf(r).key, f)
	document := futureDocument{ID: kept.id, Href: kept.path(), State: statePending}
	w.Header().Set("Location", document.Href)
	return g.writeJSON(w, r, http.StatusAccepted, document)
}

func (k *keptFuture) path() string { return urlPath("v1", k.target, "futures", k.id) }

func (g *Gateway) futureOf(r *http.Request) (*keptFuture, error) {
	t, err := g.targetOf(r)
	if err != nil {
		return nil, err
	}
	kept := g.futures.get(t.config.Name, r.PathValue("future"))
	if kept == nil {
		return nil, &problem{Type: problemNotFound, Status: http.StatusNotFound, Detail: "there is no such future, or it has been forgotten"}
	}
	return kept, nil
}

func (g *Gateway) getFuture(w http.ResponseWriter, r *http.Request) error {
	kept, err := g.futureOf(r)
	if err != nil {
		return err
	}
	m, err := jsonModeOf(r)
	if err != nil {
		return err
	}
	wait, err := g.waitOf(r)
	if err != nil {
		return err
	}
	document := futureDocument{ID: kept.id, Href: kept.path(), State: statePending}
	if g.awaitFuture(r, kept.future, wait) {
		result, err := kept.future.Result()
		if err == nil {
			document.State = stateDone
			document.Result, err = g.encode(r.Context(), m, result)
		}
		if err != nil {
			document.State, document.Error = stateFailed, problemOf(err).details()
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return g.writeJSON(w, r, http.StatusOK, document)
}

// deleteFuture forgets a future, and cancels it where the target can.
func (g *Gateway) deleteFuture(w http.ResponseWriter, r *http.Request) error {
	kept, err := g.futureOf(r)
	if err != nil {
		return err
	}
	defer g.futures.remove(kept.id)
	ctx, cancel := context.WithTimeout(r.Context(), g.config.Timeouts.Request)
	defer cancel()
	if err := kept.cancel(ctx); err != nil && !errors.Is(err, object.ErrNotCancelable) {
		g.log.Info("future not canceled", "target", kept.target, "error", err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
