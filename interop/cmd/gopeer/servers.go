package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/interop/graph"
	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// servers performs the server's operations.
type servers struct {
	host    string
	mu      sync.Mutex
	running map[string]*running
}

// running is a server with what it serves; bench is nil until there is an object.
type running struct {
	server *goagent.Server
	bench  *bench
}

func newServers(host string) *servers {
	return &servers{host: host, running: map[string]*running{}}
}

func (s *servers) ops() map[string]func(*request) (result, error) {
	return map[string]func(*request) (result, error){
		"serve": s.serve, "release": s.release, "reset": s.reset, "seen": s.seen, "peek": s.peek, "poke": s.poke, "act": s.act,
	}
}

func (s *servers) serve(r *request) (result, error) {
	rep, pub := r.RepEndpoint, r.PubEndpoint
	if rep == "" {
		rep = "tcp://" + s.host + ":0"
	}
	if pub == "" {
		pub = "tcp://" + s.host + ":0"
	}
	advertised := ""
	if r.Advertise != "" {
		advertised = "tcp://" + r.Advertise
	}
	v := &running{}
	dialect := goagent.Release01
	if r.Dialect == "master" {
		dialect = goagent.Master
	}
	var served any
	if r.Object != "nothing" {
		v.bench = newBench("bench", nil)
		served = v.bench.object()
	}
	construct := func(kwargs object.Kwargs, args ...any) (any, error) {
		name := "bench"
		if len(args) > 0 {
			name = fmt.Sprint(args[0])
		}
		v.bench = newBench(name, kwargs)
		return v.bench.object(), nil
	}
	options := []goagent.ServeOption{goagent.WithEndpoint(rep, goagent.As(advertised)), goagent.WithPubEndpoint(pub, goagent.As(advertised)),
		goagent.WithKey(wire.NewKey([]byte(r.Secret))), goagent.WithSerializer(r.Serializer), goagent.WithDialect(dialect), goagent.WithClass("bench.Bench", construct),
		goagent.WithInterceptor(v.watch), goagent.WithUncheckedValues(), goagent.WithEmission(), goagent.WithNewAttributes(newAttributes)} // as the original
	server, err := goagent.Serve(served, append(options, hooks(r.Object)...)...)
	if err != nil {
		return nil, err
	}
	v.server = server
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[r.Server] = v
	return result{"rep_endpoint": server.Endpoint(), "pub_endpoint": server.PubEndpoint()}, nil
}

// newAttributes is how many attributes clients may add to the bench.
const newAttributes = 100

// hooks returns what a server overrides of how attributes are used, as a subclass of the original's
// Server can.
func hooks(object string) []goagent.ServeOption {
	switch object {
	case "dicts":
		isDict := func(_ string, v any) bool { return py.TypeName(v) == "dict" }
		never := func(string, any) bool { return false }
		return []goagent.ServeOption{goagent.WithForceAsObject(isDict), goagent.WithReturnAsRemote(never)}
	case "uninspected":
		return []goagent.ServeOption{goagent.WithInterceptor(listNothing)}
	}
	return nil
}

// listNothing answers inspect with two empty sets.
func listNothing(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
	if call.Action == "inspect" {
		return py.Tuple{&py.Set{}, &py.Set{}}, nil
	}
	return next(ctx, call)
}

// kwargsKey is the key of a call's keyword arguments in its context, in their order, which a map
// does not have.
type kwargsKey struct{}

// watch keeps what is called, and the object from being looked at meanwhile.
func (v *running) watch(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
	if v.bench == nil {
		return next(ctx, call)
	}
	v.bench.mu.Lock()
	defer v.bench.mu.Unlock()
	v.bench.see(call)
	return next(context.WithValue(ctx, kwargsKey{}, call.Kwargs), call)
}

func (s *servers) find(r *request) (*running, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.running[r.Server]
	if v == nil || v.bench == nil {
		return nil, fmt.Errorf("no server %q with an object", r.Server)
	}
	return v, nil
}

func (s *servers) release(r *request) (result, error) {
	s.mu.Lock()
	v := s.running[r.Server]
	delete(s.running, r.Server)
	s.mu.Unlock()
	if v == nil {
		return nil, fmt.Errorf("no server %q", r.Server)
	}
	return result{}, v.server.Close()
}

func (s *servers) reset(r *request) (result, error) {
	v, err := s.find(r)
	if err != nil {
		return nil, err
	}
	v.bench.mu.Lock()
	defer v.bench.mu.Unlock()
	return result{}, v.bench.reset("bench", nil)
}

func (s *servers) seen(r *request) (result, error) {
	v, err := s.find(r)
	if err != nil {
		return nil, err
	}
	v.bench.mu.Lock()
	defer v.bench.mu.Unlock()
	calls := v.bench.seen
	v.bench.seen = nil
	if calls == nil {
		calls = []value.Value{}
	}
	return result{"seen": calls}, nil
}

func (s *servers) peek(r *request) (result, error) {
	v, err := s.find(r)
	if err != nil {
		return nil, err
	}
	v.bench.mu.Lock()
	defer v.bench.mu.Unlock()
	read, err := v.bench.read(r.Name)
	return result{"returned": graph.ToValue(read)}, err
}

func (s *servers) poke(r *request) (result, error) {
	v, err := s.find(r)
	if err != nil {
		return nil, err
	}
	written, err := graph.Builder{Protocol: 4}.Graph(r.Value)
	if err != nil {
		return nil, err
	}
	v.bench.mu.Lock()
	defer v.bench.mu.Unlock()
	return result{}, v.bench.write(r.Name, written)
}

func (s *servers) act(r *request) (result, error) {
	v, err := s.find(r)
	if err != nil {
		return nil, err
	}
	args, err := graph.Builder{Protocol: 4}.Args(r.Args)
	if err != nil {
		return nil, err
	}
	return result{"returned": nil}, v.bench.act(r.Name, args)
}

func (s *servers) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.running {
		_ = v.server.Close() // the program ends
	}
}

// callValue describes a call as the suite writes it down.
func callValue(call *goagent.Call) value.Value {
	kwargs := value.OfDict()
	if call.Kwargs != nil {
		kwargs = graph.ToValue(call.Kwargs)
	}
	return value.OfList(value.OfString(call.Name), graph.ToValue(call.Args), kwargs)
}
