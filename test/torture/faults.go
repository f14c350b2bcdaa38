package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/pizco-go/pizco/interop/child"
)

// lab is a server, the paths to it and some clients.
type lab struct {
	random   *rand.Rand
	faults   []fault
	rep, pub *path
	server   *child.Process
	clients  []*child.Process
	// past sums up the reports of clients that were killed.
	past report
	// due are the indexes of the next faults: each fault comes once before any comes again. counts are
	// how often each has come.
	due    []int
	counts map[string]int
}

const (
	labClients = 3
	goroutines = 8
)

func newLab(seed uint64, t *tally) (*lab, error) {
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // Faults are to be repeatable, not secret.
	l := &lab{random: random, faults: faults, counts: make(map[string]int)}
	if can, err := clocksMove(t); err != nil {
		return nil, err
	} else if can {
		l.faults = append(l.faults[:len(faults):len(faults)], clockFaults...)
	}
	// Runs of the same seed beside each other are to have ports of their own.
	own := rand.New(rand.NewPCG(seed, uint64(os.Getpid()))) //nolint:gosec // Ports are not secret.
	var err error
	if l.rep, err = newPath("requests", own); err != nil {
		return nil, err
	}
	if l.pub, err = newPath("notifications", own); err != nil {
		return nil, err
	}
	if err := l.startServer(); err != nil {
		return nil, err
	}
	for range labClients {
		c, err := l.startClient()
		if err != nil {
			return nil, err
		}
		l.clients = append(l.clients, c)
	}
	return l, nil
}

// startServer starts the server, again where it was when it has been killed.
func (l *lab) startServer() error {
	return restarted(func() (err error) {
		l.server, err = child.Self(nil, "peer", "server", "-rep", l.rep.bound, "-as-rep", l.rep.name, "-pub", l.pub.bound, "-as-pub", l.pub.name)
		return err
	})
}

func (l *lab) startClient() (*child.Process, error) {
	return child.Self(nil, "peer", "client", l.rep.name, fmt.Sprint(goroutines))
}

func (l *lab) close() error {
	var errs []error
	for _, c := range l.clients {
		errs = append(errs, c.Close())
	}
	if l.server != nil {
		errs = append(errs, l.server.Close())
	}
	l.rep.proxy.Stop()
	l.pub.proxy.Stop()
	return errors.Join(errs...)
}

// reports sums up what the clients have seen.
func (l *lab) reports() (report, error) {
	sum := l.past
	for _, c := range l.clients {
		var r report
		if err := c.Ask(child.Order{"do": "report"}, &r); err != nil {
			return sum, err
		}
		sum.add(r)
	}
	return sum, nil
}

func (r *report) add(other report) {
	r.Begun += other.Begun
	r.Right += other.Right
	r.Failed += other.Failed
	r.Wrong += other.Wrong
	r.Late += other.Late
	r.Worst = max(r.Worst, other.Worst)
	if other.Sample != "" {
		r.Sample = other.Sample
	}
}

// fault is something that goes wrong for a while.
type fault struct {
	name  string
	begin func(*lab) (end func() error, err error)
}

// toxic is a fault on the path of requests, of notifications, or both.
func toxic(name, kind string, attributes func(*rand.Rand) string) fault {
	return fault{name, func(l *lab) (func() error, error) {
		paths := [][]*path{{l.rep}, {l.pub}, {l.rep, l.pub}}[l.random.IntN(3)]
		direction := []string{"upstream", "downstream"}[l.random.IntN(2)]
		for _, p := range paths {
			if err := p.poison(kind, direction, attributes(l.random)); err != nil {
				return nil, err
			}
		}
		return func() error {
			for _, p := range paths {
				p.heal()
			}
			return nil
		}, nil
	}}
}

// signalled is a fault of one process that is stopped for a while.
func signalled(name string, which func(*lab) *child.Process) fault {
	return fault{name, func(l *lab) (func() error, error) {
		p := which(l)
		return func() error { return p.Signal(syscall.SIGCONT) }, p.Signal(syscall.SIGSTOP)
	}}
}

func (l *lab) theServer() *child.Process { return l.server }
func (l *lab) anyClient() *child.Process { return l.clients[l.random.IntN(len(l.clients))] }

// clockFaults are the faults that some systems cannot make.
var clockFaults = []fault{
	jumping("server's clock jumped", (*lab).theServer),
	jumping("client's clock jumped", (*lab).anyClient),
}

var faults = []fault{
	toxic("latency", "latency", func(r *rand.Rand) string {
		return fmt.Sprintf(`{"latency": %d, "jitter": %d}`, 10+r.IntN(300), r.IntN(100))
	}),
	toxic("little bandwidth", "bandwidth", func(r *rand.Rand) string { return fmt.Sprintf(`{"rate": %d}`, 5+r.IntN(100)) }),
	toxic("slices", "slicer", func(r *rand.Rand) string {
		return fmt.Sprintf(`{"average_size": %d, "size_variation": 5, "delay": %d}`, 10+r.IntN(500), r.IntN(100))
	}),
	toxic("connection reset", "reset_peer", func(r *rand.Rand) string { return fmt.Sprintf(`{"timeout": %d}`, r.IntN(200)) }),
	toxic("black hole", "timeout", func(*rand.Rand) string { return `{"timeout": 0}` }),
	toxic("half-open connection", "slow_close", func(r *rand.Rand) string { return fmt.Sprintf(`{"delay": %d}`, 100+r.IntN(1000)) }),
	toxic("cut off in the middle", "limit_data", func(r *rand.Rand) string { return fmt.Sprintf(`{"bytes": %d}`, 1+r.IntN(100_000)) }),
	{"connection refused", func(l *lab) (func() error, error) {
		l.rep.proxy.Stop()
		return func() error { return restarted(l.rep.proxy.Start) }, nil
	}},
	signalled("server stopped", (*lab).theServer),
	signalled("client stopped", (*lab).anyClient),
	{"server killed", func(l *lab) (func() error, error) {
		l.server.Kill()
		return l.startServer, nil
	}},
	{"client killed", func(l *lab) (func() error, error) {
		i := l.random.IntN(len(l.clients))
		var r report
		if err := l.clients[i].Ask(child.Order{"do": "report"}, &r); err != nil {
			return nil, err
		}
		l.past.add(r)
		l.clients[i].Kill()
		return func() (err error) {
			l.clients[i], err = l.startClient()
			return err
		}, nil
	}},
}

// suffer has something go wrong for a while, and then not.
func (l *lab) suffer() error {
	if len(l.due) == 0 {
		l.due = l.random.Perm(len(l.faults))
	}
	f := l.faults[l.due[0]]
	l.due = l.due[1:]
	l.counts[f.name]++
	end, err := f.begin(l)
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	time.Sleep(time.Duration(50+l.random.IntN(600)) * time.Millisecond) //nolint:forbidigo // The fault lasts that long.
	if err := end(); err != nil {
		return fmt.Errorf("end of %s: %w", f.name, err)
	}
	time.Sleep(time.Duration(l.random.IntN(300)) * time.Millisecond) //nolint:forbidigo // So long is there none.
	return nil
}

func (l *lab) suffered() string {
	var all []string
	for _, f := range l.faults {
		all = append(all, fmt.Sprintf("%d %s", l.counts[f.name], f.name))
	}
	return strings.Join(all, ", ")
}

// recovery is how long after the last fault everything has to work again.
const recovery = 20 * time.Second

// underFaults makes operations until there were enough of them, with one fault after the other.
func underFaults(s settings, t *tally) (err error) {
	operations, rounds := int64(10_000), 10
	if s.quick {
		operations, rounds = 1_500, 2
	}
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
	var sum report
	for least := 0; sum.Begun < operations || least < rounds*len(l.faults); least++ {
		if err := l.suffer(); err != nil {
			return err
		}
		if sum, err = l.reports(); err != nil {
			return err
		}
	}
	fmt.Fprintf(os.Stderr, "%d operations in %.0fs; %s\n", sum.Begun, time.Since(began).Seconds(), l.suffered())
	t.check(sum.Wrong == 0, fmt.Sprintf("no wrong answer and no answer to another's request, in %d operations under faults (%s)", sum.Begun, l.suffered()),
		"%d right, %d ended with an error, %d wrong %s", sum.Right, sum.Failed, sum.Wrong, sum.Sample)
	t.check(sum.Late == 0, "no call longer than its deadline and 100 ms", "%d, the longest %d ms", sum.Late, sum.Worst)
	if err := l.recover(t); err != nil {
		return err
	}
	return l.checkLeaks(t, before)
}

// recover waits until every client makes calls and is notified again.
func (l *lab) recover(t *tally) error {
	began := time.Now()
	well := 0
	for time.Since(began) < recovery && well < len(l.clients) {
		well = 0
		for _, c := range l.clients {
			var before, after report
			if err := c.Ask(child.Order{"do": "report"}, &before); err != nil {
				return err
			}
			time.Sleep(200 * time.Millisecond) //nolint:forbidigo // What happens in this time is looked at.
			if err := c.Ask(child.Order{"do": "report"}, &after); err != nil {
				return err
			}
			if after.Right > before.Right && after.Ticks > before.Ticks {
				well++
			}
		}
	}
	t.check(well == len(l.clients), "calls and subscriptions work again after the last fault",
		"%d of %d clients, after %.1f s", well, len(l.clients), time.Since(began).Seconds())
	return nil
}

// usage returns what the server and the clients hold while no calls are made.
func (l *lab) usage() ([]child.Usage, error) {
	var all []child.Usage
	for _, c := range l.clients {
		if err := c.Ask(child.Order{"do": "run", "On": false}, nil); err != nil {
			return nil, err
		}
	}
	time.Sleep(500 * time.Millisecond) //nolint:forbidigo // For calls that are under way, and heartbeats.
	for _, c := range append([]*child.Process{l.server}, l.clients...) {
		var u child.Usage
		if err := c.Ask(child.Order{"do": "usage"}, &u); err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	for _, c := range l.clients {
		if err := c.Ask(child.Order{"do": "run", "On": true}, nil); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// leakTime is how long what a fault left open may take to go away: a connection that was swallowed
// is given up after three heartbeats, and one that is closed slowly a while after.
const leakTime = 15 * time.Second

// checkLeaks compares what the processes hold with what they held at the beginning.
func (l *lab) checkLeaks(t *tally, before []child.Usage) error {
	const more, memory = 4, 48 << 20
	var after []child.Usage
	held := false
	for began := time.Now(); !held && time.Since(began) < leakTime; {
		var err error
		if after, err = l.usage(); err != nil {
			return err
		}
		held = true
		for i, u := range after {
			held = held && u.Goroutines <= before[i].Goroutines+more && u.Files <= before[i].Files+more && u.RSS <= before[i].RSS+memory
		}
	}
	for i, u := range after {
		name := "server"
		if i > 0 {
			name = fmt.Sprintf("client %d", i)
		}
		b := before[i]
		t.check(u.Goroutines <= b.Goroutines+more && u.Files <= b.Files+more && u.RSS <= b.RSS+memory,
			"no goroutine, file or memory is left behind: "+name, "%d goroutines (%d before), %d files (%d), %.0f MB resident (%.0f)",
			u.Goroutines, b.Goroutines, u.Files, b.Files, float64(u.RSS)/1e6, float64(b.RSS)/1e6)
	}
	return nil
}
