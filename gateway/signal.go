package gateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/goagent/object"
)

// streamSignal streams the emissions of a signal as server-sent events, or over a WebSocket where
// the client asks for one.
func (g *Gateway) streamSignal(w http.ResponseWriter, r *http.Request) error {
	t, name, err := g.memberOf(r, "signal")
	if err != nil {
		return err
	}
	m, err := jsonModeOf(r)
	if err != nil {
		return err
	}
	resume, seen, err := lastSeen(r)
	if err != nil {
		return err
	}
	if err := t.checkSignal(r, name); err != nil {
		return err
	}
	client := infoOf(r).key
	if !g.streams.take(client) {
		return &problem{Type: problemStreams, Status: http.StatusTooManyRequests, RetryAfter: retryAfter}
	}
	defer g.streams.give(client)
	h := t.hubOf(name)
	ctx, cancel := t.within(r)
	l, err := h.listen(ctx, resume, seen)
	cancel()
	if err != nil {
		return err
	}
	defer h.leave(l)
	if isWebSocket(r) {
		return g.serveWebSocket(w, r, l, m)
	}
	return g.serveEvents(w, r, l, m)
}

// lastSeen returns the id of the emission that a client saw last: the header that an EventSource
// sends, or a query.
func lastSeen(r *http.Request) (resume bool, id uint64, err error) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	if text == "" {
		return false, 0, nil
	}
	if id, err = strconv.ParseUint(text, 10, 64); err != nil {
		return false, 0, badRequest("the id of the last event is not a number")
	}
	return true, id, nil
}

func isWebSocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// checkSignal fails when the object says that it has no such signal: a client could listen forever
// to one that is never emitted.
func (t *target) checkSignal(r *http.Request, name string) error {
	members, err := t.describeWithin(r)
	if err != nil {
		return err
	}
	// A server that writes json does not say the kinds of its members: all are attributes there.
	tells := slices.ContainsFunc(members, func(m object.MemberInfo) bool { return m.Kind != object.KindAttribute })
	for _, m := range members {
		if m.Name == name && (m.Kind == object.KindSignal || !tells) {
			return nil
		}
	}
	return &problem{Type: problemNotFound, Status: http.StatusNotFound, Detail: "there is no such signal"}
}
