// Command gopeer is the conformance suite's peer for package goagent: server and client, driven
// over standard input and output as interop/PROTOCOL.md describes.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/peer"
	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/py"
)

func main() {
	host := flag.String("host", "127.0.0.1", "name or address of what sockets are bound to")
	flag.Parse()
	if err := runOn(*host); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runOn(host string) error {
	address, alias, err := namesOf(host)
	if err != nil {
		return err
	}
	p := &program{host: address, alias: alias, out: os.Stdout, servers: newServers(address), clients: newClients()}
	// What others print by mistake must not get among the messages.
	os.Stdout = os.Stderr
	return p.run(os.Stdin)
}

// namesOf returns the address to bind for a host given by its name or address, and another name for
// the same, or none.
func namesOf(host string) (address, alias string, err error) {
	resolved, err := net.ResolveIPAddr("ip4", host)
	if err != nil {
		return "", "", err
	}
	address = resolved.String()
	switch address {
	case "127.0.0.1":
		return address, "localhost", nil
	case host:
		return address, "", nil
	}
	return address, host, nil
}

// request is a request with the members of all operations.
type request struct {
	ID          uint64        `json:"id"`
	Op          string        `json:"op"`
	Server      string        `json:"server"`
	Object      string        `json:"object"`
	RepEndpoint string        `json:"rep_endpoint"`
	PubEndpoint string        `json:"pub_endpoint"`
	Advertise   string        `json:"advertise"`
	Dialect     string        `json:"dialect"`
	Conn        string        `json:"conn"`
	Endpoint    string        `json:"endpoint"`
	Secret      string        `json:"-"`
	Serializer  string        `json:"serializer"`
	TimeoutMS   int           `json:"timeout_ms"`
	NumPy       py.NumPy      `json:"numpy"`
	Name        string        `json:"name"`
	Args        []value.Value `json:"args"`
	Kwargs      value.Value   `json:"kwargs"`
	Value       value.Value   `json:"value"`
	Content     value.Value   `json:"content"`
	Item        value.Value   `json:"-"`
	Future      string        `json:"future"`
	Slot        string        `json:"slot"`
	Arity       int           `json:"arity"`
	Reads       string        `json:"reads"`
	Count       int           `json:"count"`

	// Key is the key that signs for serve and connect, and an item's key for getitem and setitem.
	Key json.RawMessage `json:"key"`
}

// result is the answer to a request.
type result map[string]any

type program struct {
	host    string
	alias   string
	out     io.Writer
	mu      sync.Mutex
	servers *servers
	clients *clients
}

func (p *program) run(in io.Reader) error {
	defer p.servers.close()
	defer p.clients.close()
	reader := bufio.NewReader(in)
	for {
		var r request
		if err := peer.ReadMessage(reader, &r); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if r.Op == "quit" {
			return nil
		}
		if err := r.readKey(); err != nil {
			return err
		}
		if _, ok := p.clients.ops()[r.Op]; ok {
			// The suite waits for an answer before it uses a connection again, and uses several at
			// a time.
			go p.answer(&r)
		} else {
			p.answer(&r)
		}
	}
}

func (r *request) readKey() error {
	switch {
	case r.Key == nil:
		return nil
	case r.Op == "serve" || r.Op == "connect":
		return json.Unmarshal(r.Key, &r.Secret)
	}
	return json.Unmarshal(r.Key, &r.Item)
}

func (p *program) answer(r *request) {
	out, err := p.perform(r)
	message := map[string]any{"id": r.ID, "result": out}
	if err != nil {
		message = map[string]any{"id": r.ID, "error": err.Error()}
	}
	p.mu.Lock()
	err = peer.WriteMessage(p.out, message)
	p.mu.Unlock()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (p *program) perform(r *request) (result, error) {
	if r.Op == "hello" {
		return p.hello(), nil
	}
	if op, ok := p.servers.ops()[r.Op]; ok {
		return op(r)
	}
	if op, ok := p.clients.ops()[r.Op]; ok {
		return op(r)
	}
	return nil, fmt.Errorf("no operation %q", r.Op)
}

func (p *program) hello() result {
	var ops []string
	for op := range p.servers.ops() {
		ops = append(ops, op)
	}
	for op := range p.clients.ops() {
		ops = append(ops, op)
	}
	slices.Sort(ops)
	return result{
		"name": "pizco for Go", "language": runtime.Version(), "libraries": "goagent on " + goagent.Transport, "host": p.host, "alias": p.alias, "ops": ops,
		"serializers": []string{"json", "pickle", "pickle0", "pickle1", "pickle2", "pickle3", "pickle4", "pickle5"},
		"transports":  []string{"tcp", "ipc", "inproc"}, "features": []string{"inspect", "numpy", "slots that read"},
	}
}
