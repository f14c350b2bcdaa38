package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/pizco-go/pizco/goagent/object"
)

// emission is what a stream sends.
type emission struct {
	ID     uint64 `json:"id"`
	Signal string `json:"signal"`
	Values []any  `json:"values"`
}

// stream is a stream of server-sent events.
type stream struct {
	t      *testing.T
	lines  chan string
	cancel context.CancelFunc
}

// events opens a stream, which is in force when it returns.
func (c *client) events(path string, headers ...string) *stream {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), limit)
	r, err := http.NewRequestWithContext(ctx, "GET", c.url+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	setHeaders(r, headers)
	answer, err := http.DefaultClient.Do(r) //nolint:bodyclose // The goroutine that reads it closes it.
	if err != nil {
		c.t.Fatal(err)
	}
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		c.t.Fatalf("%s: %d, %s", path, answer.StatusCode, answer.Header)
	}
	s := &stream{c.t, make(chan string, 100_000), cancel}
	go func() {
		defer close(s.lines)
		defer answer.Body.Close()
		in := bufio.NewScanner(answer.Body)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			s.lines <- in.Text()
		}
	}()
	c.t.Cleanup(cancel)
	return s
}

// next returns the next emission, whose id must be that of its event.
func (s *stream) next() emission {
	s.t.Helper()
	id := ""
	for line := range s.lines {
		if rest, ok := strings.CutPrefix(line, "id: "); ok {
			id = rest
		}
		if rest, ok := strings.CutPrefix(line, "data: "); ok {
			var e emission
			if err := json.Unmarshal([]byte(rest), &e); err != nil || fmt.Sprint(e.ID) != id {
				s.t.Fatalf("id %s, %s, %v", id, rest, err)
			}
			return e
		}
	}
	s.t.Fatal("the stream has ended")
	return emission{}
}

const moved = "/v1/robot/signals/arm_moved"

// move has the signal emitted, again where the original has missed the subscription, until the
// streams have it.
func (c *client) move(position string) {
	c.t.Helper()
	if r := c.do("POST", "/v1/robot/methods/move_arm", `{"args": [`+position+`]}`); r.status != 200 {
		c.t.Fatal(r.body)
	}
}

// arrive moves the arm until a stream has told so: the original cannot confirm a subscription.
func (c *client) arrive(s *stream, position string) emission {
	c.t.Helper()
	got := make(chan emission, 1)
	go func() { got <- s.next() }()
	deadline := time.After(limit)
	for {
		c.move(position)
		select {
		case e := <-got:
			return e
		case <-time.After(200 * time.Millisecond):
		case <-deadline:
			c.t.Fatal("no emission")
		}
	}
}

func TestEvents(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, _ bool) {
		c := start(t, config(endpoint))
		first := c.events(moved)
		e := c.arrive(first, `{"$tuple": [1]}`)
		if got := sprint(e.Signal, e.Values); got != "arm_moved [map[$tuple:[1]] 0 <nil>]" && got != "arm_moved [map[$tuple:[1]] map[$tuple:[1]] <nil>]" {
			t.Errorf("%+v", e)
		}
		second := c.events(moved + "?mode=plain")
		last := e.ID
		for {
			c.move("[5]")
			if e := first.next(); e.ID != last+1 {
				t.Fatalf("%+v after %d", e, last)
			} else if last++; fmt.Sprint(e.Values[0]) == "[5]" {
				break
			}
		}
		if e := second.next(); e.ID > last {
			t.Errorf("%+v, the first stream is at %d", e, last)
		}
		// One that comes back gets what it has missed.
		first.cancel()
		c.move("6")
		again := c.events(moved, "Last-Event-ID", fmt.Sprint(last))
		if e := again.next(); e.ID != last+1 || fmt.Sprint(e.Values[0]) != "6" {
			t.Errorf("%+v", e)
		}
		c.do("GET", moved, "", "Last-Event-ID", "x").problem(400, "bad-request")
	})
}

func TestWebSocket(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, _ bool) {
		c := start(t, config(endpoint))
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		conn, _, err := websocket.Dial(ctx, c.url+moved, &websocket.DialOptions{Subprotocols: []string{"pizco.v1"}}) //nolint:bodyclose // The library hands out a body that need not be closed.
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.CloseNow() }() // fails when it is closed already
		if conn.Subprotocol() != "pizco.v1" {
			t.Errorf("subprotocol %q", conn.Subprotocol())
		}
		events := c.events(moved) // tells when the emission has come to the gateway
		want := c.arrive(events, "7")
		kind, message, err := conn.Read(ctx)
		var e emission
		if err != nil || kind != websocket.MessageText || json.Unmarshal(message, &e) != nil || fmt.Sprint(e.Values[0]) != "7" || e.ID > want.ID {
			t.Errorf("%v, %s, %v; the event was %+v", kind, message, err, want)
		}
		if _, answer, err := websocket.Dial(ctx, c.url+moved, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {"https://elsewhere.example"}}}); err == nil || answer.StatusCode != 403 { //nolint:bodyclose // The library hands out a body that need not be closed.
			t.Errorf("another origin: %v", err)
		}
		c.do("GET", moved, "", "Upgrade", "websocket").problem(426, "bad-request")
		c.do("GET", moved, "", "Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Version", "13").problem(400, "bad-request")
	})
}

// TestSlowClient loses its oldest emissions, and sees so by the ids; others lose nothing.
func TestSlowClient(t *testing.T) {
	var ticked object.Signal
	object := object.New("Clock").Signal("ticked", &ticked)
	settings := config(serveGo(t, object))
	settings.Limits.Queue = 10
	settings.Limits.History = 1
	settings.Timeouts.Stalled = limit // a busy machine takes its time for what follows
	c := start(t, settings)
	payload := strings.Repeat("x", 1<<16)
	// A connection whose client reads nothing: what is emitted fills the buffers in between, then
	// the queue.
	slow, err := http.Get(c.url + "/v1/robot/signals/ticked")
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Body.Close()
	fast := c.events("/v1/robot/signals/ticked")
	dropped := regexp.MustCompile(`pizco_gateway_emissions_dropped_total\{target="robot"\} [1-9]`)
	const most = 1000
	ticks := uint64(0)
	for ; ticks%25 != 0 || !dropped.MatchString(c.do("GET", "/metrics", "").body); ticks++ {
		if ticks == most {
			t.Fatalf("nothing was dropped of %d emissions", most)
		}
		ticked.Emit(ticks, payload)
		if e := fast.next(); e.Values[0] != float64(ticks) {
			t.Fatalf("emission %d is %v", ticks, e.Values[0])
		}
	}
	in := bufio.NewReaderSize(slow.Body, 1<<20)
	var ids []uint64
	for len(ids) == 0 || ids[len(ids)-1] < ticks {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatalf("after %v: %v", ids, err)
		}
		var id uint64
		if _, err := fmt.Sscanf(line, "id: %d", &id); err == nil {
			ids = append(ids, id)
		}
	}
	gaps := 0
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			t.Fatalf("ids %v", ids)
		}
		if ids[i] > ids[i-1]+1 {
			gaps++
		}
	}
	if gaps == 0 || uint64(len(ids)) >= ticks {
		t.Errorf("%d ids, %d gaps", len(ids), gaps)
	}
}

func TestStreamLimit(t *testing.T) {
	settings := config(serveGoRobot(t))
	settings.Limits.Streams = 1
	c := start(t, settings)
	c.events(moved)
	c.do("GET", moved, "").problem(429, "too-many-streams")
}
