package gateway_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

const (
	openToken   = "open-sesame-0123456789"
	narrowToken = "narrow-sesame-0123456789"
	secretKey   = "the-key-of-the-lab-4711"
)

// guardedConfig has two tokens, one of which opens no target called robot, and a key.
func guardedConfig(t *testing.T, endpoint string) gateway.Config {
	t.Helper()
	c := config(endpoint)
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Setenv("GATEWAY_TEST_TOKEN", narrowToken)
	c.Tokens = []gateway.Token{
		{Name: "operator", File: write("token", openToken)},
		{Name: "visitor", Env: "GATEWAY_TEST_TOKEN", Targets: []string{"other*"}},
	}
	c.Targets[0].KeyFile = write("key", secretKey)
	return c
}

func serveSigned(t *testing.T) string {
	t.Helper()
	var factor int
	object := object.New("Signed").Attribute("factor", &factor).Method("fail", func() error { return pyerr.ValueError.New("secret?") })
	return serveGo(t, object, goagent.WithKey(wire.NewKey([]byte(secretKey))))
}

func TestTokens(t *testing.T) {
	c := start(t, guardedConfig(t, serveSigned(t)))
	const factor = "/v1/robot/attributes/factor"
	for _, path := range []string{factor, "/v1", "/v1/robot", "/v1/nobody", "/v1/robot/signals/x", "/metrics", "/openapi.json", "/v1/robot/openapi.json", "/v1/robot/futures/x"} {
		if r := c.do("GET", path, ""); r.header.Get("WWW-Authenticate") == "" {
			r.problem(401, "unauthorized")
			t.Errorf("%s: no WWW-Authenticate", path)
		} else {
			r.problem(401, "unauthorized")
		}
	}
	c.do("GET", "/healthz", "").want(200, `{"status":"ok"}`)
	if r := c.do("GET", "/", ""); r.status != 200 || !strings.Contains(r.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("page: %d %v", r.status, r.header)
	}
	c.token = openToken[:len(openToken)-1] + "x"
	c.do("GET", factor, "").problem(401, "unauthorized")
	c.token = narrowToken
	c.do("GET", factor, "").problem(403, "forbidden")
	c.do("GET", "/v1/nobody", "").problem(403, "forbidden")
	c.do("GET", "/v1", "").want(200, `{"targets":[]}`)
	c.token = openToken
	c.do("GET", factor, "").want(200, `{"value": 0}`)
	c.do("GET", factor, "", "Authorization", "Basic "+openToken).problem(401, "unauthorized")
}

func TestWebSocketToken(t *testing.T) {
	settings := guardedConfig(t, serveGoRobot(t))
	settings.Targets[0].KeyFile = ""
	c := start(t, settings)
	protocol := "pizco.bearer." + base64.RawURLEncoding.EncodeToString([]byte(openToken))
	conn, _, err := websocket.Dial(t.Context(), c.url+moved, &websocket.DialOptions{Subprotocols: []string{"pizco.v1", protocol}}) //nolint:bodyclose // The library hands out a body that need not be closed.
	if err != nil {
		t.Fatal(err)
	}
	if conn.Subprotocol() != "pizco.v1" {
		t.Errorf("subprotocol %s", conn.Subprotocol())
	}
	if err := conn.CloseNow(); err != nil {
		t.Error(err)
	}
	if _, answer, err := websocket.Dial(t.Context(), c.url+moved, nil); err == nil || answer.StatusCode != 401 { //nolint:bodyclose // The library hands out a body that need not be closed.
		t.Errorf("without a token: %v", err)
	}
}

// TestLogHoldsNoSecrets makes every kind of request and looks at all that was logged and answered.
func TestLogHoldsNoSecrets(t *testing.T) {
	c := start(t, guardedConfig(t, serveSigned(t)))
	c.token = openToken
	var answers strings.Builder
	for _, request := range [][3]string{
		{"GET", "/v1/robot", ""}, {"GET", "/v1/robot/attributes/factor", ""}, {"PUT", "/v1/robot/attributes/factor", `{"value": 5}`},
		{"POST", "/v1/robot/methods/fail", ""}, {"GET", "/v1/robot/attributes/nothing", ""}, {"GET", "/metrics", ""}, {"GET", "/v1", ""},
		{"PUT", "/v1/robot/attributes/factor", `{"value": "` + secretKey + `"}`}, {"GET", "/v1/robot/attributes/factor?token=" + openToken, ""},
	} {
		answers.WriteString(c.do(request[0], request[1], request[2]).body)
	}
	c.token = "wrong-" + openToken
	answers.WriteString(c.do("GET", "/v1/robot", "").body)
	c.token = narrowToken
	answers.WriteString(c.do("GET", "/v1/robot", "").body)
	logged := c.log.String()
	if !strings.Contains(logged, "client=operator") || !strings.Contains(logged, "path=/v1/robot/attributes/factor") {
		t.Errorf("the log is not the access log:\n%s", logged)
	}
	for _, secret := range []string{openToken, narrowToken, secretKey, base64.StdEncoding.EncodeToString([]byte(secretKey))} {
		if strings.Contains(logged, secret) {
			t.Errorf("%s is in the log:\n%s", secret, logged)
		}
	}
	if strings.Contains(answers.String(), openToken) || strings.Contains(answers.String(), narrowToken) {
		t.Errorf("a token is in the answers:\n%s", &answers)
	}
}

// TestWrongKey tells nothing of the key, and that the two sides do not understand each other.
func TestWrongKey(t *testing.T) {
	settings := config(serveSigned(t))
	settings.Targets[0].KeyEnv = "GATEWAY_TEST_KEY"
	t.Setenv("GATEWAY_TEST_KEY", "another-key")
	c := start(t, settings)
	c.do("GET", "/v1/robot/attributes/factor", "").problem(503, "target-down")
	if body := c.do("GET", "/v1", "").body; !strings.Contains(body, "do not understand each other") {
		t.Error(body)
	}
	if strings.Contains(c.log.String(), "another-key") {
		t.Errorf("the key is in the log:\n%s", c.log)
	}
}

// TestDefaultDeny serves no client outside of this machine, under a foreign name or for a foreign
// page, without a token.
func TestDefaultDeny(t *testing.T) {
	c := start(t, config(serveGoRobot(t)))
	c.do("POST", "/v1/robot/methods/move_arm", "", "Origin", "https://elsewhere.example").problem(403, "cross-origin")
	c.do("POST", "/v1/robot/methods/move_arm", "", "Sec-Fetch-Site", "cross-site").problem(403, "cross-origin")
	c.host = "elsewhere.example"
	c.do("GET", "/v1", "").problem(403, "host-not-allowed")
	c.do("GET", "/", "").problem(403, "host-not-allowed")
	for _, host := range []string{"localhost", "localhost:8080", "127.0.0.1", "[::1]:8080", "127.0.0.1:1"} {
		c.host = host
		if r := c.do("GET", "/v1", ""); r.status != 200 {
			t.Errorf("%s: %d", host, r.status)
		}
	}
	g, err := gateway.New(config("tcp://127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	for _, path := range []string{"/v1", "/", "/healthz", "/metrics", "/v1/robot/attributes/age"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
		r.RemoteAddr = "192.0.2.7:4711"
		if g.ServeHTTP(w, r); w.Code != 401 {
			t.Errorf("%s from outside: %d", path, w.Code)
		}
	}
	outside := config("tcp://127.0.0.1:1")
	for _, listen := range []string{":8080", "0.0.0.0:8080", "192.0.2.1:80", "[::]:80", "lab.example:80"} {
		outside.Listen = listen
		if _, err := gateway.New(outside); err == nil || !strings.Contains(err.Error(), "needs tokens") {
			t.Errorf("%s: %v", listen, err)
		}
	}
}

// TestForeignSites refuses whatever a page of another site can have a browser ask for, to read as
// well, where no token is needed.
func TestForeignSites(t *testing.T) {
	emitted := &object.Signal{}
	asked := 0
	object := object.New("Watched").Property("value", func() int { asked++; return 1 }, nil).Signal("changed", emitted)
	settings := config(serveGo(t, object))
	settings.Origins = []string{"https://friend.example"}
	c := start(t, settings)
	const browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"
	foreign := map[string][]string{
		"img":             {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image", "User-Agent", browser},
		"img of a port":   {"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors", "User-Agent", browser},
		"link":            {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "User-Agent", browser},
		"fetch":           {"Sec-Fetch-Site", "cross-site", "Origin", "https://elsewhere.example"},
		"no metadata":     {"Origin", "https://elsewhere.example"},
		"sandboxed frame": {"Origin", "null"},
		"old browser":     {"User-Agent", browser, "Accept", "image/*"},
		"friend's img":    {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "User-Agent", browser},
		"another scheme":  {"Origin", "ftp://" + strings.TrimPrefix(c.url, "http://")},
		"another port":    {"Origin", "http://127.0.0.1:1", "Sec-Fetch-Site", "same-site"},
	}
	for name, headers := range foreign {
		for _, path := range []string{"/v1", "/v1/robot", "/v1/robot/attributes/value", "/v1/robot/attributes/value/items/1", "/v1/robot/signals/changed", "/metrics", "/openapi.json", "/v1/robot/openapi.json"} {
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
				if r := c.do(method, path, "", headers...); r.status != 403 || r.header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s: %s: %d %v %s", name, r.what, r.status, r.header, r.body)
				}
			}
		}
		r := c.do("GET", "/v1/robot/signals/changed", "", append(headers, "Upgrade", "websocket", "Connection", "Upgrade", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")...)
		r.problem(403, "cross-origin")
	}
	if asked != 0 {
		t.Errorf("the target was asked %d times", asked)
	}
	for name, headers := range map[string][]string{
		"a program":      nil,
		"own page":       {"Sec-Fetch-Site", "same-origin", "User-Agent", browser},
		"own page's put": {"Sec-Fetch-Site", "same-origin", "Origin", c.url, "User-Agent", browser},
		"address bar":    {"Sec-Fetch-Site", "none", "User-Agent", browser},
		"friend":         {"Sec-Fetch-Site", "cross-site", "Origin", "https://friend.example", "User-Agent", browser},
	} {
		if r := c.do("GET", "/v1/robot/attributes/value", "", headers...); r.status != 200 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	every := config("tcp://127.0.0.1:1")
	every.Origins = []string{"*"}
	if err := every.Validate(); err == nil || !strings.Contains(err.Error(), "needs tokens") {
		t.Errorf("any origin without tokens: %v", err)
	}
	every.Tokens = []gateway.Token{{Value: openToken}}
	if err := every.Validate(); err != nil {
		t.Error(err)
	}
}

// TestMetricsOfOthers names no targets that a token does not open.
func TestMetricsOfOthers(t *testing.T) {
	c := start(t, guardedConfig(t, serveSigned(t)))
	c.token = narrowToken
	if body := c.do("GET", "/metrics", "").body; strings.Contains(body, "robot") || !strings.Contains(body, "pizco_gateway_futures") {
		t.Error(body)
	}
	c.token = openToken
	if body := c.do("GET", "/metrics", "").body; !strings.Contains(body, `pizco_gateway_target_up{target="robot"}`) {
		t.Error(body)
	}
}

func TestHosts(t *testing.T) {
	settings := guardedConfig(t, serveSigned(t))
	settings.Hosts = []string{"lab.example"}
	c := start(t, settings)
	c.token, c.host = openToken, "lab.example:8080"
	c.do("GET", "/v1/robot/attributes/factor", "").want(200, `{"value": 0}`)
	c.host = "localhost"
	c.do("GET", "/v1/robot/attributes/factor", "").problem(403, "host-not-allowed")
}

func TestCORS(t *testing.T) {
	settings := config(serveGoRobot(t))
	settings.Origins = []string{"https://lab.example"}
	c := start(t, settings)
	r := c.do("OPTIONS", "/v1/robot/methods/move_arm", "", "Origin", "https://lab.example", "Access-Control-Request-Method", "POST")
	if r.status != 204 || r.header.Get("Access-Control-Allow-Origin") != "https://lab.example" || !strings.Contains(r.header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("%d %v", r.status, r.header)
	}
	r = c.do("POST", "/v1/robot/methods/move_arm", "", "Origin", "https://lab.example", "Sec-Fetch-Site", "cross-site")
	if r.status != 200 || r.header.Get("Access-Control-Allow-Origin") != "https://lab.example" {
		t.Errorf("%d %s %v", r.status, r.body, r.header)
	}
	r = c.do("OPTIONS", "/v1/robot/methods/move_arm", "", "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "POST")
	if r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%v", r.header)
	}
}

func TestLimits(t *testing.T) {
	settings := config(serveGoRobot(t))
	settings.Limits.Body = 100
	settings.Limits.Result = 10_000
	c := start(t, settings)
	large := `{"value": "` + strings.Repeat("x", 200) + `"}`
	c.do("PUT", "/v1/robot/attributes/name", large).problem(413, "body-too-large")
	// Without a Content-Length it shows while reading.
	r, err := http.NewRequest(http.MethodPut, c.url+"/v1/robot/attributes/name", struct{ *strings.Reader }{strings.NewReader(large)})
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 413 {
		t.Errorf("a body without length: %d", answer.StatusCode)
	}
	settings.Limits.Body = 1 << 20
	c = start(t, settings)
	c.do("PUT", "/v1/robot/attributes/name", `{"value": "`+strings.Repeat("x", 20_000)+`"}`).want(204, "")
	c.do("GET", "/v1/robot/attributes/name", "").problem(502, "result-not-encodable")

	settings.Limits.Rate, settings.Limits.Burst = 0.001, 2
	c = start(t, settings)
	c.do("GET", "/v1", "")
	c.do("GET", "/v1", "")
	if r := c.do("GET", "/v1", ""); r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	} else {
		r.problem(429, "too-many-requests")
	}
	c.do("GET", "/healthz", "").want(200, `{"status":"ok"}`)
}

func TestReadOnly(t *testing.T) {
	endpoint := serveGoRobot(t)
	settings := config(endpoint)
	settings.Targets[0].ReadOnly = true
	refusesChanges(start(t, settings))
	// A file of settings says the same, for one target and not for the other.
	read, err := gateway.ReadConfig(strings.NewReader(fmt.Sprintf("targets: [{name: robot, endpoint: %q, read_only: true}, {name: other, endpoint: %[1]q}]", endpoint)))
	if err != nil {
		t.Fatal(err)
	}
	c := start(t, read)
	refusesChanges(c)
	c.do("PUT", "/v1/other/attributes/age", `{"value": 4}`).want(204, "")
}

func refusesChanges(c *client) {
	c.t.Helper()
	c.do("PUT", "/v1/robot/attributes/age", `{"value": 1}`).problem(403, "read-only")
	c.do("POST", "/v1/robot/methods/move_arm", "").problem(403, "read-only")
	c.do("PUT", "/v1/robot/attributes/tools/items/left", `{"value": 1}`).problem(403, "read-only")
	c.do("DELETE", "/v1/robot/attributes/tools/items/left", "").problem(403, "read-only")
	c.do("GET", "/v1/robot/attributes/age", "").want(200, `{"value": 3}`)
}

func TestMetrics(t *testing.T) {
	c := start(t, config(serveGoRobot(t)))
	c.do("GET", "/v1/robot/attributes/age", "")
	c.do("GET", "/nowhere", "").problem(404, "not-found")
	body := c.do("GET", "/metrics", "").body
	for _, want := range []string{
		`pizco_gateway_requests_total{method="GET",route="GET /v1/{target}/attributes/{attribute}",status="200"} 1`,
		`pizco_gateway_requests_total{method="GET",route="none",status="404"} 1`,
		`pizco_gateway_target_up{target="robot"} 1`, "pizco_gateway_request_seconds_bucket", "go_goroutines",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
}

// TestAnyOrigin lets pages of anywhere use a gateway with tokens, and only the listed ones where
// they are listed.
func TestAnyOrigin(t *testing.T) {
	settings := guardedConfig(t, serveSigned(t))
	headers := []string{"Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site"}
	const factor = "/v1/robot/attributes/factor"
	for _, row := range []struct {
		origins []string
		allowed bool
	}{
		{nil, false}, {[]string{"https://lab.example"}, false}, {[]string{"*"}, true},
		{[]string{"https://elsewhere.example"}, true}, {[]string{"https://lab.example", "https://Elsewhere.example/"}, true},
		{[]string{"https://elsewhere.example:8443"}, false}, {[]string{"http://elsewhere.example"}, false},
	} {
		settings.Origins = row.origins
		c := start(t, settings)
		c.token = openToken
		put := c.do("PUT", factor, `{"value": 0}`, headers...)
		ask := c.do("OPTIONS", factor, "", append(headers, "Access-Control-Request-Method", "PUT")...)
		get := c.do("GET", factor, "", headers...)
		if row.allowed {
			put.want(204, "")
			ask.want(204, "")
		} else {
			put.problem(403, "cross-origin")
		}
		for _, r := range []response{put, ask, get} {
			allowed := r.header.Get("Access-Control-Allow-Origin")
			if (allowed == headers[1]) != row.allowed || !row.allowed && allowed != "" {
				t.Errorf("%v: %s: %q is allowed", row.origins, r.what, allowed)
			}
			if vary := r.header.Get("Vary"); strings.Contains(vary, "Origin") != (len(row.origins) > 0) {
				t.Errorf("%v: %s: Vary is %q", row.origins, r.what, vary)
			}
		}
		c.token = ""
		c.do("GET", factor, "", headers...).problem(401, "unauthorized")
	}
}
