package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// run has a gateway serve at an address of its own, as the command does.
func run(t *testing.T, c gateway.Config) *client {
	t.Helper()
	c.Listen = "127.0.0.1:0"
	g, err := gateway.New(c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := g.Listen()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- g.Run(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &client{t: t, url: "http://" + l.Addr().String()}
}

// dialRaw sends bytes to a gateway, and returns the connection.
func dialRaw(t *testing.T, c *client, request string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(limit)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	return conn
}

func post(path, token string, size int) string {
	authorization := ""
	if token != "" {
		authorization = "Authorization: Bearer " + token + "\r\n"
	}
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n{", path, authorization, size)
}

// TestBodiesThatNeverCome answers clients that send no body, and ends the connection, at once where
// the client is not let in.
func TestBodiesThatNeverCome(t *testing.T) {
	settings := config(serveGoRobot(t))
	settings.Tokens = []gateway.Token{{Value: openToken}}
	settings.Timeouts.Body = time.Second
	c := run(t, settings)
	for token, want := range map[string]int{"": http.StatusUnauthorized, openToken: http.StatusRequestTimeout} {
		conn := dialRaw(t, c, post("/v1/robot/methods/greet", token, 1000))
		in := bufio.NewReader(conn)
		answer, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatalf("%q: %v", token, err)
		}
		_, err = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != want {
			t.Errorf("%q: %d, %v", token, answer.StatusCode, err)
		}
		if _, err := in.ReadByte(); err == nil { // as long as the deadline allows, which is far beyond that of the body
			t.Errorf("%q: more than an answer", token)
		} else if timeout, ok := err.(net.Error); ok && timeout.Timeout() { //nolint:errorlint // It is what the connection returns.
			t.Errorf("%q: the connection is still open", token)
		}
	}
}

// TestLongCallsAfterBody lets the target take longer than the body may.
func TestLongCallsAfterBody(t *testing.T) {
	began := make(chan struct{})
	object := object.New("Slow").Method("work", func() string {
		close(began)
		timer := time.NewTimer(1500 * time.Millisecond)
		<-timer.C
		return "done"
	})
	settings := config(serveGo(t, object))
	settings.Timeouts.Body = time.Second
	run(t, settings).do("POST", "/v1/robot/methods/work", `{"args": []}`).want(200, `{"result": "done"}`)
	<-began
}

// TestAnswersThatNobodyReads cuts those off when others need the room.
func TestAnswersThatNobodyReads(t *testing.T) {
	text := strings.Repeat("x", 16<<20) // more than the buffers of a connection hold
	settings := config(serveGo(t, object.New("Large").Attribute("text", &text)))
	settings.Tokens = []gateway.Token{{Value: openToken}, {Value: narrowToken}}
	settings.Limits.Result, settings.Limits.Answers = 17<<20, 34<<20
	settings.Timeouts.Connect = limit
	c := run(t, settings)
	for _, token := range []string{openToken, narrowToken} {
		conn := dialRaw(t, c, "GET /v1/robot/attributes/text HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+token+"\r\n\r\n")
		if _, err := bufio.NewReaderSize(conn, 16).ReadByte(); err != nil { // it is on the way
			t.Fatal(err)
		}
	}
	c.token = openToken
	if r := c.do("GET", "/v1/robot/attributes/text", ""); r.status != 200 || len(r.body) < len(text) {
		t.Errorf("%d, %d bytes", r.status, len(r.body))
	}
}

// TestSharesOfFutures leaves room for others, whoever asks for futures that never end, and forgets
// those after a while.
func TestSharesOfFutures(t *testing.T) {
	object := object.New("Pending").Method("wait", object.NewFuture)
	settings := config(serveGo(t, object))
	settings.Tokens = []gateway.Token{{Value: openToken}, {Value: narrowToken}}
	settings.Limits.Futures, settings.Limits.ClientFutures = 10, 5
	settings.Timeouts.Pending = time.Second
	c := start(t, settings)
	c.token = openToken
	var first string
	for range settings.Limits.ClientFutures {
		r := c.do("POST", "/v1/robot/methods/wait", "")
		if first = r.header.Get("Location"); r.status != 202 {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	c.do("POST", "/v1/robot/methods/wait", "").problem(429, "too-many-futures")
	c.token = narrowToken
	if r := c.do("POST", "/v1/robot/methods/wait", ""); r.status != 202 {
		t.Errorf("another client: %d %s", r.status, r.body)
	}
	c.token = openToken
	if r := c.do("GET", first+"?wait=30s", ""); r.status == 200 { // it waits until the future is given up
		if state := r.object()["state"]; state != "failed" {
			t.Errorf("%s", r.body)
		}
	} else {
		r.problem(404, "not-found")
	}
	deadline := time.Now().Add(limit)
	for time.Now().Before(deadline) {
		if r := c.do("POST", "/v1/robot/methods/wait", ""); r.status == 202 {
			return
		}
	}
	t.Error("the futures are not given up")
}

// TestSharesOfStreams leaves room for others, whoever listens how often.
func TestSharesOfStreams(t *testing.T) {
	settings := config(serveGoRobot(t))
	settings.Tokens = []gateway.Token{{Value: openToken}, {Value: narrowToken}}
	settings.Limits.ClientStreams = 2
	c := start(t, settings)
	listen := func(token string) (status int) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+moved, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { answer.Body.Close() })
		return answer.StatusCode
	}
	for i, want := range []int{200, 200, 429} {
		if status := listen(openToken); status != want {
			t.Errorf("stream %d: %d", i, status)
		}
	}
	if status := listen(narrowToken); status != 200 {
		t.Errorf("another client: %d", status)
	}
}

// TestURLsThatAreNotText are the client's fault, and do not reach the target.
func TestURLsThatAreNotText(t *testing.T) {
	c := start(t, config(serveGoRobot(t)))
	for _, path := range []string{
		"/v1/robot/attributes/%ff", "/v1/robot/attributes/tools/items/%ff", "/v1/robot/methods/%c3%28", "/v1/%ff", "/v1/robot/signals/%ed%a0%80",
		"/v1/robot/attributes/age?mode=%ff", "/v1/robot/attributes/age?x=%zz",
	} {
		method := "GET"
		if strings.Contains(path, "methods") {
			method = "POST"
		}
		c.do(method, path, "").problem(400, "bad-request")
	}
}

// TestLargeValues refuses values that take more memory than a request may, in keys as well, and
// says so.
func TestLargeValues(t *testing.T) {
	settings := config(serveGo(t, object.New("Everything").Dict("items", &py.Dict{}).Method("take", func(...any) {})))
	settings.Limits.Body, settings.Limits.Memory = 8<<20, 2<<20
	c := start(t, settings)
	many := "[" + strings.Repeat("[],", 200_000) + "0]"
	c.do("POST", "/v1/robot/methods/take", `{"args": [`+many+`]}`).problem(413, "body-too-large")
	c.do("PUT", "/v1/robot/attributes/items/items/1", `{"value": `+many+`}`).problem(413, "body-too-large")
	c.do("PUT", "/v1/robot/attributes/items/items/["+strings.Repeat("[],", 100_000)+"0]", `{"value": 1}`).problem(413, "body-too-large")
}

// TestLimitRanges refuses settings that bound nothing, and says what they may be.
func TestLimitRanges(t *testing.T) {
	for text, want := range map[string]string{
		"limits: {memory: 1000}":       "limits: memory: 1000 is not within 1048576 and",
		"limits: {answers: 1000}":      "limits: answers: 1000 is not within 134217728 and",
		"limits: {connections: 0}":     "limits: connections",
		"limits: {client_futures: 0}":  "limits: client_futures",
		"limits: {client_streams: -1}": "limits: client_streams",
		"limits: {backlog: 1}":         "limits: backlog",
		"limits: {streams: 100000000}": "limits: streams",
		"timeouts: {body: 1ms}":        "timeouts: body: 1ms is not within 1s and 1h",
		"timeouts: {body: 2h}":         "timeouts: body",
		"timeouts: {pending: 10000h}":  "timeouts: pending",
		"limits: {rate: 10, burst: 0}": "burst must be above 0",
	} {
		config, err := gateway.ReadConfig(strings.NewReader(text))
		if err == nil {
			err = config.Validate()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
