package goagent_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/pickle"
)

type benchRecord struct {
	ID    int
	Name  string
	Value float64
	On    bool
}

func benchRecords(n int) []benchRecord {
	records := make([]benchRecord, n)
	for i := range records {
		records[i] = benchRecord{ID: i, Name: fmt.Sprintf("channel %d", i), Value: float64(i) / 7, On: i%2 == 0}
	}
	return records
}

// BenchmarkRecords measures calls with 2,000 records as an argument and as a result, beside
// pickle.Marshal and pickle.Unmarshal of them. Calls go through memory; "nothing" is one with
// neither. The extra metric is the call's time without "nothing"'s over the codec's.
func BenchmarkRecords(b *testing.B) {
	records := benchRecords(2000)
	data, err := pickle.Marshal(records)
	if err != nil {
		b.Fatal(err)
	}
	s, err := goagent.Serve(object.New("Records").
		Method("nothing", func() {}).
		Method("take", func(records []benchRecord) int { return len(records) }).
		Method("give", func() []benchRecord { return records }),
		goagent.WithEndpoint("inproc://records"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	p, err := goagent.Dial(b.Context(), s.Endpoint())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = p.Close() }()

	var into []benchRecord
	marshal := func() error { _, err := pickle.Marshal(records); return err }
	unmarshal := func() error { return pickle.Unmarshal(data, &into) }
	nothing := func() error { return p.Call(b.Context(), nil, "nothing") }
	for _, row := range []struct {
		name string
		call func() error
	}{
		{"argument", func() error { return p.Call(b.Context(), nil, "take", records) }},
		{"result", func() error { return p.Call(b.Context(), &into, "give") }},
	} {
		b.Run(row.name, func(b *testing.B) {
			var call, codec time.Duration
			measure := func(total *time.Duration, do func() error) {
				began := time.Now()
				if err := do(); err != nil {
					b.Fatal(err)
				}
				*total += time.Since(began)
			}
			var empty time.Duration
			for b.Loop() {
				measure(&call, row.call)
				measure(&codec, marshal)
				measure(&codec, unmarshal)
				measure(&empty, nothing)
			}
			b.ReportMetric(float64(call-empty)/float64(codec), "times-codec")
			b.ReportMetric(float64(call.Microseconds())/float64(b.N), "µs/call")
			b.ReportMetric(float64(codec.Microseconds())/float64(b.N), "µs/codec")
		})
	}
}
