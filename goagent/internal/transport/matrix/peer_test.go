//go:build zmtpmatrix

package matrix_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/interop/pyenv"
)

const (
	// soon is how long a message has to come that must come.
	soon = 20 * time.Second
	// silence is how long none may come that must not.
	silence = 200 * time.Millisecond
)

// peer is a process with sockets of pyzmq. One goroutine at a time may use it.
type peer struct {
	*pyenv.Process
	series int
}

// startPeer starts a process with a series of pyzmq.
func startPeer(t *testing.T, python pyenv.Interpreter) *peer {
	t.Helper()
	_, number, _ := strings.Cut(python.Version, "-")
	series, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{python.Start(t, "zmtp_peer.py"), series}
	var versions struct {
		PyZMQ, LibZMQ string
		Curve         bool
	}
	p.tell(t, &versions, "versions")
	t.Logf("pyzmq %s with libzmq %s", versions.PyZMQ, versions.LibZMQ)
	if !strings.HasPrefix(versions.PyZMQ, number+".") || !versions.Curve {
		t.Fatalf("this is pyzmq %s, with CURVE: %v", versions.PyZMQ, versions.Curve)
	}
	return p
}

// tell has the process carry out a command, and puts its result into a target that is not nil.
func (p *peer) tell(t *testing.T, target any, command ...any) {
	t.Helper()
	line, err := json.Marshal(command)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*soon)
	defer cancel()
	if err := p.WriteLine(string(line)); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, p.Stderr())
	}
	answer, err := p.ReadLine(ctx)
	if err != nil {
		t.Fatalf("%s: %v\n%s", line, err, p.Stderr())
	}
	var result struct {
		Is    json.RawMessage
		Error string
	}
	if err := json.Unmarshal([]byte(answer), &result); err != nil || result.Error != "" {
		t.Fatalf("%s: %s %v", line, answer, err)
	}
	if target == nil {
		return
	}
	if err := json.Unmarshal(result.Is, target); err != nil {
		t.Fatalf("%s: %s: %v", line, answer, err)
	}
}

// options of a socket of pyzmq, by the names of libzmq without ZMQ_.
type options map[string]any

// with returns these options and others.
func (o options) with(more options) options {
	all := options{}
	for _, some := range []options{o, more} {
		for name, value := range some {
			all[name] = value
		}
	}
	return all
}

// curveServer has a socket let in CURVE clients.
func curveServer(pair curve.KeyPair) options {
	return options{"CURVE_SERVER": 1, "CURVE_PUBLICKEY": pair.Public().String(), "CURVE_SECRETKEY": pair.Secret()}
}

// curveClient has a socket speak CURVE to a server.
func curveClient(pair curve.KeyPair, server curve.PublicKey) options {
	return options{"CURVE_PUBLICKEY": pair.Public().String(), "CURVE_SECRETKEY": pair.Secret(), "CURVE_SERVERKEY": server.String()}
}

// bind binds a socket and returns where.
func (p *peer) bind(t *testing.T, name, endpoint string) string {
	t.Helper()
	var bound string
	p.tell(t, &bound, "bind", name, endpoint)
	return bound
}

// written returns frames as the process reads them. A frame of one byte only is written short.
func written(frames []string) []any {
	out := make([]any, len(frames))
	for i, f := range frames {
		if len(f) > 0 && strings.Count(f, f[:1]) == len(f) {
			out[i] = []int{int(f[0]), len(f)}
		} else {
			out[i] = base64.StdEncoding.EncodeToString([]byte(f))
		}
	}
	return out
}

func (p *peer) send(t *testing.T, name string, frames ...string) {
	t.Helper()
	p.tell(t, nil, "send", name, written(frames))
}

// recv returns the next message, or false if none comes within the timeout.
func (p *peer) recv(t *testing.T, name string, timeout time.Duration) (frames []json.RawMessage, ok bool) {
	t.Helper()
	p.tell(t, &frames, "recv", name, timeout.Milliseconds())
	return frames, frames != nil
}

// shown is how the process answers a frame.
func shown(frame string) string {
	const most = 1000
	if len(frame) <= most {
		return strconv.Quote(base64.StdEncoding.EncodeToString([]byte(frame)))
	}
	sum := sha256.Sum256([]byte(frame))
	return fmt.Sprintf(`{"size": %d, "sha256": %q}`, len(frame), hex.EncodeToString(sum[:]))
}

// same reports whether a message that the process has received has these frames.
func same(got []json.RawMessage, want []string) bool {
	return slices.EqualFunc(got, want, func(frame json.RawMessage, text string) bool { return string(frame) == shown(text) })
}

// expect checks the next message of a socket of the process.
func (p *peer) expect(t *testing.T, name string, want ...string) {
	t.Helper()
	if got, ok := p.recv(t, name, soon); !ok || !same(got, want) {
		t.Fatalf("pyzmq's %s received %s, want %.200q", name, got, want)
	}
}

// expectNothing checks that a socket of the process gets no message.
func (p *peer) expectNothing(t *testing.T, name string) {
	t.Helper()
	if got, ok := p.recv(t, name, silence); ok {
		t.Fatalf("pyzmq's %s received %s", name, got)
	}
}

// stop has the system run the process no further. It goes on when the test ends.
func (p *peer) stop(t *testing.T) {
	t.Helper()
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.resume(t) })
}

// resume has the system run the process further.
func (p *peer) resume(t *testing.T) {
	t.Helper()
	if err := p.Signal(syscall.SIGCONT); err != nil {
		t.Error(err)
	}
}

// routeOf returns the envelope of the next request of a ROUTER of the process: an identity and a
// tag before the delimiter, and then the frames that are wanted.
func (s *scene) routeOf(t *testing.T, name string, want ...string) (route []string) {
	t.Helper()
	const depth = 2
	got, ok := s.peer.recv(t, name, soon)
	if !ok || len(got) < depth+1 || !same(got[depth:], append([]string{""}, want...)) {
		t.Fatalf("pyzmq's %s received %s, want %q after %d frames and a delimiter", name, got, want, depth)
	}
	for _, frame := range got[:depth] {
		var text []byte
		if err := json.Unmarshal(frame, &text); err != nil {
			t.Fatal(err)
		}
		route = append(route, string(text))
	}
	return route
}
