package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

// TestProblems holds how each error of a target and of this side is answered, bare and wrapped.
func TestProblems(t *testing.T) {
	refused := errors.New("refused")
	for _, row := range []struct {
		err    error
		status int
		kind   string
		origin string
	}{
		{badRequest("x"), 400, problemRequest, ""},
		{&http.MaxBytesError{Limit: 1 << 20}, 413, problemBody, ""},
		{&pyerr.RemoteError{Class: pyerr.ValueError.Class()}, 500, problemException, originTarget},
		{&goagent.RemoteAttributeError{Name: "x"}, 409, problemNoValue, ""},
		{&goagent.NoSignalError{Name: "x"}, 404, problemNotFound, ""},
		{&goagent.UnsafeReadError{Name: "x"}, 409, problemUnsafe, ""},
		{&unencodableError{refused}, 502, problemUnencodable, originTarget},
		{errClosing, 503, problemClosing, originGateway},
		{goagent.ErrClosed, 503, problemClosing, originGateway},
		{&goagent.NotificationsError{Err: refused}, 502, problemUnnotified, originTarget},
		{&downError{"robot", refused}, 503, problemDown, originTarget},
		{&goagent.TransportError{Err: refused}, 503, problemDown, originTarget},
		{&goagent.TransportError{Err: refused, Sent: true}, 502, problemLost, originTarget},
		{&goagent.TransportError{Err: context.DeadlineExceeded}, 503, problemDown, originTarget},
		{&goagent.TransportError{Err: context.DeadlineExceeded, Sent: true}, 504, problemTimeout, originTarget},
		{context.DeadlineExceeded, 504, problemTimeout, originTarget},
		{&goagent.UnansweredError{Err: context.DeadlineExceeded}, 504, problemTimeout, originTarget},
		// The wait for an answer ended although the client is there: the request may have run.
		{&goagent.UnansweredError{Err: context.Canceled}, 502, problemLost, originTarget},
		{&goagent.RejectedError{}, 502, problemAnswer, originTarget},
		{&goagent.ResponseError{}, 502, problemAnswer, originTarget},
		{&wire.Error{Kind: wire.ErrSignature, FromPeer: true}, 502, problemAnswer, originTarget},
		{&wire.Error{Kind: wire.ErrContent}, 422, problemUnsendable, ""},
		{refused, 500, problemInternal, originGateway},
		{context.Canceled, 500, problemInternal, originGateway},
	} {
		for _, err := range []error{row.err, fmt.Errorf("wrapped: %w", row.err)} {
			if p := problemOf(err); p.Status != row.status || p.Type != row.kind || p.Origin != row.origin {
				t.Errorf("%v: %d, %s, %q; want %d, %s, %q", err, p.Status, p.Type, p.Origin, row.status, row.kind, row.origin)
			}
		}
	}
}

// TestProblemOfAnswering holds that a canceled wait is a problem of the target while the client is
// there, and that one who has left is answered nothing.
func TestProblemOfAnswering(t *testing.T) {
	g := &Gateway{log: slog.New(slog.DiscardHandler)}
	for _, row := range []struct {
		leaves bool
		err    error
		status int // 0: nothing is answered
	}{
		{false, &goagent.UnansweredError{Err: context.Canceled}, 502},
		{false, nil, 0},
		{true, &goagent.UnansweredError{Err: context.Canceled}, 0},
		{true, &problem{Type: problemSlow, Status: 408}, 408}, // whose body comes too slowly: net/http takes it for one who has left
		{true, &problem{Type: problemDown, Status: 503}, 0},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		info := &requestInfo{}
		r := httptest.NewRequestWithContext(context.WithValue(ctx, infoKey{}, info), http.MethodGet, "/v1", nil)
		if row.leaves {
			cancel()
		}
		w := httptest.NewRecorder()
		w.Code = 0
		g.answering(func(http.ResponseWriter, *http.Request) error { return row.err })(w, r)
		cancel()
		if w.Code != row.status || info.gone != (row.leaves && row.status == 0) {
			t.Errorf("leaves %v, %v: answered %d, gone %v", row.leaves, row.err, w.Code, info.gone)
		}
	}
}

// TestBadValues holds which values of clients are whose fault.
func TestBadValues(t *testing.T) {
	_, class := tagged.Decode([]byte(`{"$object": {"class": ["lab", "Point"], "how": "new", "args": []}}`))
	_, large := tagged.Decode([]byte(`"`+strings.Repeat("x", 1<<20)+`"`), tagged.WithMaxMemory(1<<16))
	_, wrong := tagged.Decode([]byte(`{"$tuple": 1}`))
	for _, row := range []struct {
		err    error
		status int
		kind   string
	}{
		{class, 403, problemClass}, {large, 413, problemBody}, {wrong, 400, problemRequest},
		{context.DeadlineExceeded, 504, problemTimeout}, {fmt.Errorf("reading: %w", context.DeadlineExceeded), 504, problemTimeout},
	} {
		if p := problemOf(badValue(row.err)); p.Status != row.status || p.Type != row.kind {
			t.Errorf("%v: %d, %s; want %d, %s", row.err, p.Status, p.Type, row.status, row.kind)
		}
	}
	if err := badValue(context.Canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that leaves: %v", err)
	}
}

// TestRetryAfter holds that a wait is rounded up to seconds.
func TestRetryAfter(t *testing.T) {
	for wait, want := range map[time.Duration]string{
		0: "", 1: "1", time.Second - 1: "1", time.Second: "1", time.Second + 1: "2", 2 * time.Second: "2", 2500 * time.Millisecond: "3",
	} {
		w := httptest.NewRecorder()
		(&problem{Type: problemDown, Status: 503, RetryAfter: wait}).write(w)
		if got := w.Header().Get("Retry-After"); got != want {
			t.Errorf("%v: %q, want %q", wait, got, want)
		}
	}
}
