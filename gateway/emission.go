package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/internal/errtext"
	"github.com/pizco-go/pizco/py"
)

// emission is one emission of a signal. All its subscribers share it.
type emission struct {
	id     uint64
	signal string
	at     time.Time
	values py.Tuple
	most   int64
	size   int64 // about, in bytes

	once map[mode]*writtenOnce
	mu   sync.Mutex
}

type writtenOnce struct {
	once        sync.Once
	json, event []byte
}

// emissionDocument is what clients get.
type emissionDocument struct {
	ID     uint64          `json:"id"`
	Signal string          `json:"signal"`
	Time   string          `json:"time"`
	Values json.RawMessage `json:"values"`
	Error  string          `json:"error,omitempty"`
}

// written returns the emission in a mode: as JSON, and as a server-sent event.
func (e *emission) written(m mode) *writtenOnce {
	e.mu.Lock()
	if e.once == nil {
		e.once = map[mode]*writtenOnce{}
	}
	w := e.once[m]
	if w == nil {
		w = &writtenOnce{}
		e.once[m] = w
	}
	e.mu.Unlock()
	w.once.Do(func() { e.write(m, w) })
	return w
}

func (e *emission) encode(m mode) (json.RawMessage, error) {
	switch m {
	case modePlain:
		return tagged.Plain(py.NewList(e.values...), tagged.WithMaxOutput(e.most))
	case modeSummary:
		all := make([]json.RawMessage, len(e.values))
		for i, v := range e.values {
			summary, err := summarize(context.Background(), v)
			if err != nil {
				return nil, err
			}
			all[i] = summary
		}
		return json.Marshal(all)
	}
	return tagged.Encode(py.NewList(e.values...), tagged.WithMaxOutput(e.most))
}

func (e *emission) write(m mode, w *writtenOnce) {
	document := emissionDocument{ID: e.id, Signal: e.signal, Time: e.at.UTC().Format(time.RFC3339Nano)}
	values, err := e.encode(m)
	if err != nil {
		values, document.Error = []byte("[]"), errtext.Bare(err.Error())
	}
	document.Values = values
	w.json, err = json.Marshal(document)
	if err != nil {
		w.json = []byte("{}") // does not happen: it is made of texts and of what was written as JSON before
	}
	var event bytes.Buffer
	event.WriteString("id: " + strconv.FormatUint(e.id, 10) + "\ndata: ")
	event.Write(w.json)
	event.WriteString("\n\n")
	w.event = event.Bytes()
}
