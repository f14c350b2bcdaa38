package gateway_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/object"
)

var reference = regexp.MustCompile(`"\$ref":"#/components/(\w+)/(\w+)"`)

// TestOpenAPI looks at the documents of the gateway and of a target of each kind: they name the
// members, and refer to nothing that is not there. `make test-gateway` has a validator look at
// them, and schemathesis at what they promise.
func TestOpenAPI(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, isGo bool) {
		c := start(t, config(endpoint))
		for path, names := range map[string][]string{
			"/openapi.json": {`"/v1/{target}/attributes/{attribute}/items/{key}"`, `"3.1.0"`},
			"/v1/robot/openapi.json": {
				`"/v1/robot/methods/greet"`, `"call.greet"`, `"watch.arm_moved"`, `"get.age"`, `"set.age"`,
			},
		} {
			r := c.do("GET", path, "")
			components, _ := r.object()["components"].(map[string]any)
			for _, m := range reference.FindAllStringSubmatch(r.body, -1) {
				kind, _ := components[m[1]].(map[string]any)
				if kind[m[2]] == nil {
					t.Errorf("%s: no %s", path, m[0])
				}
			}
			for _, name := range names {
				if r.status != 200 || !strings.Contains(r.body, name) {
					t.Errorf("%s: %d, no %s", path, r.status, name)
				}
			}
		}
		// What is not known of the original is known of a server in Go.
		body := c.do("GET", "/v1/robot/openapi.json", "").body
		if !isGo && !strings.Contains(body, `"/v1/robot/attributes/tools/items/{key}"`) {
			t.Error("no items") // a server in Go does not tell it of a *py.Dict
		}
		if strings.Contains(body, `"greeting"`) != isGo || strings.Contains(body, `"set.position"`) == isGo {
			t.Error(body)
		}
	})
}

// TestOpenAPIOfReadOnly promises nothing that a target refuses because it is read-only.
func TestOpenAPIOfReadOnly(t *testing.T) {
	tools := map[string]any{"left": "gripper"}
	shelf := object.New("Shelf").Attribute("tools", &tools).Method("open", func() {})
	settings := config(serveGo(t, shelf))
	settings.Targets = append(settings.Targets, settings.Targets[0])
	settings.Targets[1].Name, settings.Targets[1].ReadOnly = "shown", true
	c := start(t, settings)
	for name, want := range map[string]map[string][]string{
		"robot": {"attributes/tools": {"get", "put"}, "attributes/tools/items/{key}": {"get", "put", "delete"}, "methods/open": {"post"}},
		"shown": {"attributes/tools": {"get"}, "attributes/tools/items/{key}": {"get"}, "methods/open": nil},
	} {
		paths, _ := c.do("GET", "/v1/"+name+"/openapi.json", "").object()["paths"].(map[string]any)
		for path, verbs := range want {
			operations, _ := paths["/v1/"+name+"/"+path].(map[string]any)
			for _, verb := range []string{"get", "put", "post", "delete"} {
				if got := operations[verb] != nil; got != slices.Contains(verbs, verb) {
					t.Errorf("%s: %s: %s %v", name, path, verb, got)
				}
			}
		}
	}
	c.do("GET", "/v1/nothing/openapi.json", "").problem(404, "unknown-target")
	settings.Targets[0].Endpoint = "tcp://127.0.0.1:1"
	settings.Timeouts.Request = time.Second
	start(t, settings).do("GET", "/v1/robot/openapi.json", "").problem(503, "target-down")
}
