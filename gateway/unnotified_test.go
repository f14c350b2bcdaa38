package gateway_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/examples/demo"
	"github.com/pizco-go/pizco/goagent"
)

// TestTargetNotifications subscribes at a target whose notifications cannot be received: the
// problem names the endpoint, and what needs no notifications works.
func TestTargetNotifications(t *testing.T) {
	robot, err := demo.NewRobot("Robbie", 3)
	if err != nil {
		t.Fatal(err)
	}
	const elsewhere = "tcp://192.0.2.1:5555"
	s, err := goagent.Serve(robot, goagent.WithPubEndpoint("tcp://127.0.0.1:0", elsewhere))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := start(t, config(s.Endpoint()))
	c.do("GET", "/v1/robot/attributes/age", "").want(200, `{"value": 3}`)
	problem := c.do("GET", moved, "").problem(502, "target-notifications")
	if detail, _ := problem["detail"].(string); problem["origin"] != "target" || !strings.Contains(detail, elsewhere) {
		t.Errorf("%v", problem)
	}
}
