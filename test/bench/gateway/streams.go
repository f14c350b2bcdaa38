package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// settleTimeout is how long streams may take for what is on its way when the last emission has been
// made.
const settleTimeout = 60 * time.Second

// streams are event streams of one signal, whose emissions count from 0 on.
type streams struct {
	cancel context.CancelFunc
	ended  sync.WaitGroup
	last   string // the value of the last emission, which ends the wait for more

	mu      sync.Mutex
	changed chan struct{} // closed when a stream has got its first event, or the last emission
	each    []progressOf
	failed  int
}

// progressOf is how far a stream has come: the ids of the emission that it has got last, and of the
// last ones with the values that the emissions begin and end with; and how often an id was left
// out.
type progressOf struct {
	id, first, last uint64
	events, gaps    int
}

// eventCount is what streams have seen.
type eventCount struct {
	events int // in all
	failed int // streams that ended by themselves
	lossy  int // streams that lost emissions, or did not get the last in time
}

func (c eventCount) perfect() bool { return c.failed == 0 && c.lossy == 0 }

// openStreams opens streams, which are in force when it returns.
func openStreams(url string, n, emissions int) (*streams, error) {
	ctx, cancel := context.WithCancel(context.Background())
	s := &streams{cancel: cancel, last: strconv.Itoa(emissions - 1), each: make([]progressOf, n), changed: make(chan struct{})}
	c := &http.Client{Transport: &http.Transport{}}
	for i := range n {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			s.close()
			return nil, err
		}
		answer, err := c.Do(r)
		if err != nil {
			s.close()
			return nil, err
		}
		if answer.StatusCode != http.StatusOK {
			s.close()
			return nil, errors.Join(fmt.Errorf("stream %d: %s", i, answer.Status), answer.Body.Close())
		}
		s.ended.Go(func() {
			defer func() { _ = answer.Body.Close() }() // by then it has ended or is given up
			s.read(ctx, i, bufio.NewScanner(answer.Body))
		})
	}
	return s, nil
}

// read counts the events of one stream until it ends.
func (s *streams) read(ctx context.Context, i int, in *bufio.Scanner) {
	var id uint64
	for in.Scan() {
		if text, ok := strings.CutPrefix(in.Text(), "id: "); ok {
			id, _ = strconv.ParseUint(text, 10, 64) // 0 is a gap
		}
		if data, ok := strings.CutPrefix(in.Text(), "data: "); ok {
			_, values, _ := strings.Cut(data, `"values":[`)
			value, _, _ := strings.Cut(values, ",")
			s.count(&s.each[i], id, value)
		}
	}
	if ctx.Err() == nil {
		s.mu.Lock()
		s.failed++
		s.mu.Unlock()
	}
}

func (s *streams) count(p *progressOf, id uint64, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	begun := p.id != 0
	if begun && id != p.id+1 {
		p.gaps++
	}
	p.id = id
	p.events++
	switch value {
	case "0":
		p.first = id
	case s.last:
		p.last = id
	}
	if !begun || value == s.last {
		close(s.changed)
		s.changed = make(chan struct{})
	}
}

// wait waits until something is true of all streams, and reports whether it came to be so in time.
func (s *streams) wait(limit time.Duration, done func(p progressOf) bool) bool {
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	for {
		s.mu.Lock()
		all, changed := true, s.changed
		for _, p := range s.each {
			all = all && done(p)
		}
		s.mu.Unlock()
		if all {
			return true
		}
		select {
		case <-changed:
		case <-timeout.C:
			return false
		}
	}
}

// awake has single emissions made until each stream has got one: the original cannot confirm a
// subscription, and what it emits before it is lost.
func (s *streams) awake(emit func() error) error {
	for deadline := time.Now().Add(settleTimeout); time.Now().Before(deadline); {
		if err := emit(); err != nil {
			return err
		}
		if s.wait(time.Second, func(p progressOf) bool { return p.id != 0 }) {
			return nil
		}
	}
	return errors.New("some streams get no events")
}

// finish waits until each stream has got the last emission, ends them all, and returns what they
// have seen.
func (s *streams) finish(emissions int) eventCount {
	s.wait(settleTimeout, func(p progressOf) bool { return p.last != 0 })
	s.mu.Lock()
	c := eventCount{failed: s.failed}
	for _, p := range s.each {
		c.events += p.events
		if p.gaps > 0 || p.last == 0 || p.last-p.first != uint64(emissions-1) {
			c.lossy++
		}
	}
	s.mu.Unlock()
	s.close()
	return c
}

func (s *streams) close() {
	s.cancel()
	s.ended.Wait()
}
