package runner

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/peer"
	"github.com/pizco-go/pizco/interop/suite"
)

// execution is a case under way.
type execution struct {
	*session
	c        *suite.Case
	settings suite.Settings
	// served is the server that the case talks to: the cell's or one of its own; nil with an
	// adversary.
	served    *served
	adversary *adversary
	// conns maps the case's names of connections to the client process's names.
	mu    sync.Mutex
	conns map[string]string
	test  Test
	// broken is set when the shared server or connection may have changed and cannot be used again.
	broken bool
}

// runCase runs a case in the session's cell.
func (s *session) runCase(ctx context.Context, c *suite.Case) Test {
	x := &execution{
		session: s, c: c, settings: c.Settings(s.cell), conns: map[string]string{},
		test: Test{Name: TestName(c, s.cell), Area: c.Area, Case: c.Name, Cell: s.cell, Status: Passed},
	}
	start := time.Now()
	if err := x.setUp(ctx); err != nil {
		x.fail("could not run: %v", err)
		x.broken = true
	} else {
		x.steps(ctx)
		x.compareFrames()
	}
	x.tearDown(ctx)
	x.test.Duration = time.Since(start)
	if x.test.Status == Failed {
		x.test.Stderr = s.stderr()
	}
	return x.test
}

func (s *session) stderr() string {
	text := fmt.Sprintf("%s (client):\n%s", s.cell.Client, s.client.Stderr())
	if s.server != s.client {
		text += fmt.Sprintf("\n%s (server):\n%s", s.cell.Server, s.server.Stderr())
	}
	return text
}

func (x *execution) fail(format string, args ...any) {
	x.test.Status = Failed
	if x.test.Problem == "" {
		x.test.Problem = fmt.Sprintf(format, args...)
	}
}

func (x *execution) setUp(ctx context.Context) error {
	var err error
	switch {
	case x.c.Adversary != nil:
		x.adversary, err = newAdversary(x.c.Adversary, x.worker.run.config.Host, x.settings.Key)
		if err != nil {
			return err
		}
		x.served = x.adversary.served()
	case x.c.Server != nil:
		if x.served, err = x.serve(ctx, x.settings, x.c.Server); err != nil {
			return err
		}
	default:
		x.served = x.session.served
		if !x.subscribes() {
			x.conns["main"] = x.conn
		}
		if err := x.do(ctx, x.server, "reset", peer.Params{"server": x.served.id}, nil); err != nil {
			return err
		}
	}
	x.served.record.NextEpoch()
	x.served.record.Take()
	x.served.record.Label(frames.Hidden)
	if x.conns["main"] == "" && !x.connectsItself() {
		o, err := x.open(ctx, "main", 0)
		if err != nil {
			return err
		}
		if o.Kind == "failed" {
			return fmt.Errorf("the client cannot connect: %s", o)
		}
	}
	return nil
}

// subscribes reports whether the case connects to signals: it gets a connection of its own then, so
// that no slot is left to the next case.
func (x *execution) subscribes() bool {
	for i := range x.c.Steps {
		if x.c.Steps[i].Op == "subscribe" {
			return true
		}
	}
	return false
}

func (x *execution) connectsItself() bool {
	for i := range x.c.Steps {
		if x.c.Steps[i].Op == "connect" && x.c.Steps[i].Conn == "main" {
			return true
		}
	}
	return x.rawOnly()
}

// open makes a connection of the case.
func (x *execution) open(ctx context.Context, name string, timeoutMS int) (Outcome, error) {
	conn := x.worker.unique("conn")
	x.mu.Lock()
	x.conns[name] = conn
	x.mu.Unlock()
	return x.connect(ctx, conn, x.served, x.settings, timeoutMS)
}

func (x *execution) connName(name string) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.conns[name]
}

// steps does the case's steps until one cannot be done at all.
func (x *execution) steps(ctx context.Context) {
	for i := range x.c.Steps {
		if !x.step(ctx, &x.c.Steps[i], strconv.Itoa(i+1)) {
			return
		}
	}
}

// step does one step and reports whether the case can go on.
func (x *execution) step(ctx context.Context, step *suite.Step, label string) bool {
	switch step.Op {
	case "parallel":
		return x.parallel(ctx, step, label)
	case "settle":
		return x.result(step, label, Outcome{Kind: "done"}, x.settleConn(ctx, step.Conn))
	}
	x.served.record.Label(label)
	o, err := x.perform(ctx, step)
	x.served.record.Label(frames.Hidden)
	if !x.result(step, label, o, err) {
		return false
	}
	// An adversary publishes once somebody has subscribed; others do not wait.
	if x.adversary == nil && (step.Op == "subscribe" || step.Op == "unsubscribe") {
		if err := x.settleConn(ctx, step.Conn); err != nil {
			return x.result(step, label, o, err)
		}
	}
	return true
}

// settleConn waits until what a connection of the case has subscribed to is in force.
func (x *execution) settleConn(ctx context.Context, name string) error {
	return x.settle(ctx, x.served, x.connName(name))
}

// parallel does steps at the same time.
func (x *execution) parallel(ctx context.Context, step *suite.Step, label string) bool {
	type done struct {
		o   Outcome
		err error
	}
	x.served.record.Label(label)
	results := make([]done, len(step.Parallel))
	var all sync.WaitGroup
	for i := range step.Parallel {
		all.Go(func() { results[i].o, results[i].err = x.perform(ctx, &step.Parallel[i]) })
	}
	all.Wait()
	x.served.record.Label(frames.Hidden)
	ok := true
	for i, r := range results {
		ok = x.result(&step.Parallel[i], label+"."+strconv.Itoa(i+1), r.o, r.err) && ok
	}
	return ok
}

// result judges what a step came to.
func (x *execution) result(step *suite.Step, label string, o Outcome, err error) bool {
	r := StepResult{Title: step.Title(), Outcome: o.String()}
	defer func() {
		if r.Problem != "" {
			x.fail("step %s: %s: %s", label, r.Title, r.Problem)
		}
		x.test.Steps = append(x.test.Steps, r)
	}()
	if err != nil {
		r.Outcome, r.Problem = "", "could not be done: "+err.Error()
		x.broken = true
		return false
	}
	if o.Kind == "failed" {
		x.broken = true
	}
	expect, err := step.Projected(x.cell, x.settings)
	if err != nil {
		r.Problem = err.Error()
		return false
	}
	if r.Problem = o.check(expect); r.Problem == "" {
		r.Problem = o.checkReply(expect.Replies)
	}
	r.Original, r.Problem = x.withOriginal(step, label, o, expect, r.Problem)
	return true
}

// withOriginal compares with what the original came to in the same step.
func (x *execution) withOriginal(step *suite.Step, label string, o Outcome, expect suite.Expectation, problem string) (original, combined string) {
	name := x.c.ID() + "[" + x.cell.Oracle(x.worker.run.newest).String() + "]#" + label
	if x.cell.IsOracle() {
		x.worker.run.answers.store(name, o)
		return "", problem
	}
	answer, ok := x.worker.run.answers.load(name)
	if !ok {
		return "", problem
	}
	inItsOwnWay := x.differs(step) || expect.Fails != nil || expect.Inspect != nil || x.repliesOtherwise() ||
		step.Op == "connect" || step.Op == "seen"
	if problem == "" && !inItsOwnWay && !o.sameAs(answer, expect.Raises != nil && expect.Raises.Free) {
		problem = fmt.Sprintf("the original came to: %s; but here: %s", answer, o)
	}
	return answer.String(), problem
}

// repliesOtherwise reports whether the case's server answers in another serializer than the
// original does.
func (x *execution) repliesOtherwise() bool {
	return x.c.Mix[0] != "" && !suite.IsOriginal(x.cell.Server)
}

// resultsOtherwise reports whether results of futures are published in another serializer than the
// original's: a Go server writes them as the request was.
func (x *execution) resultsOtherwise() bool {
	return x.repliesOtherwise() && slices.ContainsFunc(x.c.Steps, func(s suite.Step) bool { return s.Op == "start" })
}

// tearDown leaves the session as it was, or has it made anew.
func (x *execution) tearDown(ctx context.Context) {
	for name, conn := range x.conns {
		shared := conn == x.session.conn
		if shared && !x.broken {
			continue
		}
		if shared {
			x.session.conn = ""
		}
		if x.client.Alive() {
			if err := x.do(ctx, x.client, "disconnect", peer.Params{"conn": conn}, nil); err != nil {
				x.worker.run.config.Log.Warn("cannot disconnect", "case", x.test.Name, "conn", name, "error", err)
			}
		}
	}
	switch {
	case x.adversary != nil:
		x.adversary.close()
	case x.served == nil:
	case x.served != x.session.served:
		x.release(ctx, x.served)
	case x.broken:
		x.release(ctx, x.served)
		x.session.served = nil
	}
}

// compareFrames keeps what the original said, and compares what others say with it.
func (x *execution) compareFrames() {
	if x.served.tap == nil || x.c.Frames == "any" {
		return
	}
	recording := frames.Normalise(x.served.record.Take(), x.served.world)
	if x.cell.IsOracle() {
		x.worker.run.frames.Store(x.test.Name, recording)
	}
	free := x.c.FramesAreFree(x.cell)
	for label, step := range recording.Steps {
		counts, differences := frames.CompareStep(label, step, x.reference(free || x.stepIsFree(label) || label == "" && x.resultsOtherwise()), !x.replyIsFree(label))
		if x.cell.IsOracle() {
			// Compared with itself: only what is wrong by itself counts.
			counts = frames.Counts{}
		}
		x.worker.run.counted(counts)
		x.different(label, differences)
	}
	x.comparePrefixes(recording)
}

// different adds differences to a step's result.
func (x *execution) different(label string, differences []frames.Difference) {
	if len(differences) == 0 {
		return
	}
	at := len(x.test.Steps) - 1
	if n, err := strconv.Atoi(strings.Split(label, ".")[0]); err == nil && n >= 1 && n <= len(x.test.Steps) {
		at = n - 1
	}
	x.test.Steps[at].Frames = append(x.test.Steps[at].Frames, differences...)
	x.fail("step %d: %s: %s", at+1, x.test.Steps[at].Title, differences[0].Problem)
}

func (x *execution) stepOf(label string) *suite.Step {
	if n, err := strconv.Atoi(label); err == nil && n >= 1 && n <= len(x.c.Steps) {
		return &x.c.Steps[n-1]
	}
	return nil
}

// stepIsFree reports whether what is said in a step is not that of the original: because the case
// says so, or because how a client connects, to a server and to its signals, is its own affair;
// what it subscribes to is compared.
func (x *execution) stepIsFree(label string) bool {
	step := x.stepOf(label)
	return step != nil && (x.differs(step) || slices.Contains([]string{"connect", "subscribe", "unsubscribe"}, step.Op))
}

// differs reports whether a step is to come to something else here than in the original.
func (x *execution) differs(step *suite.Step) bool {
	return step.Expectation(x.cell) != step.Expectation(x.cell.Oracle(x.worker.run.newest))
}

// replyIsFree reports whether the replies of a step are in each server's own words.
func (x *execution) replyIsFree(label string) bool {
	if x.repliesOtherwise() {
		return true
	}
	step := x.stepOf(label)
	if step == nil {
		return false
	}
	e := step.Expectation(x.cell)
	return e.Inspect != nil || e.Raises != nil && (e.Raises.Free || e.Raises.FreeState || x.cell.Dialect == "master" || strings.HasPrefix(x.settings.Reply, "json"))
}

// reference finds what the original sent. A message of the original is compared with what the same
// version sent to itself. A message of another sender is compared with what the newest version sent
// with the pickle protocol that the message names. It may also equal what the peer's version sent,
// since values keep the form in which they came and arrays are written for the peer's numpy. The
// comparison is strict only if the newest version of all takes part in the run.
func (x *execution) reference(none bool) frames.Reference {
	return func(m *frames.Message, fromClient bool) ([]frames.Candidate, bool) {
		if none {
			return nil, false
		}
		sender := x.cell.Server
		if fromClient {
			sender = x.cell.Client
		}
		cell := x.cell.Oracle(x.worker.run.newest)
		same := frames.Candidate{Recording: x.worker.run.frames.Load(TestName(x.c, cell))}
		if suite.IsOriginal(sender) {
			return []frames.Candidate{same}, true
		}
		renamed := ""
		if protocol, ok := m.PickleProtocol(); ok && string(m.Frames[1]) == "pickle" && x.c.Mix[0] == "" {
			cell.Serializer, renamed = "pickle"+strconv.Itoa(protocol), "pickle"
		}
		peers := frames.Candidate{Recording: x.worker.run.frames.Load(TestName(x.c, cell)), Serializer: renamed}
		cell.Client, cell.Server = x.worker.run.newest, x.worker.run.newest
		newest := frames.Candidate{Recording: x.worker.run.frames.Load(TestName(x.c, cell)), Serializer: renamed}
		return []frames.Candidate{newest, same, peers}, x.worker.run.newest == x.worker.run.config.Suite.Axes.Newest
	}
}

// comparePrefixes compares what was subscribed to. When a client subscribes to futures is its own
// affair, as are other topics that begin with underscores.
func (x *execution) comparePrefixes(recording *frames.Recording) {
	if x.cell.IsOracle() || len(x.test.Steps) == 0 {
		return
	}
	want := x.worker.run.frames.Load(TestName(x.c, x.cell.Oracle(x.worker.run.newest)))
	if want == nil {
		return
	}
	missing, beyond := frames.MissingPrefixes(recording, want)
	for _, list := range []struct {
		prefixes []string
		problem  string
	}{{missing, "the original subscribes to %q"}, {beyond, "the original does not subscribe to %q"}} {
		for _, prefix := range list.prefixes {
			if !strings.Contains(prefix, "+__") {
				x.different("", []frames.Difference{{Problem: fmt.Sprintf(list.problem, prefix)}})
			}
		}
	}
}
