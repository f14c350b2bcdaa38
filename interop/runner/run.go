package runner

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/peer"
	"github.com/pizco-go/pizco/interop/suite"
)

// run is a run under way.
type run struct {
	config  Config
	newest  string
	frames  frames.Oracle
	answers answers

	mu      sync.Mutex
	results Results
	total   int
	matched map[string]int // by pattern of known failures
	numpy   map[string]int // by peer: the generation of its numpy
}

// Run runs the suite. It fails only where nothing can be run at all; everything else is in the
// results.
func Run(ctx context.Context, config Config) (*Results, error) {
	config.setDefaults()
	p := makePlan(&config)
	if len(p.cells) == 0 {
		return nil, fmt.Errorf("pizco/interop: no cell was chosen")
	}
	r := &run{config: config, newest: config.Suite.Axes.NewestOriginal(), total: p.total, matched: map[string]int{}, numpy: map[string]int{}}
	r.results = Results{
		Started: time.Now(), Cells: p.cells, Excluded: p.excluded, NotChosen: p.notChosen,
		Peers: map[string]string{}, Cases: len(config.Suite.Cases),
	}
	// The oracle answers first.
	r.work(ctx, p.oracles)
	r.work(ctx, p.others)
	r.unmatched()
	r.results.Duration = time.Since(r.results.Started)
	return &r.results, ctx.Err()
}

func (r *run) work(ctx context.Context, groups []group) {
	queue := make(chan group)
	var workers sync.WaitGroup
	for range r.config.Jobs {
		workers.Go(func() {
			w := worker{run: r, clients: map[string]*client{}}
			defer w.close()
			for g := range queue {
				w.group(ctx, g)
			}
		})
	}
	for _, g := range groups {
		queue <- g
	}
	close(queue)
	workers.Wait()
}

// done takes a test's result.
func (r *run) done(t Test) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.judge(&t)
	r.results.Tests = append(r.results.Tests, t)
	r.config.Progress(len(r.results.Tests), r.total, &t)
}

// judge applies the list of known failures.
func (r *run) judge(t *Test) {
	for i := range r.config.Suite.Known {
		k := &r.config.Suite.Known[i]
		if !k.Matches(t.Name) {
			continue
		}
		r.matched[k.Pattern]++
		if t.Status == Passed {
			r.results.Problems = append(r.results.Problems, fmt.Sprintf("%s passes, but is listed as a known failure: %s", t.Name, k.Pattern))
			continue
		}
		t.Status, t.Reason = Known, k.Reason
	}
}

func (r *run) unmatched() {
	for _, k := range r.config.Suite.Known {
		if r.matched[k.Pattern] == 0 && r.couldMatch(k) {
			r.results.Problems = append(r.results.Problems, "no test matches the known failure "+k.Pattern)
		}
	}
}

// couldMatch reports whether some test of the whole product that was left out of this run matches a
// known failure.
func (r *run) couldMatch(k suite.KnownFailure) bool {
	cells, _ := r.config.Suite.Axes.Product()
	for _, cell := range cells {
		for i := range r.config.Suite.Cases {
			c := &r.config.Suite.Cases[i]
			if k.Matches(TestName(c, cell)) && c.Excluded(cell) == "" && !(r.config.Cells(cell) && r.config.Cases(c.ID())) {
				return false
			}
		}
	}
	return true
}

func (r *run) skipped(c *suite.Case, cell suite.Cell, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.results.Skipped = append(r.results.Skipped, SkippedCase{Case: c.ID(), Cell: cell, Reason: reason})
}

func (r *run) counted(c frames.Counts) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.results.Frames.Add(c)
}

// trouble logs what failed while things were put away, which fails no test.
func (r *run) trouble(what string, err error) {
	if err != nil {
		r.config.Log.Warn("trouble with a peer", "op", what, "error", err)
	}
}

// metPeer keeps what a peer says of itself.
func (r *run) metPeer(name string, hello *peer.Hello) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.results.Peers[name] == "" {
		peers := maps.Clone(r.results.Peers)
		peers[name] = fmt.Sprintf("%s, %s, %s", hello.Name, hello.Language, hello.Libraries)
		r.results.Peers = peers
	}
	for _, feature := range hello.Features {
		if generation, ok := strings.CutPrefix(feature, "numpy "); ok {
			generation, _, _ = strings.Cut(generation, ".")
			r.numpy[name], _ = strconv.Atoi(generation) // 0, none, for what is no number
		}
	}
}

// numpyOf returns the generation of numpy that a peer has: that of the newest original where it has
// none of its own, 0 where that has none either.
func (r *run) numpyOf(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return cmp.Or(r.numpy[name], r.numpy[r.newest])
}

// answers are what the original's steps came to, by test and step.
type answers struct {
	mu   sync.Mutex
	kept map[string]Outcome
}

func (a *answers) store(name string, o Outcome) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept == nil {
		a.kept = map[string]Outcome{}
	}
	a.kept[name] = o
}

func (a *answers) load(name string) (Outcome, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	o, ok := a.kept[name]
	return o, ok
}
