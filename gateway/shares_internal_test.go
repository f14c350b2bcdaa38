package gateway

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/pyerr"
)

// TestShares gives each client its share and all clients what there is.
func TestShares(t *testing.T) {
	s := newShares(5, 3)
	took := func(client string, n int) (yes int) {
		for range n {
			if s.take(client) {
				yes++
			}
		}
		return yes
	}
	for _, row := range []struct {
		client string
		want   int
	}{{"a", 3}, {"a", 0}, {"b", 2}, {"c", 0}} {
		if got := took(row.client, 5); got != row.want {
			t.Errorf("%s took %d, want %d", row.client, got, row.want)
		}
	}
	s.give("a")
	if took("c", 2) != 1 || took("a", 1) != 0 {
		t.Error("what one client gives is not there for another")
	}
	for _, client := range []string{"a", "a", "b", "b", "c"} {
		s.give(client)
	}
	if s.all != 0 || len(s.clients) != 0 {
		t.Errorf("%d are left of %d clients", s.all, len(s.clients))
	}
}

// arrivals is a listener at which connections arrive from the given addresses.
type arrivals struct {
	net.Listener
	from []string
}

// Accept returns the next connection.
func (a *arrivals) Accept() (net.Conn, error) {
	if len(a.from) == 0 {
		return nil, io.EOF
	}
	conn := &arrival{address: a.from[0]}
	a.from = a.from[1:]
	return conn, nil
}

type arrival struct {
	net.Conn
	address string
}

// RemoteAddr returns where it comes from.
func (c *arrival) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.address))
}

// Close ends nothing.
func (c *arrival) Close() error { return nil }

// TestConnections takes connections up to the limit, and of one address up to half of it, rounded
// up. A connection that ends makes room once.
func TestConnections(t *testing.T) {
	for most, each := range map[int]int{1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 100: 50} {
		var from []string
		for client := range 4 {
			for port := range most + 1 {
				from = append(from, fmt.Sprintf("192.0.2.%d:%d", client+1, port+1))
			}
		}
		at := &arrivals{from: from}
		l := limitConnections(at, most)
		var open []net.Conn
		clients := map[string]int{}
		for {
			conn, err := l.Accept()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			open = append(open, conn)
			clients[withoutPort(conn.RemoteAddr().String())]++
		}
		if len(open) != most || clients["192.0.2.1"] != each {
			t.Errorf("of %d: %d are taken, %d of the first address; want %d", most, len(open), clients["192.0.2.1"], each)
		}
		_, _ = open[0].Close(), open[0].Close()
		at.from = []string{"192.0.2.9:1", "192.0.2.10:1"}
		if conn, err := l.Accept(); err != nil || conn.RemoteAddr().String() != "192.0.2.9:1" {
			t.Errorf("of %d: the end of a connection makes no room: %v", most, err)
		}
		if _, err := l.Accept(); !errors.Is(err, io.EOF) {
			t.Errorf("of %d: a connection that is closed twice makes room twice: %v", most, err)
		}
	}
}

// TestPanics answers a handler's panic with a problem, unless it had answered already.
func TestPanics(t *testing.T) {
	var log strings.Builder
	g := &Gateway{log: slog.New(slog.NewTextHandler(&log, nil)), access: slog.New(slog.DiscardHandler), metrics: newMetrics()}
	for _, row := range []struct {
		answers string
		status  int
	}{{"", http.StatusInternalServerError}, {"something", http.StatusOK}} {
		w := httptest.NewRecorder()
		g.observed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if row.answers != "" {
				_, _ = io.WriteString(w, row.answers)
			}
			panic("the handler's fault")
		})).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1", nil))
		isProblem := strings.Contains(w.Body.String(), problemInternal)
		if w.Code != row.status || isProblem != (row.answers == "") || !strings.HasPrefix(w.Body.String(), row.answers) {
			t.Errorf("%q: %d, %s", row.answers, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), "the handler's fault") || !strings.Contains(log.String(), "the handler's fault") {
			t.Errorf("%q: the client is told of the fault, or the log is not: %s", row.answers, w.Body)
		}
	}
}

// TestClippedLog logs at most so much of what a client chooses.
func TestClippedLog(t *testing.T) {
	for _, n := range []int{0, 1, longestLogged - 1, longestLogged} {
		if text := strings.Repeat("x", n); clipped(text) != text {
			t.Errorf("%d bytes are clipped", n)
		}
	}
	long := strings.Repeat("x", longestLogged-1) + "é"
	if got := clipped(long); got != strings.Repeat("x", longestLogged-1)+"..." {
		t.Errorf("got %q", got)
	}
}

// TestRoomForAnswers gives answers room up to a limit, and the answers of one client up to its
// share. The first answer of a client has only the limit.
func TestRoomForAnswers(t *testing.T) {
	a := newAnswers(Limits{Answers: 100, Result: 30}, time.Millisecond)
	begin := func(client string, size int64, fits bool) *unreadAnswer {
		t.Helper()
		entry, err := a.begin(t.Context(), client, size, func() { t.Error("an answer is cut off that is not written") })
		var full *problem
		if (err == nil) != fits || !fits && (!errors.As(err, &full) || full.Type != problemAnswers || full.Status != http.StatusServiceUnavailable) {
			t.Errorf("%d bytes of %s: %v", size, client, err)
		}
		return entry
	}
	first, second := begin("a", 20, true), begin("a", 30, true)
	begin("a", 1, false)
	begin("b", 51, false)
	third := begin("b", 50, true)
	begin("c", 1, false)
	a.end(second)
	fourth := begin("a", 30, true)
	a.end(third)
	fifth := begin("c", 50, true)
	for _, entry := range []*unreadAnswer{first, fourth, fifth} {
		a.end(entry)
	}
	if a.used != 0 || len(a.clients) != 0 || len(a.underway) != 0 {
		t.Errorf("%d bytes of %d clients are left, of %d answers", a.used, len(a.clients), len(a.underway))
	}
}

// TestOriginHosts names the hosts whose pages may open WebSockets.
func TestOriginHosts(t *testing.T) {
	g := &Gateway{config: Config{Origins: []string{"https://lab.example:8443", "http://other.example", "*"}}}
	if got := g.originHosts(); !slices.Equal(got, []string{"lab.example:8443", "other.example", "*"}) {
		t.Errorf("got %q", got)
	}
}

// TestSmallAnswers holds that an answer of up to 16 KiB needs no room, and one of a byte more does.
func TestSmallAnswers(t *testing.T) {
	g := &Gateway{answers: newAnswers(Limits{Answers: 1 << 20, Result: 1 << 20}, time.Millisecond)}
	r := httptest.NewRequest(http.MethodGet, "/v1", nil)
	for size, taken := range map[int64]int64{0: 0, 255: 0, 16 << 10: 0, 16<<10 + 1: 16<<10 + 1, 64 << 10: 64 << 10} {
		entry, err := g.roomFor(httptest.NewRecorder(), r, size)
		if err != nil || g.answers.used != taken {
			t.Errorf("an answer of %d bytes takes %d: %v", size, g.answers.used, err)
		}
		g.answers.end(entry)
	}
}

// TestCallStatuses tells what does not fit a method's parameters, or is no method, from what the
// method raises itself.
func TestCallStatuses(t *testing.T) {
	for _, row := range []struct {
		class   pyerr.Class
		message string
		status  int
	}{
		{pyerr.AttributeError, "'Robot' object has no attribute 'greet'", 404},
		{pyerr.AttributeError, "'int' object has no attribute '__call__'", 404},
		{pyerr.AttributeError, "'Robot' object has no attribute 'other'", 500},
		{pyerr.TypeError, "greet() missing 1 required positional argument: 'name'", 422},
		{pyerr.TypeError, "Robot.greet() takes 2 positional arguments but 3 were given", 422},
		{pyerr.TypeError, "other() missing 1 required positional argument: 'name'", 500},
		{pyerr.TypeError, "greet() is not what it was", 500},
		{pyerr.TypeError, "unsupported operand type(s) for +: 'int' and 'str'", 500},
		{pyerr.ValueError, "greet() missing 1 required positional argument: 'name'", 500},
	} {
		err := withStatus(&pyerr.RemoteError{Class: row.class.Class(), Message: row.message}, callStatus("greet"))
		if p := problemOf(err); p.Status != row.status || p.Type != problemException {
			t.Errorf("%s: %s: %d, %s; want %d", row.class, row.message, p.Status, p.Type, row.status)
		}
	}
}

// TestOriginsOfConfig takes origins with a scheme and a host and nothing more.
func TestOriginsOfConfig(t *testing.T) {
	for origin, valid := range map[string]bool{
		"https://lab.example": true, "https://lab.example/": true, "http://lab.example:8080": true, "https://[::1]:1": true,
		"lab.example": false, "//lab.example": false, "https:": false, "https:///": false, "https://lab.example/page": false, "": false, "https://a b": false,
	} {
		c := DefaultConfig()
		c.Targets, c.Origins = []Target{{Name: "a", Endpoint: "tcp://127.0.0.1:1"}}, []string{origin}
		if err := c.Validate(); (err == nil) != valid || !valid && !strings.Contains(err.Error(), "origins: ") {
			t.Errorf("%q: %v", origin, err)
		}
	}
}
