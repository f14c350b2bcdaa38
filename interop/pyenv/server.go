package pyenv

import "testing"

// Names of the objects that python_fixtures/server.py serves.
const (
	MultiplyBy = "multiply-by" // the manual's example, with the factor 2
	Instrument = "instrument"  // one of everything; python_fixtures/README.md lists its members
	Robot      = "robot"       // the Robot of the manual's examples
	Hazards    = "hazards"     // members that the original cannot send; python_fixtures/hazards.py lists them
	Secretive  = "secretive"   // the same with a __dir__ of its own
	Nothing    = "nothing"     // no object: for `instantiate`
)

// Server is a running python_fixtures/server.py: the original's Server with an object of the
// fixtures.
type Server struct {
	*Process
	RepEndpoint string // where it answers requests
	PubEndpoint string // where it publishes notifications
}

// Serve starts the original's Server with one of the fixtures' objects and returns once it answers.
// It is bound to tcp ports that the system chose, signs nothing and writes pickle, unless options
// say otherwise: WithArgs("--endpoint", "ipc://..."), WithArgs("--serializer", "json"),
// WithEnv("PZC_KEY", "secret").
func (i Interpreter) Serve(tb testing.TB, object string, options ...Option) *Server {
	tb.Helper()
	process := i.Start(tb, "server.py", append([]Option{WithArgs("--object", object)}, options...)...)
	var endpoints struct {
		Rep string `json:"rep_endpoint"`
		Pub string `json:"pub_endpoint"`
	}
	process.Ready(&endpoints)
	return &Server{Process: process, RepEndpoint: endpoints.Rep, PubEndpoint: endpoints.Pub}
}
