package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/py"
)

// attack is what a client does.
type attack struct {
	name string
	// run attacks, and says what was seen.
	run func(ctx context.Context, s settings, v *victim) (string, error)
	// sent is what the attack sends, or gets, in bytes: memory of that size is its own.
	own int64
	// requests is the number of requests that take time one after the other; the bound of the
	// processor holds for each.
	requests int
	// together holds when the attack's memory is not that of one request: the bound that it has
	// then.
	together int64
	// logged is the most that the attack may have logged, if not 0.
	logged int64
}

// The bounds for one request: of processor, and of memory beyond its own size and that of its
// answer.
const (
	mostProcessor = 5.0
	mostMemory    = 256 * megabyte
)

// limit bounds everything that is waited for; givenBack is when all memory is to be given back
// after the attacker has left.
const (
	limit     = 2 * time.Minute
	givenBack = 10 * time.Second
	mostKept  = 64 * megabyte
)

// victim is a gateway in front of two targets.
type victim struct {
	process *child.Process
	servers []*goagent.Server
	url     string
	stop    context.CancelFunc
}

func newVictim() (*victim, error) {
	ctx, cancel := context.WithCancel(context.Background())
	v := &victim{stop: cancel}
	var endpoints []string
	for range 2 {
		server, err := goagent.Serve(target(ctx), goagent.WithEndpoint("tcp://127.0.0.1:0"))
		if err != nil {
			return nil, errors.Join(err, v.close())
		}
		v.servers = append(v.servers, server)
		endpoints = append(endpoints, server.Endpoint())
	}
	var ready struct {
		URL string `json:"url"`
	}
	process, err := child.Self(&ready, "gateway", strings.Join(endpoints, ","))
	if err != nil {
		return nil, errors.Join(err, v.close())
	}
	v.process, v.url = process, ready.URL
	return v, nil
}

// target returns what a target serves.
func target(ctx context.Context) *object.Object {
	text := strings.Repeat("x", 16*megabyte)
	shared := py.NewList("x")
	for range 40 {
		shared = py.NewList(shared, shared)
	}
	many := py.NewList()
	for range 1_000_000 {
		many.Append(py.Tuple{int64(1)})
	}
	return object.New("Target").
		Property("text", func() string { return text }, nil).
		Property("shared", func() any { return shared }, nil).
		Property("many", func() any { return many }, nil).
		Property("value", func() int { return 7 }, func(any) {}).
		Dict("items", &py.Dict{}).
		Method("take", func(...any) {}).
		Method("wait", func() *object.Future {
			return object.Go(ctx, func(ctx context.Context) (any, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})
		}).
		Signal("changed", &object.Signal{})
}

func (v *victim) close() error {
	v.stop()
	var err error
	if v.process != nil {
		err = v.process.Close()
	}
	for _, server := range v.servers {
		err = errors.Join(err, server.Close())
	}
	return err
}

func (v *victim) usage(order string) (u usage, err error) {
	err = v.process.Ask(child.Order{"do": order}, &u)
	return u, err
}

// play plays an attack and enters what it took.
func play(s settings, a attack, t *table) (err error) {
	v, err := newVictim()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for i, token := range []string{attackerToken, bystanderToken} { // both targets are connected
		if _, err := v.ask(ctx, "GET", fmt.Sprintf("/v1/target%d/attributes/value", i), token, ""); err != nil {
			return err
		}
	}
	before, err := v.usage("settle")
	if err != nil {
		return err
	}
	attackCtx, leave := context.WithCancel(ctx)
	seen, err := a.run(attackCtx, s, v)
	if err != nil {
		leave()
		return err
	}
	served := v.bystander(ctx)
	leave()
	after, err := v.usage("usage")
	if err != nil {
		return err
	}
	kept, err := v.settled(ctx, before)
	if err != nil {
		return err
	}
	r := row{name: a.name, sent: seen, cpu: after.CPU - before.CPU, memory: max(0, after.Peak-before.RSS), kept: max(0, kept.RSS-before.RSS)}
	processor, memory := mostProcessor*float64(max(1, a.requests)), mostMemory+a.own
	if a.together > 0 {
		memory = a.together
	}
	r.verdict = fmt.Sprintf("%.0f s, %d MB, %d MB kept: held", processor, memory/megabyte, mostKept/megabyte)
	var broken []string
	check := func(held bool, format string, args ...any) {
		if !held {
			broken = append(broken, fmt.Sprintf(format, args...))
		}
	}
	check(r.cpu <= processor, "%.0f s of processor", processor)
	check(r.memory <= memory, "%d MB", memory/megabyte)
	check(r.kept <= mostKept, "%d MB kept", mostKept/megabyte)
	check(served == nil, "another client is served: %v", served)
	check(a.logged == 0 || after.Logged-before.Logged <= a.logged, "%d bytes of log: %d", a.logged, after.Logged-before.Logged)
	if len(broken) > 0 {
		t.broken = true
		r.verdict = "**broken**: " + strings.Join(broken, ", ")
	}
	t.rows = append(t.rows, r)
	return nil
}

// settled waits until what the attack took is given back.
func (v *victim) settled(ctx context.Context, before usage) (u usage, err error) {
	ctx, cancel := context.WithTimeout(ctx, givenBack)
	defer cancel()
	for {
		if u, err = v.usage("settle"); err != nil || u.RSS-before.RSS <= mostKept/4 {
			return u, err
		}
		timer := time.NewTimer(time.Second)
		select {
		case <-ctx.Done():
			timer.Stop()
			return u, nil
		case <-timer.C:
		}
	}
}

// bystander asks for what another client asks for meanwhile.
func (v *victim) bystander(ctx context.Context) error {
	for _, request := range [][3]string{
		{"GET", "/v1/target1/attributes/value", "200"}, {"POST", "/v1/target1/methods/wait", "202"}, {"GET", "/v1/target1/attributes/text", "200"},
	} {
		began := time.Now()
		status, err := v.ask(ctx, request[0], request[1], bystanderToken, "")
		if err == nil && fmt.Sprint(status) != request[2] {
			err = fmt.Errorf("%s is answered with %d", request[1], status)
		}
		if took := time.Since(began); err == nil && took > givenBack {
			err = fmt.Errorf("%s takes %v", request[1], took)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ask sends a request and reads the answer.
func (v *victim) ask(ctx context.Context, method, path, token, body string) (int, error) {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, v.url+path, reader)
	if err != nil {
		return 0, err
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, errors.Join(err, answer.Body.Close())
}

// send opens a connection and sends bytes; what comes back is for the caller to read.
func (v *victim) send(ctx context.Context, request string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(v.url, "http://"))
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
