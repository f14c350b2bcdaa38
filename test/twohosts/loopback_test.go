//go:build netns

package twohosts

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
)

// TestDefaultSetUp uses a server of the original in its most usual set-up, whose notifications are
// bound to 127.0.0.1: calls work, and what needs notifications says why it does not.
func TestDefaultSetUp(t *testing.T) {
	s := original(t, "tcp://"+serverIP+":0")
	p := dial(t, s.RepEndpoint)
	var gain, product float64
	ctx := limit(t)
	if err := errors.Join(p.Get(ctx, &gain, "gain"), p.Set(ctx, "temperature", 21.5), p.Call(ctx, &product, "scale", 2.5, 4)); err != nil {
		t.Fatal(err)
	}
	if info, err := p.Info(ctx); err != nil || info.PubEndpoint != s.PubEndpoint || gain != 1.5 || product != 10 {
		t.Errorf("got %v, %v, %+v, %v", gain, product, info, err)
	}
	_, connected := p.Connect(ctx, "alarm", func() {})
	var watched error
	for _, watched = range p.Watch(ctx, "alarm") {
		break
	}
	_, subscribed := p.Agent().Subscribe(ctx, s.RepEndpoint, "alarm", func(goagent.Notification) {})
	for what, err := range map[string]error{
		"Connect":       connected,
		"Watch":         watched,
		"Subscribe":     subscribed,
		"a future":      p.Call(ctx, nil, "think", "six by nine"),
		"a done future": p.Call(ctx, nil, "know", 1),
	} {
		var mute *goagent.NotificationsError
		if !errors.As(err, &mute) || mute.Endpoint != s.RepEndpoint || mute.PubEndpoint != s.PubEndpoint ||
			!strings.Contains(err.Error(), "bound to 127.0.0.1:"+port(s.PubEndpoint)+", which only its own host reaches") ||
			!strings.Contains(err.Error(), "pub_endpoint") {
			t.Errorf("%s ends with %v", what, err)
		}
	}
	if ctx.Err() != nil {
		t.Error("not in time")
	}
}

// TestDefaultSetUpAsQuickAsOwnHost compares a first call from the other host with one on the same
// host.
func TestDefaultSetUpAsQuickAsOwnHost(t *testing.T) {
	other := original(t, "tcp://"+serverIP+":0").RepEndpoint
	own := ownOriginal(t).RepEndpoint
	best := map[string]time.Duration{}
	for range 10 { // in turns: what else the machine does falls on both
		for _, endpoint := range []string{other, own} {
			began := time.Now()
			p, err := goagent.Dial(limit(t), endpoint)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Call(limit(t), nil, "nothing"); err != nil {
				t.Fatal(err)
			}
			took := time.Since(began)
			if b, ok := best[endpoint]; !ok || took < b {
				best[endpoint] = took
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("other host %v, own host %v", best[other], best[own])
	if best[other] >= 2*best[own] {
		t.Errorf("a call to the other host takes %v, one on the own host %v", best[other], best[own])
	}
}

// TestDefaultSetUpByTool uses the same server with the tool and through the gateway.
func TestDefaultSetUpByTool(t *testing.T) {
	s := original(t, "tcp://"+serverIP+":0")
	for _, tt := range []struct {
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{[]string{"call", s.RepEndpoint, "scale", "2", "4"}, 0, "8\n", ""},
		{[]string{"get", s.RepEndpoint, "gain"}, 0, "1.5\n", ""},
		{[]string{"info", s.RepEndpoint}, 0, s.PubEndpoint, ""},
		{[]string{"watch", s.RepEndpoint, "alarm"}, 3, "", "bound to 127.0.0.1:" + port(s.PubEndpoint)},
		{[]string{"call", s.RepEndpoint, "think", "'x'"}, 3, "", "bound to 127.0.0.1:" + port(s.PubEndpoint)},
	} {
		stdout, stderr, code := run(t, tt.args...)
		if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
			t.Errorf("%v: exit code %d\n%s%s", tt.args, code, stdout, stderr)
		}
	}
}

// TestUnreachableNotifications has servers publish where packets are swallowed, where nothing
// listens, and where only their own host looks: calls work without waiting for that.
func TestUnreachableNotifications(t *testing.T) {
	for _, tt := range []struct{ name, pub, want string }{
		{"swallowed", "tcp://" + deafIP + ":0", deafIP},
		{"a file", "ipc://" + t.TempDir() + "/pub", "is not connected to"},
		{"loopback of IPv4", "tcp://127.0.0.2:0", "only its own host reaches"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := original(t, "tcp://"+serverIP+":0", "--pub-endpoint", tt.pub)
			p := dial(t, s.RepEndpoint)
			if err := p.Call(limit(t), nil, "nothing"); err != nil {
				t.Fatal(err)
			}
			short, cancel := context.WithTimeout(limit(t), 3*time.Second)
			defer cancel()
			_, err := p.Connect(short, "alarm", func() {})
			var mute *goagent.NotificationsError
			if !errors.As(err, &mute) || mute.PubEndpoint != s.PubEndpoint || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Connect ends with %v", err)
			}
		})
	}
}
