// Command originalsuite stands in for the original's agents and servers in its own test suite. The
// program suite.py starts it, replaces pizco.Agent and pizco.Server by proxies of it, and runs the
// tests as they are. See scripts/original-suite.
//
// Orders come as lines of JSON on standard input and are answered on standard output, where events
// go as well. Values are pickles of protocol 2 in base64. What a test overrides in a subclass stays
// with the test: it is asked as an event.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"github.com/pizco-go/pizco/pickle"
)

func main() {
	t := &theatre{out: bufio.NewWriter(os.Stdout), actors: map[int]*actor{}, waiting: map[int]chan message{}}
	in := json.NewDecoder(os.Stdin)
	for {
		var order message
		if in.Decode(&order) != nil {
			return // the tests are over
		}
		if order.Do == "answer" {
			t.answered(order)
			continue
		}
		go t.take(order)
	}
}

// message is an order, its answer, or an event. Which fields are set depends on Do or Event.
type message struct {
	ID       int      `json:"id,omitempty"`
	Do       string   `json:"do,omitempty"`
	Event    string   `json:"event,omitempty"`
	Actor    int      `json:"actor,omitempty"`
	Kind     string   `json:"kind,omitempty"`
	Rep      string   `json:"rep,omitempty"`
	Pub      string   `json:"pub,omitempty"`
	Class    string   `json:"class,omitempty"`
	Plain    int      `json:"plain,omitempty"`
	Dialect  string   `json:"dialect,omitempty"`
	Hooks    []string `json:"hooks,omitempty"`
	Endpoint string   `json:"endpoint,omitempty"`
	Topic    string   `json:"topic,omitempty"`
	Sender   string   `json:"sender,omitempty"`
	MsgID    string   `json:"msgid,omitempty"`
	Name     string   `json:"name,omitempty"`
	Handler  int      `json:"handler,omitempty"`
	Call     int      `json:"call,omitempty"`
	Count    int      `json:"count,omitempty"`
	Value    string   `json:"value,omitempty"`
	Error    string   `json:"error,omitempty"`
}

// theatre is the connection with the tests, and all that they have started.
type theatre struct {
	writing sync.Mutex
	out     *bufio.Writer

	mu      sync.Mutex
	actors  map[int]*actor
	waiting map[int]chan message
	calls   int
}

func (t *theatre) write(m message) {
	line, err := json.Marshal(m)
	if err != nil {
		panic(err) // a message holds nothing but numbers and text
	}
	t.writing.Lock()
	defer t.writing.Unlock()
	_, _ = t.out.Write(append(line, '\n'))
	_ = t.out.Flush()
}

// take carries out an order and answers it.
func (t *theatre) take(order message) {
	answer, err := t.carryOut(order)
	answer.ID = order.ID
	if err != nil {
		answer.Error = err.Error()
	}
	t.write(answer)
}

func (t *theatre) carryOut(order message) (message, error) {
	if order.Do == "start" {
		a, err := t.start(order)
		if err != nil {
			return message{}, err
		}
		t.mu.Lock()
		t.actors[order.Actor] = a
		t.mu.Unlock()
		return message{Rep: a.agent.Endpoint(), Pub: a.agent.PubEndpoint()}, nil
	}
	t.mu.Lock()
	a := t.actors[order.Actor]
	t.mu.Unlock()
	if a == nil {
		return message{}, fmt.Errorf("there is no actor %d", order.Actor)
	}
	return a.carryOut(order)
}

// ask has the tests answer an event.
func (t *theatre) ask(event message) (any, error) {
	answers := make(chan message, 1)
	t.mu.Lock()
	t.calls++
	event.Call = t.calls
	t.waiting[event.Call] = answers
	t.mu.Unlock()
	t.write(event)
	return decode((<-answers).Value)
}

func (t *theatre) answered(m message) {
	t.mu.Lock()
	answers := t.waiting[m.Call]
	delete(t.waiting, m.Call)
	t.mu.Unlock()
	if answers != nil {
		answers <- m
	}
}

func decode(text string) (any, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	var v any
	err = pickle.Unmarshal(data, &v)
	return v, err
}

func encode(v any) (string, error) {
	data, err := pickle.Marshal(v, pickle.Protocol(2))
	return base64.StdEncoding.EncodeToString(data), err
}
