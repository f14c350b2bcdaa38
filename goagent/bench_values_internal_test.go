package goagent

import (
	"fmt"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// BenchmarkValues measures what an agent does with 2,000 records beside package pickle: it writes
// the request that has them as an argument and the answer that has them as the result, and reads
// both. The extra metric is the agent's time over that of pickle.Marshal or pickle.Unmarshal in the
// same run.
func BenchmarkValues(b *testing.B) {
	type record struct {
		ID    int
		Name  string
		Value float64
		On    bool
	}
	records := make([]record, 2000)
	for i := range records {
		records[i] = record{ID: i, Name: fmt.Sprintf("channel %d", i), Value: float64(i) / 7, On: i%2 == 0}
	}
	server, err := Serve(object.New("Records").Method("take", func([]record) {}), WithEndpoint("inproc://values"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	p := &Proxy{writesGo: true}
	var protocol wire.Protocol
	write := func() ([]byte, error) {
		call, err := p.newExec("take", psmessage.DunderCall, []any{records})
		if err != nil {
			return nil, err
		}
		message := call.message()
		defer message.GiveBack()
		return protocol.Encode(message.Content)
	}
	request, err := write()
	if err != nil {
		b.Fatal(err)
	}
	answer, err := protocol.Encode(py.Tuple{psmessage.Tag, psmessage.AnswerReturn, records})
	if err != nil {
		b.Fatal(err)
	}
	data, err := pickle.Marshal(records)
	if err != nil {
		b.Fatal(err)
	}
	marshal := func() { _, err = pickle.Marshal(records) }
	unmarshal := func() {
		var into []record
		err = pickle.Unmarshal(data, &into)
	}
	for _, row := range []struct {
		name         string
		agent, codec func()
	}{
		{"write argument", func() { _, err = write() }, marshal},
		{"write result", func() { _, err = protocol.Encode(py.Tuple{psmessage.Tag, psmessage.AnswerReturn, records}) }, marshal},
		{"read result", func() {
			var into []record
			if !readAnswer(protocol, &wire.Message{Serializer: plainPickle, Body: answer}, &into) {
				b.Fatal("not read")
			}
		}, unmarshal},
		{"read argument", func() {
			if _, ok := server.readCall(&serving.Request{Message: wire.Message{Serializer: plainPickle, Body: request}}); !ok {
				b.Fatal("not read")
			}
		}, unmarshal},
	} {
		b.Run(row.name, func(b *testing.B) {
			var agent, codec time.Duration
			for b.Loop() {
				began := time.Now()
				row.agent()
				middle := time.Now()
				row.codec()
				agent, codec = agent+middle.Sub(began), codec+time.Since(middle)
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(agent)/float64(codec), "times-pickle")
			b.ReportMetric(float64(agent.Microseconds())/float64(b.N), "µs/agent")
		})
	}
}
