package gateway_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/internal/arrays"
	"github.com/pizco-go/pizco/py"
)

// recorder is an object with arrays.
func recorder(t *testing.T, samples int) string {
	t.Helper()
	wave := make([]float64, samples)
	for i := range wave {
		wave[i] = float64(i) / 2
	}
	array, err := py.NewArray(wave)
	if err != nil {
		t.Fatal(err)
	}
	matrix, err := py.NewArray([]int16{1, 2, 3, 4, 5, 6}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]any, 1000)
	for i := range list {
		list[i] = int64(i)
	}
	var stored any
	return serveGo(t, object.New("Recorder").Attribute("wave", &array).Attribute("matrix", &matrix).Attribute("list", &list).
		Dict("tools", map[any]any{"left": "gripper", "1:2": "odd", "data": []float64{1, 2}}).
		Attribute("stored", &stored).Method("make", func() any { return array }))
}

// TestSlices takes parts of arrays and lists, as Python does between brackets.
func TestSlices(t *testing.T) {
	c := start(t, config(recorder(t, 20)))
	for path, want := range map[string]string{
		"wave/items/0:6:2": "0.0\n1.0\n2.0\n", "wave/items/-2:": "9.0\n9.5\n", "wave/items/::-9": "9.5\n5.0\n0.5\n", "wave/items/3": "1.5\n", "wave/items/100:": "",
		"matrix/items/:,1": "2\n5\n", "matrix/items/1": "4\n5\n6\n", "matrix/items/...,::2": "1,3\n4,6\n", "matrix/items/0:1": "1,2,3\n",
		"list/items/5:20:5": "5\n10\n15\n", "list/items/-1": "999\n", "list/items/-2::-400": "998\n598\n198\n",
		"tools/items/%221:2%22": "odd\n", "tools/items/left": "gripper\n",
	} {
		r := c.do("GET", "/v1/robot/attributes/"+path, "", "Accept", "text/csv")
		if r.status != 200 || r.body != strings.TrimSuffix(want, "\n") {
			t.Errorf("%s: %d %q, want %q", path, r.status, r.body, want)
		}
	}
	for path, status := range map[string]int{"wave/items/20": 404, "wave/items/::0": 422, "matrix/items/0:1,0,0": 404, "wave/items/x": 404, "list/items/5000": 404} {
		if r := c.do("GET", "/v1/robot/attributes/"+path, ""); r.status != status {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

// TestForms has values as CSV and in numpy's format by what a client accepts, and as JSON where it
// accepts anything.
func TestForms(t *testing.T) {
	c := start(t, config(recorder(t, 3)))
	for accept, want := range map[string]string{
		"text/csv": "text/csv; charset=utf-8", "application/x-npy": arrays.NPYType, "application/json": "application/json", "": "application/json", "*/*": "application/json",
		"text/html, */*;q=0.8": "application/json", "text/csv;q=0.5, application/x-npy": arrays.NPYType, "application/json;q=0.1, text/csv;q=0.9": "text/csv; charset=utf-8",
	} {
		r := c.do("GET", "/v1/robot/attributes/wave", "", "Accept", accept)
		if got := r.header.Get("Content-Type"); r.status != 200 || got != want {
			t.Errorf("%q: %d %s %.100q", accept, r.status, got, r.body)
		}
	}
	r := c.do("GET", "/v1/robot/attributes/matrix?mode=npy", "")
	a, err := arrays.ReadNPY(strings.NewReader(r.body), 1<<20)
	if err != nil || fmt.Sprintf("%s%v%x", a.DType.Kind, a.Shape, a.Data) != "i2[2 3]010002000300040005000600" {
		t.Errorf("%d: %v, %v", r.status, a, err)
	}
	if r := c.do("POST", "/v1/robot/methods/make?mode=csv", "{}", "Content-Type", "application/json"); r.body != "0.0\n0.5\n1.0" {
		t.Errorf("%d %q", r.status, r.body)
	}
	for path, problem := range map[string]string{
		"attributes/tools?mode=npy": "not-acceptable", "attributes/tools/items/left?mode=npy": "not-acceptable", "attributes/tools?mode=csv": "not-acceptable", "attributes/wave?mode=arrow": "bad-request",
	} {
		r := c.do("GET", "/v1/robot/"+path, "")
		if !strings.Contains(r.body, "#"+problem+`"`) {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

// TestArrayBodies sets attributes to arrays in numpy's format, large ones too, and refuses
// something else.
func TestArrayBodies(t *testing.T) {
	c := start(t, config(recorder(t, 3)))
	numbers := make([]float64, 3_000_000)
	numbers[2_999_999] = 5
	array, err := py.NewArray(numbers)
	if err != nil {
		t.Fatal(err)
	}
	file, err := arrays.AppendNPY(nil, array.NDArray())
	if err != nil {
		t.Fatal(err)
	}
	if r := c.do("PUT", "/v1/robot/attributes/stored", string(file), "Content-Type", arrays.NPYType); r.status != 204 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := c.do("GET", "/v1/robot/attributes/stored?mode=npy", ""); r.body != string(file) {
		t.Errorf("%d bytes came back, want %d", len(r.body), len(file))
	}
	r := c.do("GET", "/v1/robot/attributes/stored/items/-2:?mode=csv", "")
	if r.body != "0.0\n5.0" {
		t.Errorf("%q", r.body)
	}
	for _, wrong := range []string{"", "1,2", string(file[:1000])} {
		if r := c.do("PUT", "/v1/robot/attributes/stored", wrong, "Content-Type", arrays.NPYType); r.status != 400 {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	// What came as JSON goes back as JSON.
	document := c.do("GET", "/v1/robot/attributes/stored", "").body
	if r := c.do("PUT", "/v1/robot/attributes/stored", document, "Content-Type", "application/json"); r.status != 204 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// TestBodiesShareRoom refuses a body for which there is no room beside the others, and takes it
// when there is.
func TestBodiesShareRoom(t *testing.T) {
	settings := config(recorder(t, 3))
	settings.Limits.Body, settings.Limits.Bodies = 4<<20, 4<<20
	c := start(t, settings)
	body := `{"value": "` + strings.Repeat("x", 3<<20) + `"}`
	put := func() int {
		r := c.do("PUT", "/v1/robot/attributes/stored", body, "Content-Type", "application/json")
		return r.status
	}
	if status := put(); status != 204 {
		t.Fatal(status)
	}
	hold := func() net.Conn {
		return dialRaw(t, c, "PUT /v1/robot/attributes/stored HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n"+
			body+strings.Repeat(" ", 800_000))
	}
	end := time.Now().Add(limit)
	conn := hold()
	for put() != 503 {
		if time.Now().After(end) {
			t.Fatal("never refused")
		}
		conn.Close() // the other came first, and this one was refused
		conn = hold()
	}
	conn.Close()
	for put() != 204 { // until the gateway has noticed
		if time.Now().After(end) {
			t.Fatal("never taken")
		}
	}
}

// TestSummary has what can be shown of values of any size.
func TestSummary(t *testing.T) {
	c := start(t, config(recorder(t, 1_000_000)))
	summary := func(path string) (s struct {
		Type, Repr string
		Whole      bool
		Bytes      int64
		Number     *float64
		Array      *struct {
			DType          any
			Shape          []int
			First, Last    []float64
			Min, Max, Mean float64
			Plot           struct{ Low, High []float64 }
			NaNs           int
		}
	}) {
		r := c.do("GET", "/v1/robot/attributes/"+path+"?mode=summary", "")
		if r.status != 200 || len(r.body) > 40_000 {
			t.Fatalf("%s: %d, %d bytes: %.300s", path, r.status, len(r.body), r.body)
		}
		document := struct{ Value any }{&s}
		if err := json.Unmarshal([]byte(r.body), &document); err != nil {
			t.Fatal(err)
		}
		return s
	}
	wave := summary("wave")
	if a := wave.Array; a == nil || a.DType != "<f8" || fmt.Sprint(a.Shape, a.First, a.Last) != "[1000000] [0 0.5 1] [499998.5 499999 499999.5]" || a.Min != 0 || a.Max != 499999.5 ||
		a.Mean != 249999.75 || len(a.Plot.Low) != 600 || a.Plot.High[599] != 499999.5 || wave.Bytes < 8_000_000 {
		t.Errorf("%+v", wave)
	}
	if list := summary("list"); list.Array == nil || list.Array.Max != 999 || list.Type != "list" || list.Whole {
		t.Errorf("%+v", list)
	}
	if tools := summary("tools"); tools.Array != nil || !strings.Contains(tools.Repr, "'left': 'gripper'") || !tools.Whole {
		t.Errorf("%+v", tools)
	}
	if number := summary("wave/items/" + url.PathEscape("3")); number.Number == nil || *number.Number != 1.5 {
		t.Errorf("%+v", number)
	}
}

// TestBodyDefaults holds that what the gateway hands out of an array it takes as well.
func TestBodyDefaults(t *testing.T) {
	limits := gateway.DefaultConfig().Limits
	if limits.Body < limits.Result || limits.Bodies < limits.Body {
		t.Errorf("%+v", limits)
	}
}
