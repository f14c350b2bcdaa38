package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// The names of the sides.
const (
	sidePyro     = "Pyro5's gateway, Pyro5 server"
	sideOriginal = "this gateway, the original's server"
	sideGo       = "this gateway, Go server"
)

// servePeer is this program as one of its own children.
func servePeer(kind string, args []string) error {
	switch kind {
	case "server":
		return serveTarget()
	case "gateway":
		return serveGateway(args)
	}
	return fmt.Errorf("no peer %q", kind)
}

// serveTarget serves the twin of python_fixtures/speed_server.py's object, as far as it is used
// here.
func serveTarget() (err error) {
	var tick object.Signal
	object := object.New("Speed").Method("same", func(v any) any { return v }, "value").Signal("tick", &tick)
	s, err := goagent.Serve(object)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	emit := func(o struct {
		N         int `json:"n"`
		PerSecond int `json:"per_second"`
	},
	) (any, error) {
		pace := time.NewTicker(time.Second / time.Duration(o.PerSecond))
		defer pace.Stop()
		for n := range o.N {
			<-pace.C
			tick.Emit(n)
		}
		return struct{}{}, nil
	}
	return child.Orders{"emit": child.To(emit)}.Obey(map[string]string{"rep_endpoint": s.Endpoint()})
}

// serveGateway serves a gateway for NAME=ENDPOINT each, until its standard input ends.
func serveGateway(targets []string) error {
	config := gateway.DefaultConfig()
	config.Listen = "127.0.0.1:0"
	config.Limits.Rate = 0
	for _, t := range targets {
		name, endpoint, _ := strings.Cut(t, "=")
		config.Targets = append(config.Targets, gateway.Target{Name: name, Endpoint: endpoint})
	}
	g, err := gateway.New(config)
	if err != nil {
		return err
	}
	l, err := g.Listen()
	if err != nil {
		return errors.Join(err, g.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- g.Run(ctx, l) }()
	err = child.Orders{}.Obey(map[string]string{"url": "http://" + l.Addr().String()})
	cancel()
	return errors.Join(err, <-ran)
}

// peers are the processes of a run.
type peers []*child.Process

func (p *peers) close() (err error) {
	for i := len(*p) - 1; i >= 0; i-- {
		err = errors.Join(err, (*p)[i].Close())
	}
	return err
}

// keep adds a child that could be started.
func (p *peers) keep(c *child.Process, err error) (*child.Process, error) {
	if err == nil {
		*p = append(*p, c)
	}
	return c, err
}

// start starts all processes and returns the sides that are compared.
func (p *peers) start(python pyenv.Interpreter, pyroPython string) ([]side, error) {
	var pyro struct {
		URL  string `json:"url"`
		PIDs []int  `json:"pids"`
	}
	if _, err := p.keep(child.Start(exec.Command(pyroPython, python.Script("pyro_gateway.py")), &pyro)); err != nil {
		return nil, err
	}
	var originalAt, goAt struct {
		Rep string `json:"rep_endpoint"`
	}
	cmd := exec.Command(python.PizcoPython, python.Script("speed_server.py"))
	cmd.Env = append(os.Environ(), "PZC_KEY=", "PZC_SER=")
	original, err := p.keep(child.Start(cmd, &originalAt))
	if err != nil {
		return nil, err
	}
	goServer, err := p.keep(child.Self(&goAt, "peer", "server"))
	if err != nil {
		return nil, err
	}
	var at struct {
		URL string `json:"url"`
	}
	gw, err := p.keep(child.Self(&at, "peer", "gateway", "original="+originalAt.Rep, "go="+goAt.Rep))
	if err != nil {
		return nil, err
	}
	ours := func(name, target string, server *child.Process) side {
		return side{
			name: name, gateway: gw.PID(), server: server, events: at.URL + "/v1/" + target + "/signals/tick",
			call: request{"POST", at.URL + "/v1/" + target + "/methods/same", `{"kwargs": {"value": "hello"}}`, `{"result": "hello"}`},
		}
	}
	return []side{
		{name: sidePyro, gateway: pyro.PIDs[len(pyro.PIDs)-1], call: request{"GET", pyro.URL + "hello", "", `"hello"`}},
		ours(sideOriginal, "original", original), ours(sideGo, "go", goServer),
	}, nil
}
