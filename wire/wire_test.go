package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

func TestErrorsTellWhoIsToBlame(t *testing.T) {
	good := split("PZC00+s+t", "json", "1", "id", "")
	parse := func(p wire.Protocol, frames ...string) error {
		m, err := p.Parse(split(frames...))
		if err != nil {
			return err
		}
		var v any
		return p.Decode(&m, &v)
	}
	format := func(p wire.Protocol, sender, topic string, content any, id string) error {
		_, err := p.Format(sender, topic, content, id)
		return err
	}
	var none wire.Protocol
	signed := wire.Protocol{Key: wire.NewKey([]byte("secret"))}
	small := wire.Protocol{Limits: wire.Limits{Text: 9, Content: 3}}
	var number int
	tests := []struct {
		err      error
		kind     error
		fromPeer bool
		want     string
	}{
		{parse(none, "a", "b"), wire.ErrFrameCount, true, "pizco/wire: wrong number of frames: expected 5, received 2"},
		{parse(signed, "PZC00+s+t", "json", "1", "id", ""), wire.ErrSignature, true, "pizco/wire: the signature does not match"},
		{parse(none, "\xff", "json", "1", "id", ""), wire.ErrEncoding, true, "the header is not UTF-8"},
		{parse(none, "PZC00+s", "json", "1", "id", ""), wire.ErrEncoding, true, "the header has 2 parts instead of 3"},
		{parse(none, "PZC00+s+t", "\xff", "1", "id", ""), wire.ErrEncoding, true, "the serializer's name is not UTF-8"},
		{parse(none, "PZC00+s+t", "json", "1", "\xff", ""), wire.ErrEncoding, true, "the message id is not UTF-8"},
		{parse(none, "PZC01+s+t", "json", "1", "id", ""), wire.ErrHeader, true, `wrong header: want "PZC00", received "PZC01"`},
		{parse(none, strings.Repeat("x", 300)+"++", "json", "1", "id", ""), wire.ErrHeader, true, strings.Repeat("x", 200) + `…"`},
		{parse(none, "PZC00+s+t", "yaml", "1", "id", ""), wire.ErrSerializer, true, `invalid serializer: "yaml"`},
		{parse(none, "PZC00+s+t", "json", "[", "id", ""), wire.ErrContent, true, "Expecting value"},
		{parse(none, "PZC00+s+t", "pickle", "K", "id", ""), wire.ErrContent, true, "reading pickle"},
		{parse(small, "PZC00+s+tt", "json", "1", "id", ""), wire.ErrTooLarge, true, "frame 0 has 10 bytes, the limit is 9"},
		{parse(small, "PZC00+s+t", "json", "1234", "id", ""), wire.ErrTooLarge, true, "frame 2 has 4 bytes, the limit is 3"},
		{parse(small, "PZC00+s+t", "json", "1", "id", strings.Repeat("x", 10)), wire.ErrTooLarge, true, "frame 4"},
		{second(none.Parse(good, wire.FromSender("x"))), wire.ErrSender, true, `want "x", received "s"`},
		{second(none.Parse(good, wire.WithID("x"))), wire.ErrID, true, `want "x", received "id"`},
		{none.Decode(&wire.Message{Serializer: "yaml"}, &number), wire.ErrSerializer, true, "yaml"},
		{none.Decode(&wire.Message{Serializer: "json", Body: []byte(`"x"`)}, &number), wire.ErrContent, true, "cannot assign str to int"},
		{format(none, "a+b", "", nil, ""), wire.ErrUnsendable, false, `sender "a+b" has a + in it`},
		{format(none, "", "a+b", nil, ""), wire.ErrUnsendable, false, `topic "a+b" has a + in it`},
		{format(none, "\xff", "", nil, ""), wire.ErrUnsendable, false, "is not UTF-8"},
		{format(none, "\xed\xa0\x80", "", nil, ""), wire.ErrUnsendable, false, "is not UTF-8"},
		{format(none, "", "", nil, "\xff"), wire.ErrUnsendable, false, "the message id is not UTF-8"},
		{format(none, "", "", make(chan int), ""), wire.ErrContent, false, "writing pickle"},
		{format(wire.Protocol{Serializer: "json"}, "", "", &py.Set{}, ""), wire.ErrContent, false, "Object of type set is not JSON serializable"},
		{format(wire.Protocol{Serializer: "yaml"}, "", "", nil, ""), wire.ErrSerializer, false, `invalid serializer: "yaml"`},
		{format(wire.Protocol{Serializer: "pickle6"}, "", "", nil, ""), wire.ErrSerializer, false, "pickle protocol must be <= 5"},
		{format(wire.Protocol{PlainPickle: 6}, "", "", nil, ""), wire.ErrSerializer, false, "PlainPickle is 6"},
		{format(wire.Protocol{PlainPickle: -1}, "", "", nil, ""), wire.ErrSerializer, false, "PlainPickle is -1"},
		{second(wire.Header("+", "")), wire.ErrUnsendable, false, "sender"},
		{second(none.FormatBody("+", "", nil, "")), wire.ErrUnsendable, false, "sender"},
	}
	for _, test := range tests {
		var e *wire.Error
		if !errors.Is(test.err, test.kind) || !errors.As(test.err, &e) || e.FromPeer != test.fromPeer || !strings.Contains(fmt.Sprint(test.err), test.want) {
			t.Errorf("%v, want %q", test.err, test.want)
		}
	}
	var conversion *py.ConversionError
	if err := none.Decode(&wire.Message{Serializer: "json", Body: []byte(`"x"`)}, &number); !errors.As(err, &conversion) {
		t.Errorf("the serializer's error is lost: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestKeyIsNeverPrinted looks for the key in everything that prints.
func TestKeyIsNeverPrinted(t *testing.T) {
	const key = "hunter2!"
	p := wire.Protocol{Key: wire.NewKey([]byte(key))}
	if _, err := p.Format("s", "t", nil, ""); err != nil { // the key's hash is pooled now
		t.Fatal(err)
	}
	type holder struct {
		Exported wire.Protocol
		private  wire.Protocol
		pointer  *wire.Protocol
		key      wire.Key
	}
	h := holder{p, p, &p, p.Key}
	var printed strings.Builder
	for _, v := range []any{p, &p, p.Key, &p.Key, h, &h, []wire.Key{p.Key}, map[string]wire.Key{"k": p.Key}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b", "%o", "%c", "%U", "%t", "%e"} {
			fmt.Fprintf(&printed, verb+"\n", v)
		}
		text, err := json.Marshal(v)
		fmt.Fprintf(&printed, "%s %v\n", text, err)
		for _, handler := range []slog.Handler{slog.NewTextHandler(&printed, nil), slog.NewJSONHandler(&printed, nil)} {
			slog.New(handler).Info("message", "value", v, slog.Any("any", v))
		}
	}
	_, err := p.Parse(split("PZC00+s+t", "json", "1", "id", "wrong"))
	fmt.Fprintln(&printed, err)
	decimal := strings.Trim(fmt.Sprintf("%d", []byte(key)), "[]")
	for _, form := range []string{key, fmt.Sprintf("%x", key), fmt.Sprintf("%X", key), decimal, strings.ReplaceAll(decimal, " ", ", "), fmt.Sprintf("%#v", []byte(key)), "aHVudGVyMiE"} {
		if strings.Contains(printed.String(), form) {
			at := strings.Index(printed.String(), form)
			t.Errorf("the key is printed as %q: %s", form, printed.String()[max(0, at-200):at+40])
		}
	}
	if !strings.Contains(printed.String(), "[redacted]") {
		t.Error("nothing tells that there is a key")
	}
}

func TestKey(t *testing.T) {
	secret := []byte("secret")
	key := wire.NewKey(secret)
	same, other := wire.NewKey([]byte("secret")), wire.NewKey([]byte("other"))
	secret[0] = 'x'
	if !key.Equal(same) || key.Equal(other) || key.Equal(wire.Key{}) || (wire.Key{}).Equal(key) || !(wire.Key{}).Equal(wire.NewKey(nil)) {
		t.Error("keys do not compare")
	}
	if key.IsZero() || !wire.NewKey([]byte{}).IsZero() {
		t.Error("keys do not know whether they are there")
	}
	frames, err := wire.Protocol{Key: key}.Format("s", "t", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				if _, err := (wire.Protocol{Key: key}).Parse(frames); err != nil {
					t.Error(err)
				}
				if _, err := (wire.Protocol{Key: other}).Parse(frames); !errors.Is(err, wire.ErrSignature) {
					t.Errorf("another key: %v", err)
				}
			}
		})
	}
	group.Wait()
	if _, err := (wire.Protocol{}).Parse(frames); err != nil {
		t.Errorf("a side without a key: %v", err)
	}
	for i := range frames {
		changed := append([][]byte(nil), frames...)
		changed[i] = append([]byte("x"), frames[i]...)
		if _, err := (wire.Protocol{Key: key}).Parse(changed); !errors.Is(err, wire.ErrSignature) {
			t.Errorf("frame %d is changed: %v", i, err)
		}
	}
}

func TestAnswering(t *testing.T) {
	content := py.Tuple{"x"}
	for _, row := range []struct {
		serializer string
		protocol   int // of the request's content
		want       string
		wantProto  byte
	}{
		{"pickle", 2, "pickle", 2},
		{"pickle", 4, "pickle", 4},
		{"pickle", 5, "pickle", 5},
		{"pickle", 0, "pickle0", 0},
		{"pickle2", 2, "pickle2", 2},
		{"pickle4", 3, "pickle3", 3},
		{"pickle-1", 5, "pickle5", 5},
		{"picklefoo", 4, "pickle4", 4},
	} {
		m := wire.Message{Serializer: row.serializer, Body: pickled(t, content, row.protocol)}
		p := wire.Protocol{Serializer: "json", PlainPickle: 3}.Answering(&m)
		frames, err := p.Format("s", "t", content, "")
		if err != nil || string(frames[1]) != row.want {
			t.Errorf("%+v: %q, %v", row, frames, err)
			continue
		}
		answer := wire.Message{Serializer: string(frames[1]), Body: frames[2]}
		if proto, ok := answer.PickleProtocol(); !ok || proto != int(row.wantProto) {
			t.Errorf("%+v: answered in %d", row, proto)
		}
	}
	m := wire.Message{Serializer: "json", Body: []byte("1")}
	frames, err := wire.Protocol{}.Answering(&m).Format("s", "t", content, "")
	if err != nil || string(frames[1]) != "json" || string(frames[2]) != `["x"]` {
		t.Errorf("json: %q, %v", frames, err)
	}
	if _, ok := m.PickleProtocol(); ok {
		t.Error("json has a pickle protocol")
	}
	future := wire.Message{Serializer: "pickle", Body: []byte{0x80, 99, '.'}}
	if p := (wire.Protocol{}).Answering(&future); p.PlainPickle != 5 {
		t.Errorf("a pickle protocol that is not known yet is answered in %d", p.PlainPickle)
	}
}

func TestFromEnv(t *testing.T) {
	for _, row := range []struct{ key, serializer, name string }{
		{"", "", "pickle"}, {"clé", "json", "json"}, {"secret", "pickle2", "pickle2"},
	} {
		t.Setenv(wire.EnvKey, row.key)
		t.Setenv(wire.EnvSerializer, row.serializer)
		p, err := wire.FromEnv()
		if err != nil || !p.Key.Equal(wire.NewKey([]byte(row.key))) {
			t.Errorf("%+v: %v, %v", row, p, err)
		}
		frames, err := p.Format("s", "t", nil, "")
		if err != nil || string(frames[1]) != row.name {
			t.Errorf("%+v: %q, %v", row, frames, err)
		}
	}
	t.Setenv(wire.EnvSerializer, "yaml")
	if _, err := wire.FromEnv(); !errors.Is(err, wire.ErrSerializer) {
		t.Errorf("yaml: %v", err)
	}
}

func TestFormat(t *testing.T) {
	body := []byte("body")
	frames, err := wire.Protocol{Serializer: "json"}.FormatBody("s", "t", body, "")
	if err != nil || len(frames) != 5 || &frames[2][0] != &body[0] || len(frames[4]) != 0 {
		t.Fatalf("%q, %v", frames, err)
	}
	id, err := uuid.ParseBytes(bytes.TrimPrefix(frames[3], []byte("urn:uuid:")))
	if err != nil || id.Version() != 4 || len(frames[3]) != len("urn:uuid:")+36 {
		t.Errorf("the id is %q: %v", frames[3], err)
	}
	if first := wire.NewID(); first == wire.NewID() {
		t.Error("ids come twice")
	}
	// The small frames lie in one piece of memory; growing one must not touch the next.
	want := string(frames[1])
	_ = append(frames[0], "xxxxxxxx"...)
	if string(frames[1]) != want {
		t.Errorf("growing the header makes the serializer %q", frames[1])
	}
	header, err := wire.Header("s", "t")
	if err != nil || string(header) != "PZC00+s+t" || !bytes.Equal(header, frames[0]) {
		t.Errorf("header %q, %v", header, err)
	}
}

func TestParseSharesTheBody(t *testing.T) {
	frames := split("PZC00+s+t", "pickle", "body", "id", "")
	m, err := wire.Protocol{}.Parse(frames)
	if err != nil || &m.Body[0] != &frames[2][0] {
		t.Errorf("%+v, %v", m, err)
	}
	want := wire.Message{Sender: "s", Topic: "t", Serializer: "pickle", Body: []byte("body"), ID: "id"}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("%+v", m)
	}
}

func TestPickleOptions(t *testing.T) {
	m := wire.Message{Serializer: "pickle", Body: pickled(t, py.NewList(py.NewList(py.NewList())), 2)}
	var v any
	var limit *pickle.LimitError
	if err := (wire.Protocol{PickleDecode: pickle.WithMaxDepth(1)}).Decode(&m, &v); !errors.As(err, &limit) {
		t.Errorf("a limit does not hold: %v", err)
	}
	body, err := wire.Protocol{Serializer: "pickle0", PickleEncode: pickle.WriteAs(3, 6)}.Encode(1)
	if err != nil || string(body) != "L1L\n." {
		t.Errorf("Python 3.6 writes %q, %v", body, err)
	}
	s, err := wire.Lookup("pickle2")
	if err != nil || s.Name() != "pickle2" {
		t.Fatal(s, err)
	}
	if body, err := s.Marshal(7); err != nil || string(body) != "\x80\x02K\x07." {
		t.Errorf("%q, %v", body, err)
	}
	var n int
	if err := s.Unmarshal([]byte("\x80\x02K\x07."), &n); err != nil || n != 7 {
		t.Errorf("%d, %v", n, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, m := range append(badMessages(), received{frames: split("PZC00+s+t", "pickle", "\x80\x04K\x01.", "id", "")}) {
		var frames [6][]byte
		copy(frames[:], m.frames)
		f.Add(len(m.frames), frames[0], frames[1], frames[2], frames[3], frames[4], m.key)
	}
	f.Fuzz(func(t *testing.T, count int, header, serializer, body, id, signature []byte, key string) {
		frames := [][]byte{header, serializer, body, id, signature}
		if count >= 0 && count < len(frames) {
			frames = frames[:count]
		}
		p := wire.Protocol{Key: wire.NewKey([]byte(key))}
		m, err := p.Parse(frames)
		if err != nil {
			var e *wire.Error
			if !errors.As(err, &e) || !e.FromPeer {
				t.Fatalf("%v", err)
			}
			return
		}
		if formed, err := wire.Header(m.Sender, m.Topic); err != nil || !bytes.Equal(formed, header) {
			t.Fatalf("the header %q is formed as %q, %v", header, formed, err)
		}
		if m.Serializer != string(serializer) || m.ID != string(id) || !bytes.Equal(m.Body, body) {
			t.Fatalf("%q is parsed as %+v", frames, m)
		}
		var v any
		if err := p.Decode(&m, &v); err != nil {
			return
		}
		frames, err = p.Answering(&m).Format(m.Sender, m.Topic, v, "id")
		if err != nil {
			return // what pickle can carry may be more than it can write again
		}
		if _, err := p.Parse(frames, wire.FromSender(m.Sender), wire.WithID("id")); err != nil {
			t.Fatalf("the answer %q: %v", frames, err)
		}
	})
}

func BenchmarkFormat(b *testing.B) {
	for _, p := range benchmarkProtocols() {
		b.Run(p.name, func(b *testing.B) {
			body := make([]byte, 100)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.FormatBody("tcp://127.0.0.1:8000", "", body, "urn:uuid:12345678-1234-4234-8234-123456789abc"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, p := range benchmarkProtocols() {
		b.Run(p.name, func(b *testing.B) {
			frames, err := p.FormatBody("tcp://127.0.0.1:8000", "", make([]byte, 100), "")
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Parse(frames); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchmarkProtocols() []struct {
	name string
	wire.Protocol
} {
	return []struct {
		name string
		wire.Protocol
	}{{"unsigned", wire.Protocol{}}, {"signed", wire.Protocol{Key: wire.NewKey([]byte("secret"))}}}
}

// TestAllocations holds Format and Parse to the pieces of memory that they cannot do without: the
// small frames and the list of frames; the header's and the id's text.
func TestAllocations(t *testing.T) {
	body := make([]byte, 100)
	for _, p := range benchmarkProtocols() {
		frames, err := p.FormatBody("s", "t", body, "id")
		if err != nil {
			t.Fatal(err)
		}
		format := testing.AllocsPerRun(100, func() { _, _ = p.FormatBody("s", "t", body, "id") })
		parse := testing.AllocsPerRun(100, func() { _, _ = p.Parse(frames) })
		if raceEnabled {
			t.Logf("%s: Format %v, Parse %v; not held to anything under the race detector", p.name, format, parse)
		} else if format > 2 || parse > 2 {
			t.Errorf("%s: Format takes %v allocations, Parse %v", p.name, format, parse)
		}
	}
}

func TestJSONThatSharingInflatesIsRefused(t *testing.T) {
	shared := py.NewList("0123456789")
	for range 60 {
		shared = py.NewList(shared, shared)
	}
	for _, p := range []wire.Protocol{{Serializer: "json"}, {Serializer: "json", Limits: wire.Limits{JSON: 1000}}} {
		if _, err := p.Encode(shared); !errors.Is(err, wire.ErrContent) {
			t.Errorf("%v: %v", p.Limits, err)
		}
	}
	small := wire.Protocol{Serializer: "json", Limits: wire.Limits{JSON: 3}}
	if _, err := small.Encode("1"); err != nil {
		t.Errorf("a content of the size of the limit: %v", err)
	}
	if _, err := small.Encode("12"); !errors.Is(err, wire.ErrContent) {
		t.Errorf("a content over the limit: %v", err)
	}
}
