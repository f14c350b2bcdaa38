package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
)

// Thermostat is what the example's server serves.
type Thermostat struct {
	Setpoint float64
}

// Raise raises the setpoint and returns it.
func (t *Thermostat) Raise(degrees float64) float64 {
	t.Setpoint += degrees
	return t.Setpoint
}

func Example() {
	server, err := goagent.Serve(&Thermostat{Setpoint: 20})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()

	config := gateway.DefaultConfig()
	config.Targets = []gateway.Target{{Name: "oven", Endpoint: server.Endpoint()}}
	g, err := gateway.New(config)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = g.Close() }()

	// A Gateway is an http.Handler. Gateway.Run serves it as the command does.
	web := httptest.NewServer(g)
	defer web.Close()
	ask := func(method, path, body string) {
		request, err := http.NewRequest(method, web.URL+path, strings.NewReader(body))
		if err != nil {
			fmt.Println(err)
			return
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := web.Client().Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		fmt.Println(strings.TrimSpace(fmt.Sprintln(response.StatusCode, string(text))), err)
	}
	ask("GET", "/v1/oven/attributes/setpoint", "")
	ask("PUT", "/v1/oven/attributes/setpoint", `{"value": 180.0}`)
	ask("POST", "/v1/oven/methods/raise", `{"args": [40.0]}`)
	// Output:
	// 200 {"value": 20.0} <nil>
	// 204 <nil>
	// 200 {"result": 220.0} <nil>
}
