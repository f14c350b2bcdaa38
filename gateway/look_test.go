package gateway_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// answers fails the test unless the server answers another client.
func answers(t *testing.T, server *pyenv.Server, after string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	p, err := goagent.Dial(ctx, server.RepEndpoint)
	if err != nil {
		t.Fatalf("after %s: %v", after, err)
	}
	defer p.Close()
	if err := p.Call(ctx, nil, "greet"); err != nil {
		t.Fatalf("after %s: %v", after, err)
	}
}

// TestLookingHarmsNothing asks for all that the gateway shows of an original that holds what it
// cannot send.
func TestLookingHarmsNothing(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			server := python.Serve(t, pyenv.Hazards)
			c := start(t, config(server.RepEndpoint))
			for _, path := range []string{"/v1", "/v1/robot", "/v1/robot/openapi.json", "/openapi.json", "/metrics"} {
				if r := c.do("GET", path, ""); r.status != 200 {
					t.Errorf("%s: %d %s", path, r.status, r.body)
				}
				answers(t, server, path)
			}
			for _, hazard := range []string{"pool", "lock", "file", "generator", "event", "volt", "channel", "outcome"} {
				details := c.do("GET", "/v1/robot/attributes/"+hazard, "").problem(409, "unsafe-read")
				if text, _ := details["detail"].(string); details["repr"] == "" || !strings.Contains(text, "?insist=1") {
					t.Errorf("%s: %v", hazard, details)
				}
				for _, path := range []string{
					hazard + "?mode=plain", hazard + "_in_list", hazard + "_in_dict", hazard + "_deep", hazard + "_in_tuple",
					hazard + "_in_dict/items/a", hazard + "_in_list/items/1", hazard + "/items/0", hazard + "/items/" + url.PathEscape(`{"$slice":[0,1,2]}`),
				} {
					c.do("GET", "/v1/robot/attributes/"+path, "")
				}
				answers(t, server, "reading "+hazard)
			}
			c.do("GET", "/v1/robot/attributes/function", "").problem(409, "no-value")
			c.do("GET", "/v1/robot/attributes/factory", "").problem(409, "no-value")
			c.do("GET", "/v1/robot/attributes/lock_in_dict/items/a", "").problem(409, "unsafe-read")
			for range 4 {
				c.do("GET", "/v1/robot/attributes/busy", "").problem(409, "unsafe-read")
				c.do("GET", "/v1/robot/attributes/changing", "")
				answers(t, server, "reading properties")
			}
			c.do("GET", "/v1/robot/attributes/count", "").want(200, `{"value": 3}`)
			c.do("GET", "/v1/robot/attributes/tools/items/left", "").want(200, `{"value": "gripper"}`)
			c.do("GET", "/v1/robot/attributes/price", "").want(200, `{"value": {"$decimal": "1.50"}}`)
			c.do("GET", "/v1/robot/signals/count", "").problem(404, "not-found")
			answers(t, server, "everything")
		})
	}
}

// TestInsist asks for a value of unknown type; a reader of a target that is read-only cannot.
func TestInsist(t *testing.T) {
	server := pyenv.Newest(t).Serve(t, pyenv.Hazards)
	settings := config(server.RepEndpoint)
	settings.Targets[0].ReadOnly = true
	c := start(t, settings)
	c.do("GET", "/v1/robot/attributes/count?insist=0", "").want(200, `{"value": 3}`)
	c.do("GET", "/v1/robot/attributes/lock?insist=1", "").problem(403, "read-only")
	c.do("GET", "/v1/robot/attributes/lock_in_dict/items/a?insist=1", "").problem(403, "read-only")
	c.do("GET", "/v1/robot/attributes/lock?insist=yes", "").problem(400, "bad-request")
	answers(t, server, "insisting where only reading is allowed")
	open := config(server.RepEndpoint)
	open.Targets[0].Timeout = 5 * time.Second
	c = start(t, open)
	for _, wrong := range []string{"", "2", "true"} {
		c.do("GET", "/v1/robot/attributes/count?insist="+wrong, "").problem(400, "bad-request")
	}
	c.do("GET", "/v1/robot/attributes/count?insist=1", "").want(200, `{"value": 3}`)
	// An object of the server's own class arrives.
	c.do("GET", "/v1/robot/attributes/color", "").problem(409, "unsafe-read")
	if r := c.do("GET", "/v1/robot/attributes/color?insist=1", ""); r.status != 200 || !strings.Contains(r.body, "Color") {
		t.Errorf("%d %s", r.status, r.body)
	}
	// The original never answers anybody again, which is what the refusals are for.
	c.do("GET", "/v1/robot/attributes/lock?insist=1", "").problem(504, "target-timeout")
}
