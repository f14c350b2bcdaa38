package gateway_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
)

// commandsOf are values that have a peer of the original make a file when it reads them.
func commandsOf(marker string) map[string]string {
	system := fmt.Sprintf(`{"class":["os","system"],"how":"reduce","args":["touch %s"]}`, marker)
	return map[string]string{
		"object":      `{"$object":` + system + `}`,
		"in a list":   `[{"$object":` + system + `}]`,
		"in a tuple":  `{"$tuple":[{"$object":` + system + `}]}`,
		"key of dict": `{"$dict":[[{"$tuple":[{"$object":` + system + `}]},1]]}`,
		"in a dict":   `{"a":{"$object":` + system + `}}`,
		"defined":     `{"$def":1,"value":{"$object":` + system + `}}`,
		"ordered":     `{"$ordereddict":[[1,{"$object":` + system + `}]]}`,
		"zone":        `{"$datetime":{"at":"2026-01-02T00:00:00","zone":{"$object":` + system + `}}}`,
		"callable":    `{"$object":{"callable":{"$class":["os","system"]},"args":["touch ` + marker + `"]}}`,
		"as state":    `{"$object":{"class":["builtins","object"],"how":"new","args":[],"state":"touch ` + marker + `","setter":{"$class":["os","system"]}}}`,
		"as argument": `{"$object":{"class":["builtins","list"],"args":[{"$object":` + system + `}]}}`,
		"inst":        strings.Replace(`{"$object":`+system+`}`, "reduce", "inst", 1),
		"obj":         strings.Replace(`{"$object":`+system+`}`, "reduce", "obj", 1),
		"popen":       `{"$object":{"class":["subprocess","call"],"args":[["touch","` + marker + `"]]}}`,
	}
}

// requestsWith are all requests in which a value can stand. What they name need not exist: the
// original reads a value before it looks.
func requestsWith(value string) [][3]string {
	key := url.PathEscape(value)
	return [][3]string{
		{"GET", "/v1/robot/attributes/tools/items/" + key, ""},
		{"GET", "/v1/robot/attributes/nothing/items/" + key, ""},
		{"PUT", "/v1/robot/attributes/tools/items/" + key, `{"value":1}`},
		{"PUT", "/v1/robot/attributes/tools/items/left", `{"value":` + value + `}`},
		{"DELETE", "/v1/robot/attributes/tools/items/" + key, ""},
		{"PUT", "/v1/robot/attributes/age", `{"value":` + value + `}`},
		{"PUT", "/v1/robot/attributes/nothing", `{"value":` + value + `}`},
		{"POST", "/v1/robot/methods/greet", `{"args":[` + value + `]}`},
		{"POST", "/v1/robot/methods/greet", `{"args":` + value + `}`},
		{"POST", "/v1/robot/methods/nothing", `{"args":[],"kwargs":{"whom":` + value + `}}`},
		{"POST", "/v1/robot/methods/greet", `{"kwargs":` + value + `}`},
		{"POST", "/v1/robot/methods/greet?wait=1s", `{"args":[{"$def":9,"value":[]}],"kwargs":{"whom":` + value + `}}`},
	}
}

func exists(t *testing.T, path string) bool {
	t.Helper()
	_, err := os.Stat(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return err == nil
}

// TestNobodyRunsCommands plays the attack of a value that runs a command where the original reads
// it: in every place of every request, with a token for a target that is read-only, with one for a
// target that is not, without tokens, and where another class is allowed.
func TestNobodyRunsCommands(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			endpoint := python.Serve(t, pyenv.Robot).RepEndpoint
			marker := filepath.Join(t.TempDir(), "marker")
			open := config(endpoint)
			guarded := config(endpoint)
			guarded.Tokens = []gateway.Token{{Name: "lab", Value: openToken}}
			readOnly := guarded
			readOnly.Targets = []gateway.Target{{Name: "robot", Endpoint: endpoint, ReadOnly: true, Allow: []string{"age", "tools", "nothing"}}}
			classes := guarded
			classes.Targets = []gateway.Target{{Name: "robot", Endpoint: endpoint, Classes: []string{"lab.Point", "collections.Counter"}}}
			for name, settings := range map[string]gateway.Config{"open": open, "token": guarded, "read-only": readOnly, "classes": classes} {
				c := start(t, settings)
				if len(settings.Tokens) > 0 {
					c.token = openToken
				}
				for place, value := range commandsOf(marker) {
					for _, request := range requestsWith(value) {
						r := c.do(request[0], request[1], request[2])
						if settings.Targets[0].ReadOnly && request[0] != "GET" {
							if r.status != 403 { // the target is read-only, or the name is not allowed
								t.Errorf("%s, %s: %s: %d %s", name, place, r.what, r.status, r.body)
							}
							continue
						}
						details := r.problem(403, "class-not-allowed")
						if text, _ := details["detail"].(string); !strings.Contains(text, "classes") && !strings.Contains(text, "names what is called") {
							t.Errorf("%s, %s: %s", name, place, r.body)
						}
					}
				}
				c.do("GET", "/v1/robot/attributes/age", "").want(200, `{"value": 3}`) // by now all that went before has been read
				if exists(t, marker) {
					t.Fatalf("%s: the command has run", name)
				}
			}
			// The same value runs where it is sent: the test would see it.
			proxy, err := goagent.Dial(t.Context(), endpoint)
			if err != nil {
				t.Fatal(err)
			}
			defer proxy.Close()
			command := py.NewObject(py.Class{Module: "os", Name: "system"}, "touch "+marker)
			if err := proxy.Exec(t.Context(), nil, "nothing", "__getitem__", command); err == nil {
				t.Error("an item of nothing")
			}
			if !exists(t, marker) {
				t.Error("the command has not run: the test sees nothing")
			}
		})
	}
}

// TestAllowedClassArrives has a class that is named made by the original, in a value, and in no
// key.
func TestAllowedClassArrives(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			settings := config(python.Serve(t, pyenv.Robot).RepEndpoint)
			settings.Targets[0].Classes = []string{"collections.Counter"}
			c := start(t, settings)
			const counter = `{"$object":{"class":["collections","Counter"],"args":[{"a":2}]}}`
			c.do("PUT", "/v1/robot/attributes/tools/items/left", `{"value":`+counter+`}`).want(204, "")
			c.do("GET", "/v1/robot/attributes/tools/items/left?mode=plain", "").want(200, `{"value": {"a": 2}}`)
			c.do("GET", "/v1/robot/attributes/tools/items/"+url.PathEscape(counter), "").problem(403, "class-not-allowed")
			c.do("PUT", "/v1/robot/attributes/tools/items/"+url.PathEscape(counter), `{"value":1}`).problem(403, "class-not-allowed")
		})
	}
}

// TestStandardValuesArrive sends every standard value to the original and gets it back as it was.
func TestStandardValuesArrive(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, _ bool) {
		c := start(t, config(endpoint))
		for _, value := range []string{
			`{"$tuple": [1, 2]}`, `{"$set": [1]}`, `{"$frozenset": [1]}`, `{"$bytes": "AA=="}`, `{"$bytearray": "AA=="}`, `{"$complex": [1.0, 2.0]}`,
			`{"$date": "2026-11-23"}`, `{"$time": "12:00:00"}`, `{"$datetime": "2026-11-23T12:00:00+01:00"}`, `{"$timedelta": [-1, 5, 7]}`,
			`{"$timezone": [0, 3600, 0]}`, `{"$timezone": [0, 3600, 0, "CET"]}`, `{"$datetime": {"at": "2026-01-02T00:00:00", "zone": {"$timezone": [0, 3600, 0, "CET"]}}}`,
			`{"$decimal": "1.50"}`, `{"$fraction": "-22/7"}`, `{"$uuid": "12345678-1234-5678-1234-567812345678"}`, `{"$range": [0, 10, 2]}`,
			`{"$slice": [1, null, 2]}`, `{"$ordereddict": [["a", 1], [2, "b"]]}`, `{"$constant": "Ellipsis"}`, `{"$dict": [[1, "a"]]}`,
		} {
			c.do("PUT", "/v1/robot/attributes/tools/items/left", `{"value": `+value+`}`).want(204, "")
			c.do("GET", "/v1/robot/attributes/tools/items/left", "").want(200, `{"value": `+value+`}`)
		}
	})
}
