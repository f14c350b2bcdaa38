package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pizco-go/pizco/interop/child"
)

// sample is what the processes of a soak hold at a time.
type sample struct {
	after      time.Duration
	operations int64
	usage      []child.Usage
}

// samplesKept is how many lines the table of a soak's report has, about.
const samplesKept = 24

// soak has everything happen at once for a long time: faults one after the other between clients
// and a server, and hostile peers against servers of their own, round after round.
func soak(s settings, t *tally) (err error) {
	l, err := newLab(s.seed, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	before, err := l.usage()
	if err != nil {
		return err
	}
	began := time.Now()
	samples := []sample{{usage: before}}
	hostileRounds := 0
	for time.Since(began) < s.soak {
		done := make(chan error, 1)
		go func() { done <- hostileRound(t) }()
		for range l.faults {
			err = errors.Join(err, l.suffer())
		}
		if err = errors.Join(err, <-done); err != nil {
			return err
		}
		hostileRounds++
		if samples, err = l.sample(samples, began, s.soak/samplesKept); err != nil {
			return err
		}
	}
	sum, err := l.reports()
	if err != nil {
		return err
	}
	t.check(sum.Wrong == 0, "no wrong answer and no answer to another's request", "%d operations: %d right, %d ended with an error, %d wrong %s",
		sum.Begun, sum.Right, sum.Failed, sum.Wrong, sum.Sample)
	t.check(sum.Late == 0, "no call longer than its deadline and 100 ms", "%d, the longest %d ms", sum.Late, sum.Worst)
	if err := l.recover(t); err != nil {
		return err
	}
	if err := l.checkLeaks(t, before); err != nil {
		return err
	}
	text := l.soakReport(s, t, samples, hostileRounds, time.Since(began))
	fmt.Print(text)
	if s.report != "" {
		if err := os.WriteFile(s.report, []byte(text), 0o644); err != nil {
			return err
		}
	}
	if t.broken() {
		return errBroken
	}
	return nil
}

// hostileRound lets every hostile peer loose. Only what is broken goes to the tally: the rest would
// fill it.
func hostileRound(t *tally) error {
	var round tally
	for _, h := range hostiles {
		if err := h.run(settings{quick: true}, &round); err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
	}
	for _, p := range round.rows {
		if !p.held {
			t.rows = append(t.rows, p)
		}
	}
	return nil
}

// sample adds a sample when it is time for one.
func (l *lab) sample(samples []sample, began time.Time, every time.Duration) ([]sample, error) {
	after := time.Since(began)
	if after-samples[len(samples)-1].after < every {
		return samples, nil
	}
	sum, err := l.reports()
	if err != nil {
		return samples, err
	}
	usage, err := l.usage()
	return append(samples, sample{after, sum.Begun, usage}), err
}

func (l *lab) soakReport(s settings, t *tally, samples []sample, hostileRounds int, took time.Duration) string {
	var text strings.Builder
	fmt.Fprintf(&text, "# A soak of %s\n\nWritten by `make soak`, seed %d: %d clients of %d goroutines each and a server, with one fault after the other between them. "+
		"Meanwhile there were %d rounds of hostile peers against other servers.\n\nThe faults:\n\n- %s\n\n",
		took.Round(time.Second), s.seed, labClients, goroutines, hostileRounds, strings.ReplaceAll(l.suffered(), ", ", "\n- "))
	text.WriteString(t.markdown())
	text.WriteString("\n## What the processes held on the way\n\nAfter a garbage collection, while no calls were made. A process that was killed begins anew.\n\n" +
		"| after | operations | server: MB resident, MB heap, goroutines, files | a client: the same |\n| ---: | ---: | --- | --- |\n")
	for _, one := range samples {
		fmt.Fprintf(&text, "| %s | %d | %s | %s |\n", one.after.Round(time.Second), one.operations, held(one.usage[0]), held(one.usage[1]))
	}
	return text.String()
}

func held(u child.Usage) string {
	return fmt.Sprintf("%.1f, %.2f, %d, %d", float64(u.RSS)/1e6, float64(u.Heap)/1e6, u.Goroutines, u.Files)
}
