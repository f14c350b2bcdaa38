//go:build netns

package twohosts

import (
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// ownOriginal serves on the client's host.
func ownOriginal(t *testing.T) *pyenv.Server {
	t.Helper()
	return pyenv.Newest(t).Serve(t, pyenv.Instrument)
}

// checkSignals connects to a signal and has it emitted until it is heard: the original does not
// tell when a subscription is in force.
func checkSignals(t *testing.T, p *goagent.Proxy, signal, emit string, args ...any) {
	t.Helper()
	heard := make(chan struct{}, 100)
	if _, err := p.Connect(limit(t), signal, func() { heard <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for ctx := limit(t); ; {
		if err := p.Call(ctx, nil, emit, args...); err != nil {
			t.Fatal(err)
		}
		select {
		case <-heard:
			return
		case <-again.C:
		}
	}
}

// TestOriginalAtEveryInterface reaches the notifications of the original through the host that was
// dialled.
func TestOriginalAtEveryInterface(t *testing.T) {
	for _, pub := range []string{"tcp://0.0.0.0:0", "tcp://*:0", "tcp://" + serverIP + ":0"} {
		for _, rep := range []string{"tcp://0.0.0.0:0", "tcp://*:0", "tcp://" + serverIP + ":0"} {
			t.Run(rep+" "+pub, func(t *testing.T) {
				s := original(t, rep, "--pub-endpoint", pub)
				for _, host := range []string{serverIP, serverName} {
					p := dial(t, at(host, s.RepEndpoint))
					checkSignals(t, p, "alarm", "sound_alarm", 1)
					var answer int
					if err := p.Call(limit(t), &answer, "think", "six by nine"); err != nil || answer != 42 {
						t.Errorf("the future ends with %v, %v", answer, err)
					}
				}
			})
		}
	}
}

// TestServeAtEveryName serves with `pizco serve` at all kinds of endpoints, and dials them from the
// other host.
func TestServeAtEveryName(t *testing.T) {
	for _, tt := range []struct {
		rep   string
		more  []string
		hosts []string
	}{
		{"tcp://" + serverIP + ":0", nil, []string{serverIP, serverName}},
		{"tcp://*:0", nil, []string{serverIP, serverName}},
		{"tcp://*:*", nil, []string{serverIP}},
		{"tcp://0.0.0.0:*", nil, []string{serverIP}},
		{"tcp://" + serverCard + ":0", nil, []string{serverIP}},
		{"tcp://" + serverName + ":0", nil, []string{serverIP, serverName}},
		{"tcp://[" + serverIP6 + "]:0", nil, []string{"[" + serverIP6 + "]"}},
		{"tcp://[::]:0", nil, []string{serverIP, "[" + serverIP6 + "]"}},
		{"tcp://*:0", []string{"--advertise", "tcp://" + serverIP + ":0"}, []string{serverIP, serverName}},
	} {
		t.Run(tt.rep, func(t *testing.T) {
			endpoint := goServer(t, append(tt.more, tt.rep)...)
			for _, host := range tt.hosts {
				checkSignals(t, dial(t, at(host, endpoint)), "arm_moved", "move_arm", 1)
			}
		})
	}
}

// TestPythonOfGoServer has the original's unchanged Proxy on the other host use servers of Go,
// whose notifications it must reach.
func TestPythonOfGoServer(t *testing.T) {
	for _, args := range [][]string{
		{"tcp://" + serverIP + ":0"},
		{"tcp://" + serverCard + ":0"},
		{"--advertise", "tcp://" + serverIP + ":0", "tcp://*:0"},
	} {
		endpoint := goServer(t, args...)
		pyenv.Newest(t).Run(limit(t), t, "far_client.py", pyenv.WithArgs(endpoint))
	}
}

// TestServedOnThisHost dials with the tool, on one host, by the names that serving prints.
func TestServedOnThisHost(t *testing.T) {
	for _, rep := range []string{"tcp://*:0", "tcp://*:*", "tcp://0.0.0.0:0", "tcp://[::]:0", "tcp://localhost:0", "tcp://lo:0", "tcp://" + serverCard + ":0"} {
		endpoint := goServer(t, rep)
		if got := toolOnServer(t, "", "get", endpoint, "name"); got != "Marvin" {
			t.Errorf("%s: got %q from %s", rep, got, endpoint)
		}
	}
}

// TestExpose forwards a server that only its own host reaches to the other host.
func TestExpose(t *testing.T) {
	inner := original(t, "tcp://127.0.0.1:0")
	for _, listen := range []string{"tcp://" + serverIP + ":0", "tcp://*:0", "tcp://" + serverCard + ":0", "tcp://" + serverName + ":0"} {
		t.Run(listen, func(t *testing.T) {
			line := toolOnServer(t, "Exposed "+inner.RepEndpoint+" at ", "gateway", "--insecure", "--listen", "127.0.0.1:0", "--expose", listen+"="+inner.RepEndpoint)
			p := dial(t, at(serverIP, line[:len(line)-len(after(line))]))
			checkSignals(t, p, "alarm", "sound_alarm", 1)
		})
	}
}

// after returns what follows the first endpoint of a line.
func after(line string) string {
	for i, r := range line {
		if r == ',' {
			return line[i:]
		}
	}
	return ""
}

// TestOwnAddress dials this host by an address that others reach, too: notifications that are bound
// to loopback are within reach.
func TestOwnAddress(t *testing.T) {
	s := pyenv.Newest(t).Serve(t, pyenv.Instrument, pyenv.WithArgs("--endpoint", "tcp://"+clientIP+":0"))
	p := dial(t, s.RepEndpoint)
	checkSignals(t, p, "alarm", "sound_alarm", 1)
	var answer int
	if err := p.Call(limit(t), &answer, "know", 5); err != nil || answer != 5 {
		t.Errorf("the future ends with %v, %v", answer, err)
	}
}
