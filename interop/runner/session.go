package runner

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/peer"
	"github.com/pizco-go/pizco/interop/suite"
	"github.com/pizco-go/pizco/interop/tap"
)

// session is a cell under way: a server, a client, and a connection between them that most cases
// share.
type session struct {
	worker *worker
	cell   suite.Cell
	server *peer.Process
	client *peer.Process
	served *served
	// conn is the name of the shared connection, empty when it has to be made anew.
	conn string
}

// served is a server of the server's process, with a tap in front of it.
type served struct {
	id     string
	world  frames.World
	dial   string
	tap    *tap.Tap
	record *tap.Record
	folder string
	// settled is how often the suite has waited for subscriptions to be in force.
	settled int
}

// ready sees to it that there is a server, a client and a connection.
func (s *session) ready(ctx context.Context) error {
	var err error
	if !s.server.Alive() {
		server, err := s.worker.start(ctx, s.cell.Server)
		if err != nil {
			return err
		}
		s.server, s.served = server, nil
	}
	if s.cell.Transport == "inproc" {
		s.client = s.server
	} else if s.client == nil || !s.client.Alive() {
		client, err := s.worker.client(ctx, s.cell.Client)
		if err != nil {
			return err
		}
		s.client, s.conn = client, ""
	}
	settings := (&suite.Case{}).Settings(s.cell)
	if s.served == nil {
		s.conn = ""
		if s.served, err = s.serve(ctx, settings, &suite.ServerSpec{}); err != nil {
			return err
		}
	}
	if s.conn != "" {
		return nil
	}
	conn := s.worker.unique("shared")
	o, err := s.connect(ctx, conn, s.served, settings, 0)
	if err != nil {
		return err
	}
	if o.Kind == "failed" {
		return fmt.Errorf("pizco/interop: the client cannot connect: %s", o)
	}
	s.conn = conn
	if !s.settles() {
		return nil
	}
	// A client subscribes to the results of futures when it connects; one that comes before that is
	// in force is lost.
	return s.settle(ctx, s.served, conn)
}

// serve has the server's process serve an object.
func (s *session) serve(ctx context.Context, settings suite.Settings, spec *suite.ServerSpec) (*served, error) {
	v := &served{id: s.worker.unique("server"), record: &tap.Record{}}
	params := peer.Params{
		"server": v.id, "object": cmp.Or(spec.Object, "bench"), "key": settings.Key, "serializer": settings.Server,
		"dialect": s.cell.Dialect, "rep_endpoint": "", "pub_endpoint": "", "advertise": s.hostAs(spec.Advertise),
	}
	if spec.Bind == suite.AnyInterface {
		params["rep_endpoint"], params["pub_endpoint"] = "tcp://0.0.0.0:0", "tcp://0.0.0.0:0"
	}
	if err := v.name(s.cell.Transport, s.worker.run.config.Folder, params); err != nil {
		return nil, err
	}
	var reply struct {
		RepEndpoint string `json:"rep_endpoint"`
		PubEndpoint string `json:"pub_endpoint"`
	}
	if err := s.do(ctx, s.server, "serve", params, &reply); err != nil {
		v.close()
		return nil, err
	}
	v.world = frames.World{
		RepEndpoint: reply.RepEndpoint, PubEndpoint: reply.PubEndpoint, ServerKey: settings.Key, ClientKey: settings.ClientKey,
	}
	v.dial = withHost(reply.RepEndpoint, s.hostAs(spec.Dial))
	if s.cell.Transport == "inproc" || s.worker.run.config.NoTap || spec.NamesHost() {
		return v, nil
	}
	var err error
	v.tap, err = tap.New(tap.Server{
		RepEndpoint: reply.RepEndpoint, PubEndpoint: reply.PubEndpoint, Key: settings.Key, Host: s.worker.run.config.Host,
	}, v.record)
	if err != nil {
		v.close()
		return nil, err
	}
	v.dial = v.tap.RepEndpoint
	return v, nil
}

// hostAs returns the server's host as it is to be named; empty for the default.
func (s *session) hostAs(how suite.Host) string {
	switch how {
	case suite.Address:
		return s.server.Hello.Host
	case suite.Alias:
		return s.server.Hello.Alias
	}
	return ""
}

// withHost returns a tcp endpoint with another host, where one is given.
func withHost(endpoint, host string) string {
	if host == "" {
		return endpoint
	}
	return "tcp://" + host + endpoint[strings.LastIndexByte(endpoint, ':'):]
}

// name chooses endpoints for transports whose endpoints the system does not choose. All are equally
// long, since their lengths show on the wire.
func (v *served) name(transport, folder string, params peer.Params) error {
	unique := strings.ToLower(rand.Text()[:12])
	switch transport {
	case "inproc":
		params["rep_endpoint"], params["pub_endpoint"] = "inproc://rep-"+unique, "inproc://pub-"+unique
	case "ipc":
		if folder == "" {
			folder = os.TempDir()
		}
		v.folder = filepath.Join(folder, "pizco-"+unique)
		if err := os.Mkdir(v.folder, 0o777); err != nil {
			return err
		}
		// Peers in other containers may be other users.
		if err := os.Chmod(v.folder, 0o777); err != nil {
			return err
		}
		params["rep_endpoint"], params["pub_endpoint"] = "ipc://"+v.folder+"/rep", "ipc://"+v.folder+"/pub"
	}
	return nil
}

func (v *served) close() {
	if v.tap != nil {
		v.tap.Close()
	}
	if v.folder != "" {
		os.RemoveAll(v.folder)
	}
}

// connect makes a connection of the client to a server.
func (s *session) connect(ctx context.Context, conn string, to *served, settings suite.Settings, timeoutMS int) (Outcome, error) {
	if timeoutMS == 0 {
		timeoutMS = int(answerTimeout.Milliseconds())
	}
	return s.outcome(ctx, s.client, "connect", peer.Params{
		"conn": conn, "endpoint": to.dial, "key": settings.ClientKey, "serializer": settings.Request,
		"timeout_ms": timeoutMS, "inspect": settings.Inspect, "numpy": s.worker.run.numpyOf(s.cell.Server),
	})
}

// outcome has a peer do something and reads what came of it.
func (s *session) outcome(ctx context.Context, p *peer.Process, op string, params peer.Params) (Outcome, error) {
	var text json.RawMessage
	if err := s.do(ctx, p, op, params, &text); err != nil {
		return Outcome{}, err
	}
	return readOutcome(text)
}

// do has a peer do something. A peer that does not answer in time is ended.
func (s *session) do(ctx context.Context, p *peer.Process, op string, params peer.Params, result any) error {
	limited, cancel := context.WithTimeout(ctx, s.worker.run.config.StepTimeout)
	defer cancel()
	err := p.Do(limited, op, params, result)
	if err != nil && limited.Err() != nil {
		s.worker.run.config.Log.Warn("a peer does not answer and is ended", "cell", s.cell.String(), "op", op)
		p.Kill()
	}
	return err
}

// missing says what a case needs that the peers do not offer.
func (s *session) missing(c *suite.Case) string {
	for _, need := range c.Needs {
		for name, p := range map[string]*peer.Process{s.cell.Client: s.client, s.cell.Server: s.server} {
			if !slices.ContainsFunc(p.Hello.Features, func(f string) bool { return strings.HasPrefix(f, need) }) {
				return fmt.Sprintf("%s has no %s", name, need)
			}
		}
	}
	if c.Server != nil && c.Server.NeedsAlias() && s.server.Hello.Alias == "" {
		return fmt.Sprintf("the host of %s has no other name", s.cell.Server)
	}
	for i := range c.Steps {
		if lack := s.missingOp(&c.Steps[i]); lack != "" {
			return lack
		}
	}
	for _, serializer := range []string{c.Settings(s.cell).Request} {
		if !slices.Contains(s.client.Hello.Serializers, serializer) {
			return fmt.Sprintf("%s has no serializer %s", s.cell.Client, serializer)
		}
	}
	return ""
}

func (s *session) missingOp(step *suite.Step) string {
	for i := range step.Parallel {
		if lack := s.missingOp(&step.Parallel[i]); lack != "" {
			return lack
		}
	}
	switch step.Op {
	case "parallel", "settle", "raw", "publish":
		return ""
	}
	name, p := s.cell.Client, s.client
	if isServerOp(step.Op) {
		name, p = s.cell.Server, s.server
	}
	if !p.Offers(step.Op) {
		return fmt.Sprintf("%s does not offer %q", name, step.Op)
	}
	return ""
}

func isServerOp(op string) bool {
	return op == "seen" || op == "peek" || op == "poke" || op == "act"
}

// end ends both processes.
func (s *session) end() {
	s.close()
	if s.client != nil {
		s.client.Close()
	}
	s.server.Close()
	s.served, s.conn = nil, ""
}

// close ends the cell; the processes live on. Servers are released so that their ports are.
func (s *session) close() {
	ctx := context.Background()
	if s.conn != "" && s.client.Alive() {
		s.worker.run.trouble("disconnect", s.do(ctx, s.client, "disconnect", peer.Params{"conn": s.conn}, nil))
	}
	s.release(ctx, s.served)
}

func (s *session) release(ctx context.Context, v *served) {
	if v == nil {
		return
	}
	if s.server.Alive() {
		s.worker.run.trouble("release", s.do(ctx, s.server, "release", peer.Params{"server": v.id}, nil))
	}
	v.close()
}
