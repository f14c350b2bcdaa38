package psmessage

import (
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/py"
)

// The contents that every agent understands.
const (
	// Info asks for the agent's endpoints.
	Info = "info"
	// Stop asks the agent to stop, and Stopping is the answer of one that does.
	Stop     = "stop"
	Stopping = "stopping"
)

// Endpoints is what an agent says of itself when it is asked for Info.
type Endpoints struct {
	// Rep is the endpoint at which the agent answers, Pub the one at which it publishes.
	Rep, Pub string
}

// Content returns the endpoints as they are sent.
func (e Endpoints) Content() *py.Dict {
	return py.StrDict(py.Item{Key: "rep_endpoint", Value: e.Rep}, py.Item{Key: "pub_endpoint", Value: e.Pub})
}

// ParseEndpoints reads the answer to Info. Its error says what the answer is instead.
func ParseEndpoints(answer any) (e Endpoints, err error) {
	d, ok := answer.(*py.Dict)
	if !ok {
		return e, fmt.Errorf("a %s in answer to 'info'", py.TypeName(answer))
	}
	rep, _ := d.Get("rep_endpoint")
	pub, _ := d.Get("pub_endpoint")
	var repOK, pubOK bool
	e.Rep, repOK = rep.(string)
	e.Pub, pubOK = pub.(string)
	if !repOK || !pubOK {
		return Endpoints{}, errors.New("an answer to 'info' without endpoints")
	}
	return e, nil
}
