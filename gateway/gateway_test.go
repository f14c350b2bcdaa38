package gateway_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/interop/pyenv"
)

func TestAttributes(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, _ bool) {
		c := start(t, config(endpoint))
		const age = "/v1/robot/attributes/age"
		c.do("GET", age, "").want(200, `{"value": 3}`)
		c.do("PUT", age, `{"value": 28}`).want(204, "")
		c.do("GET", age, "").want(200, `{"value": 28}`)
		c.do("GET", "/v1/robot/attributes/name", "").want(200, `{"value": "Robbie"}`)
		c.do("PUT", "/v1/robot/attributes/name", `{"value": {"$tuple": [1, {"$bytes": "AP8="}]}}`)
		c.do("GET", "/v1/robot/attributes/tools", "").want(200, `{"value": {"left": "gripper", "right": "camera"}}`)

		details := c.do("PUT", age, `{"value": -1}`).problem(422, "remote-exception")
		exception, _ := details["exception"].(map[string]any)
		if exception["class"] != "ValueError" || exception["message"] != "a robot is not younger than 0" || details["origin"] != "target" {
			t.Errorf("%v", details)
		}
		c.do("PUT", "/v1/robot/attributes/position", `{"value": 1}`).problem(405, "remote-exception")
		c.do("GET", "/v1/robot/attributes/wheels", "").problem(404, "remote-exception")
		c.do("GET", "/v1/robot/attributes/greet", "").problem(409, "no-value")
		c.do("GET", "/v1/robot/attributes/_age", "").problem(403, "name-not-allowed")
		c.do("GET", "/v1/robot/attributes/__class__", "").problem(403, "name-not-allowed")
		c.do("GET", "/v1/nobody/attributes/age", "").problem(404, "unknown-target")
		c.do("GET", age+"?mode=fancy", "").problem(400, "bad-request")
		c.do("GET", age+"?mode=", "").problem(400, "bad-request")
		for _, body := range []string{`{`, `[]`, `{}`, `{"value": 1, "more": 2}`, `{"value": {"$tuple": 1}}`, `{"value": NaN}`} {
			c.do("PUT", age, body).problem(400, "bad-request")
		}
		c.do("PUT", age, `{"value": 1}`, "Content-Type", "text/plain").problem(415, "unsupported-media-type")
		c.do("GET", "/v1/robot/attributes/age/more", "").problem(404, "not-found")
		c.do("GET", "/v1/robot//age", "").problem(404, "not-found")
		if r := c.do("DELETE", age, ""); r.header.Get("Allow") != "GET, HEAD, PUT" {
			r.problem(405, "method-not-allowed")
			t.Errorf("Allow: %s", r.header.Get("Allow"))
		}
	})
}

func TestItems(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, _ bool) {
		c := start(t, config(endpoint))
		const items = "/v1/robot/attributes/tools/items/"
		c.do("GET", items+"left", "").want(200, `{"value": "gripper"}`)
		c.do("GET", items+"%22left%22", "").want(200, `{"value": "gripper"}`)
		c.do("PUT", items+"%7B%22$tuple%22:[1,2]%7D", `{"value": {"$complex": [1.0, 2.0]}}`).want(204, "")
		c.do("GET", items+"%7B%22$tuple%22:[1,2]%7D", "").want(200, `{"value": {"$complex": [1.0, 2.0]}}`)
		c.do("GET", items+"%7B%22$tuple%22:[1,2]%7D?mode=plain", "").want(200, `{"value": "1+2j"}`)
		c.do("GET", items+"1", "").problem(404, "remote-exception")
		c.do("PUT", items+"1", `{"value": "int"}`).want(204, "")
		c.do("GET", items+"1", "").want(200, `{"value": "int"}`)
		c.do("GET", items+"%221%22", "").problem(404, "remote-exception")
		c.do("DELETE", items+"1", "").want(204, "")
		c.do("DELETE", items+"1", "").problem(404, "remote-exception")
		c.do("GET", items+"[]", "").problem(422, "remote-exception")
		c.do("GET", "/v1/robot/attributes/age/items/1", "").problem(409, "remote-exception")
		c.do("GET", items+"%7B%22$tuple%22:1%7D", "").problem(400, "bad-request")
	})
}

// TestItemKeysAreDecodedOnce has keys that would be other ones if they were decoded again.
func TestItemKeysAreDecodedOnce(t *testing.T) {
	tools := make(map[string]any)
	c := start(t, config(serveGo(t, object.New("Shelf").Attribute("tools", &tools))))
	const items = "/v1/robot/attributes/tools/items/"
	for path, key := range map[string]string{"50%2525": "50%25", "a%2Fb": "a/b", "a%252Fb": "a%2Fb", "a+b": "a+b", "%2541": "%41"} {
		c.do("PUT", items+path, `{"value": 1}`).want(204, "")
		c.do("GET", items+path, "").want(200, `{"value": 1}`)
		c.do("GET", "/v1/robot/attributes/tools", "").want(200, `{"value": {"`+key+`": 1}}`)
		c.do("DELETE", items+path, "").want(204, "")
	}
}

func TestMethods(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, _ bool) {
		c := start(t, config(endpoint))
		const greet = "/v1/robot/methods/greet"
		c.do("POST", greet, `{"args": ["World"]}`).want(200, `{"result": "Hello, World! I am Robbie."}`)
		c.do("POST", greet, `{"args": ["World"], "kwargs": {"greeting": "Hi"}}`).want(200, `{"result": "Hi, World! I am Robbie."}`)
		c.do("POST", greet, `{"kwargs": {"whom": "you"}}`).want(200, `{"result": "Hello, you! I am Robbie."}`)
		c.do("POST", "/v1/robot/methods/move_arm", "").want(200, `{"result": null}`)
		c.do("POST", greet, "").problem(422, "remote-exception")
		c.do("POST", greet, `{"kwargs": {"who": 1}}`).problem(422, "remote-exception")
		c.do("POST", "/v1/robot/methods/fly", "").problem(404, "remote-exception")
		c.do("POST", "/v1/robot/methods/age", "").problem(404, "remote-exception")
		c.do("POST", "/v1/robot/methods/__init__", "").problem(403, "name-not-allowed")
		for _, body := range []string{`{"args": {}}`, `{"kwargs": []}`, `{"kwargs": {"$dict": [[1, 2]]}}`, `{"arg": []}`} {
			c.do("POST", greet, body).problem(400, "bad-request")
		}
	})
}

func TestFutures(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, _ bool) {
		c := start(t, config(endpoint))
		const think = "/v1/robot/methods/think"
		location := c.think(`{"args": ["six by nine"]}`, 200)
		if done := c.do("GET", location+"?wait=30s", "").object(); done["state"] != "done" || done["result"] != float64(42) {
			t.Errorf("%v", done)
		}
		c.do("GET", location, "") // it is kept
		c.do("DELETE", location, "").want(204, "")
		c.do("GET", location, "").problem(404, "not-found")
		c.do("DELETE", location, "").problem(404, "not-found")

		c.do("POST", think+"?wait=30", `{"args": ["six by nine"]}`).want(200, `{"result": 42}`)
		c.do("POST", think+"?wait=30s", `{"args": ["why"]}`).problem(500, "remote-exception")
		location = c.think(`{"args": ["why"]}`, 500)
		failed := c.do("GET", location+"?wait=30s", "").object()
		if details, _ := failed["error"].(map[string]any); failed["state"] != "failed" || !strings.Contains(details["detail"].(string), "ValueError: no idea: why") {
			t.Errorf("%v", failed)
		}
		for _, wait := range []string{"soon", "", "-1s", "1h", "1s1s"} {
			c.do("GET", location+"?wait="+wait, "").problem(400, "bad-request")
		}
	})
}

// think has the robot think and returns where the outcome will be. The robot may have thought
// before the gateway answers, on a machine that is busy: then the answer has the status of the
// outcome, and it is asked again.
func (c *client) think(body string, outcome int) (location string) {
	c.t.Helper()
	for {
		r := c.do("POST", "/v1/robot/methods/think", body)
		if r.status == outcome {
			continue
		}
		location = r.header.Get("Location")
		if r.status != 202 || r.object()["state"] != "pending" || r.object()["href"] != location {
			c.t.Fatalf("%d %s, %s", r.status, r.body, location)
		}
		return location
	}
}

func TestInspect(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, isGo bool) {
		settings := config(endpoint)
		settings.Targets[0].Description = "The robot"
		settings.Targets[0].Allow = []string{"a*", "greet"}
		c := start(t, settings)
		c.do("GET", "/v1", "").want(200, `{"targets":[{"name":"robot","href":"/v1/robot","description":"The robot","state":"idle","read_only":false}]}`)
		var params string
		typ := ""
		if isGo {
			params = `,"params":[{"name":"whom","type":"str","kind":"positional_or_keyword"},` +
				`{"name":"greeting","type":"str","kind":"positional_or_keyword","default":"Hello"}],"known_params":true`
			typ = `,"type":"int"`
		}
		c.do("GET", "/v1/robot", "").want(200, `{"name":"robot","href":"/v1/robot","description":"The robot","state":"connected","read_only":false,"members":[`+
			`{"name":"age","kind":"attribute","href":"/v1/robot/attributes/age"`+typ+`},`+
			`{"name":"arm_moved","kind":"signal","href":"/v1/robot/signals/arm_moved"},`+
			`{"name":"greet","kind":"method","href":"/v1/robot/methods/greet"`+params+`}]}`)
		c.do("GET", "/v1/robot/attributes/name", "").problem(403, "name-not-allowed")
		c.do("GET", "/v1/robot/signals/arm_movedx", "").problem(404, "not-found")
		c.do("GET", "/v1/robot/signals/age", "").problem(404, "not-found")
	})
}

// TestExceptions passes on what an exception holds, and does not take another exception for a
// missing name.
func TestExceptions(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			settings := config(python.Serve(t, pyenv.Instrument).RepEndpoint)
			settings.Targets[0].Classes = []string{"no_such.Thing"}
			c := start(t, settings)
			for method, want := range map[string]string{
				"fail_value":       `ValueError builtins [not a valid age 42]`,
				"fail_key":         `KeyError builtins [missing]`,
				"fail_calibration": `CalibrationError instrument [drift 0.5]`,
			} {
				details := c.do("POST", "/v1/robot/methods/"+method, "").problem(500, "remote-exception")
				e, _ := details["exception"].(map[string]any)
				if got := sprint(e["class"], e["module"], e["args"]); got != want {
					t.Errorf("%s: %s, want %s", method, got, want)
				}
			}
			c.do("PUT", "/v1/robot/attributes/payload", `{"value": {"$set": [{"$tuple": [null, 1]}]}}`).want(204, "")
			c.do("GET", "/v1/robot/attributes/payload", "").want(200, `{"value": {"$set": [{"$tuple": [null, 1]}]}}`)
			c.do("PUT", "/v1/robot/attributes/payload", `{"value": {"$object": {"class": ["no_such", "Thing"], "args": []}}}`).problem(422, "value-not-accepted")
		})
	}
}
