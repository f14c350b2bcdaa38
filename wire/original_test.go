package wire_test

import (
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// original is a running class Protocol of the original.
type original struct {
	t       *testing.T
	process *pyenv.Process
	// Highest is the highest pickle protocol of its Python, which plain "pickle" means there.
	Highest int
	minor   int
}

func startOriginal(t *testing.T, python pyenv.Interpreter) *original {
	t.Helper()
	o := &original{t: t, process: python.Start(t, "protocol.py")}
	o.process.Ready(o)
	_, minor, _ := strings.Cut(python.Version, ".")
	var err error
	if o.minor, err = strconv.Atoi(minor); err != nil {
		t.Fatal(err)
	}
	return o
}

type request struct {
	Key         string   `json:"key"`
	Serializer  string   `json:"serializer"`
	Content     string   `json:"content,omitempty"`
	Sender      string   `json:"sender"`
	Topic       string   `json:"topic"`
	ID          string   `json:"msgid"`
	Frames      []string `json:"frames,omitempty"`
	CheckSender *string  `json:"check_sender"`
	CheckID     *string  `json:"check_msgid"`
}

type reply struct {
	Frames  []string
	Sender  string
	Topic   string
	ID      string `json:"msgid"`
	Content string
	Error   string
}

func (o *original) ask(r any) reply {
	o.t.Helper()
	line, err := json.Marshal(r)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := o.process.WriteLine(string(line)); err != nil {
		o.t.Fatal(err)
	}
	text, err := o.process.ReadLine(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	var a reply
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		o.t.Fatal(err)
	}
	return a
}

// parse has frames parsed. An empty list of frames is one too.
func (o *original) parse(key string, frames [][]byte, sender, id string) reply {
	o.t.Helper()
	return o.ask(struct {
		request
		Frames []string `json:"frames"`
	}{request{Key: key, CheckSender: &sender, CheckID: &id}, hexFrames(frames)})
}

func hexFrames(frames [][]byte) []string {
	texts := make([]string, len(frames))
	for i, f := range frames {
		texts[i] = hex.EncodeToString(f)
	}
	return texts
}

func unhex(t *testing.T, texts ...string) [][]byte {
	t.Helper()
	frames := make([][]byte, len(texts))
	for i, text := range texts {
		f, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		frames[i] = f
	}
	return frames
}

func pickled(t *testing.T, v any, protocol int) []byte {
	t.Helper()
	p, err := pickle.Marshal(v, pickle.Protocol(protocol))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// contents are what messages carry: no string comes twice in any of them, since which of equal
// strings are one object is not the wire's affair.
func contents() []any {
	options := py.StrDict(py.Item{Key: "name", Value: "calculate"}, py.Item{Key: "method", Value: "__call__"}, py.Item{Key: "args", Value: py.Tuple{int64(8)}})
	return []any{"", "info", nil, int64(42), 0.1, py.NewList(true, "é\U0001f600"), py.Tuple{"PSMessage", "exec", options}}
}

var keys = []string{"", "secret", "clé\U0001f600"}

func (o *original) serializers() []string {
	names := []string{"pickle", "json"}
	for n := range o.Highest + 1 {
		names = append(names, fmt.Sprint("pickle", n))
	}
	return names
}

// protocol returns the Go side's equal of the original's Protocol(key, serializer).
func (o *original) protocol(key, serializer string) wire.Protocol {
	return wire.Protocol{Key: wire.NewKey([]byte(key)), Serializer: serializer, PlainPickle: o.Highest, PickleEncode: pickle.WriteAs(3, o.minor)}
}

// TestFormatLikeTheOriginal compares every frame that both format, and has each parse the other's.
func TestFormatLikeTheOriginal(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			o := startOriginal(t, python)
			for _, key := range keys {
				for _, serializer := range o.serializers() {
					for i, content := range contents() {
						o.compareFormat(key, serializer, []string{"", "top", "été"}[i%3], content)
					}
				}
			}
		})
	}
}

func (o *original) compareFormat(key, serializer, topic string, content any) {
	o.t.Helper()
	const sender, id = "tcp://127.0.0.1:8000", "urn:uuid:12345678-1234-4234-8234-123456789abc"
	p := o.protocol(key, serializer)
	frames, err := p.Format(sender, topic, content, id)
	if err != nil {
		o.t.Errorf("%q %s: %v", key, serializer, err)
		return
	}
	theirs := o.ask(request{Key: key, Serializer: serializer, Content: hex.EncodeToString(pickled(o.t, content, 4)), Sender: sender, Topic: topic, ID: id})
	if !slices.Equal(theirs.Frames, hexFrames(frames)) {
		o.t.Errorf("%q %s %v: %s; the original's: %v", key, serializer, content, hexFrames(frames), theirs)
	}
	back := o.parse(key, frames, sender, id)
	if back.Error != "" || back.Sender != sender || back.Topic != topic || back.ID != id {
		o.t.Errorf("%q %s %v: the original parses %+v", key, serializer, content, back)
	}
	m, err := p.Parse(unhex(o.t, theirs.Frames...), wire.FromSender(sender), wire.WithID(id))
	if err != nil || m.Sender != sender || m.Topic != topic || m.ID != id || m.Serializer != serializer {
		o.t.Errorf("%q %s %v: %+v, %v", key, serializer, content, m, err)
	}
	o.compareContent(p, &m, back)
}

// compareContent compares the values that both have decoded.
func (o *original) compareContent(p wire.Protocol, m *wire.Message, theirs reply) {
	o.t.Helper()
	var ours, python any
	if err := p.Decode(m, &ours); err != nil {
		o.t.Errorf("%s %q: %v", m.Serializer, m.Body, err)
		return
	}
	if err := pickle.Unmarshal(unhex(o.t, theirs.Content)[0], &python); err != nil {
		o.t.Fatal(err)
	}
	if same, err := py.Equal(ours, python); err != nil || !same {
		o.t.Errorf("%s %q: %#v, the original has %#v (%v)", m.Serializer, m.Body, ours, python, err)
	}
}

//go:embed testdata/vectors.json
var vectorsJSON []byte

var update = flag.Bool("update", false, "have the newest Python's original make testdata/vectors.json again")

// vector is a message that the original has formatted.
type vector struct {
	Python string   `json:"python"`
	Asked  request  `json:"asked"`
	Frames []string `json:"frames"`
}

// TestVectors formats and parses messages that the original made, without it.
func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
		return
	}
	var vectors []vector
	if err := json.Unmarshal(vectorsJSON, &vectors); err != nil || len(vectors) == 0 {
		t.Fatalf("%d vectors, %v", len(vectors), err)
	}
	for _, v := range vectors {
		checkVector(t, v)
	}
}

func checkVector(t *testing.T, v vector) {
	t.Helper()
	var content any
	if err := pickle.Unmarshal(unhex(t, v.Asked.Content)[0], &content); err != nil {
		t.Fatal(err)
	}
	p := wire.Protocol{Key: wire.NewKey([]byte(v.Asked.Key)), Serializer: v.Asked.Serializer, PlainPickle: 5}
	frames, err := p.Format(v.Asked.Sender, v.Asked.Topic, content, v.Asked.ID)
	if err != nil || !slices.Equal(hexFrames(frames), v.Frames) {
		t.Errorf("%+v: %s, %v", v, hexFrames(frames), err)
	}
	m, err := p.Parse(unhex(t, v.Frames...), wire.FromSender(v.Asked.Sender), wire.WithID(v.Asked.ID))
	if err != nil || m.Topic != v.Asked.Topic || m.Serializer != v.Asked.Serializer {
		t.Errorf("%+v: %+v, %v", v, m, err)
	}
	var decoded any
	if err := p.Decode(&m, &decoded); err != nil {
		t.Errorf("%+v: %v", v, err)
	}
	again, err := p.Encode(decoded)
	if err != nil || hex.EncodeToString(again) != v.Frames[2] {
		t.Errorf("%+v: the content comes back as %x, %v", v, again, err)
	}
}

func writeVectors(t *testing.T) {
	t.Helper()
	python := pyenv.Newest(t)
	o := startOriginal(t, python)
	var vectors []vector
	for i, content := range contents() {
		for j, serializer := range o.serializers() {
			asked := request{
				Key: keys[(i+j)%len(keys)], Serializer: serializer, Sender: "tcp://127.0.0.1:8000", Topic: []string{"", "factor_changed", "été"}[i%3],
				ID: "urn:uuid:12345678-1234-4234-8234-123456789abc", Content: hex.EncodeToString(pickled(t, content, 2)),
			}
			vectors = append(vectors, vector{python.Version, asked, o.ask(asked).Frames})
		}
	}
	text, err := json.MarshalIndent(vectors, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/vectors.json", append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

// serializerNames are names that int() has an opinion about.
var serializerNames = []string{
	"pickle", "pickle0", "pickle4", "pickle6", "pickle-1", "pickle -1", "pickle 2", "pickle 2 ", "pickle\t\n2\v\f\r", "pickle+2", "pickle02", "pickle1_0", "pickle0_2", "pickle_2",
	"pickle2_", "pickle\u0662", "pickle\u3000\u0662", "pickle\u3000-\U0001d7d0", "pickle\x1f2", "pickle\x1f\u0662", "pickle\x1c\uff12\x1d", "picklex", "pickle99", "pickle-99", "pickle-9223372036854775808",
	"pickle-9223372036854775809", "pickle9223372036854775807", "pickle99999999999999999999", "pickle-99999999999999999999", "pickle2.0", "pickle0x2", "Pickle", "json", "json2", "pickle-0",
	"pickle+-1", "pickle- 1", "pickle 0__2", "pickle\x002", "pickle2\x00", "pickle ", "pickle-", "pickle+", "pickle\u00b2", "pickle\u0085\u0662", "pickle\u00a02", " pickle", "pickl", "pickle½", "pickle0002", "pickle-_1",
}

// TestSerializerNames compares which names can be written, and what they write.
func TestSerializerNames(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			o := startOriginal(t, python)
			for _, name := range append(serializerNames, o.digits()...) {
				o.compareName(name)
			}
		})
	}
}

// digits are names with the digits 2 of all scripts that Python 3.6 knows already.
func (o *original) digits() []string {
	var names []string
	for _, zero := range []rune{0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xE50, 0x1040, 0x17E0, 0x1810, 0xA620, 0xFF10, 0x104A0, 0x11066, 0x1D7CE, 0x1D7D8, 0x1D7F6} {
		names = append(names, "pickle"+string(zero+2))
	}
	return names
}

func (o *original) compareName(name string) {
	o.t.Helper()
	content := py.NewList(true)
	frames, err := o.protocol("", name).Format("s", "t", content, "id")
	theirs := o.ask(request{Serializer: name, Content: hex.EncodeToString(pickled(o.t, content, 4)), Sender: "s", Topic: "t", ID: "id"})
	// 5 is a protocol that only Python 3.8 and later write.
	tooNew := o.Highest < 5 && err == nil && strings.Contains(theirs.Error, "pickle protocol must be")
	if (err != nil) != (theirs.Error != "") && !tooNew {
		o.t.Errorf("%q: %v; the original: %q", name, err, theirs.Error)
	}
	if err != nil && !errors.Is(err, wire.ErrSerializer) {
		o.t.Errorf("%q: %v", name, err)
	}
	if err == nil && theirs.Error == "" && !slices.Equal(theirs.Frames, hexFrames(frames)) {
		o.t.Errorf("%q: %s; the original's: %s", name, hexFrames(frames), theirs.Frames)
	}
	if _, looked := wire.Lookup(name); (looked != nil) != (err != nil) {
		o.t.Errorf("Lookup(%q): %v; Format: %v", name, looked, err)
	}
}

// kindOf returns our name for an error of the original's parse.
func kindOf(message string) error {
	for _, k := range []struct {
		words string
		kind  error
	}{
		{"wrong number of parts", wire.ErrFrameCount},
		{"signature does not match", wire.ErrSignature},
		{"Could not decode or split", wire.ErrEncoding},
		{"Wrong header", wire.ErrHeader},
		{"Wrong Sender", wire.ErrSender},
		{"Wrong Message ID", wire.ErrID},
		{"Invalid serializer", wire.ErrSerializer},
		{"Could not deserialize", wire.ErrContent},
	} {
		if strings.Contains(message, k.words) {
			return k.kind
		}
	}
	return nil
}

// TestParseLikeTheOriginal gives both the same frames, good and bad, and compares what they make of
// them.
func TestParseLikeTheOriginal(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			o := startOriginal(t, python)
			refused := 0
			messages := append(badMessages(), generatedMessages(t, 2000)...)
			for _, bad := range messages {
				if o.compareParse(bad) {
					refused++
				}
			}
			// A table that is accepted or refused as a whole would prove nothing.
			if refused < len(messages)/4 || refused == len(messages) {
				t.Errorf("%d of %d messages are refused", refused, len(messages))
			}
		})
	}
}

// received is a message as it is received, and what is expected of it.
type received struct {
	key, sender, id string
	frames          [][]byte
}

func (o *original) compareParse(r received) (refused bool) {
	o.t.Helper()
	p := wire.Protocol{Key: wire.NewKey([]byte(r.key))}
	theirs := o.parse(r.key, r.frames, r.sender, r.id)
	m, err := p.Parse(r.frames, wire.FromSender(r.sender), wire.WithID(r.id))
	if err == nil {
		var content any
		err = p.Decode(&m, &content)
	}
	var ours *wire.Error
	switch {
	case theirs.Error == "" && err == nil:
		o.compareContent(p, &m, theirs)
	case theirs.Error == "":
		o.t.Errorf("%q: %v; the original parses it", r.frames, err)
	case !errors.As(err, &ours) || !errors.Is(err, kindOf(theirs.Error)) || !ours.FromPeer:
		o.t.Errorf("%q: %v; the original: %s", r.frames, err, theirs.Error)
	}
	return theirs.Error != ""
}

func split(frames ...string) [][]byte {
	split := make([][]byte, len(frames))
	for i, f := range frames {
		split[i] = []byte(f)
	}
	return split
}

// badMessages are messages with one or two things wrong, which shows what is looked at first, and
// some with nothing wrong.
func badMessages() []received {
	const header, body, id = "PZC00+s+t", `{"a": 1}`, "id"
	var messages []received
	add := func(frames ...string) { messages = append(messages, received{frames: split(frames...)}) }
	for n := range 5 {
		add(slices.Repeat([]string{"x"}, n)...)
	}
	add(header, "json", body, id, "")
	add(header, "json", body, id, "any signature")
	add(header, "json", body, id, "", "more", "frames")
	for _, h := range []string{"", "PZC00", "PZC00+s", "PZC00+s+t+u", "PZC00++", "++", "pzc00+s+t", "PZC01+s+t", "PZC00 +s+t", "XPZC00+s+t", "PZC00+s+t\xff", "PZC00+\xed\xa0\x80+t", "PZC00+é+\U0001f600", "PZC00+s\x00+t"} {
		add(h, "json", body, id, "")
		add(h, "nonsense", body, id, "")
	}
	for _, s := range []string{"", "JSON", "json ", "xpickle", "pickl", "json\xff", "\xff", "yaml"} {
		add(header, s, body, id, "")
		add("PZC01+s+t", s, "[", id, "")
	}
	for _, s := range []string{"pickle", "pickle2", "picklefoo", "pickle\x00", "pickle 99", "pickleé"} {
		add(header, s, "\x80\x02K\x01.", id, "")
		add(header, s, "\x80\x02K", id, "")
		add(header, s, "", id, "")
		add(header, s, "{}", id, "")
	}
	for _, b := range []string{"", "{", "[1,]", "nul", "\xff", "\xef\xbb\xbf1", "1\x00", "Infinity", `"\ud800"`} {
		add(header, "json", b, id, "")
	}
	for _, i := range []string{"", "\xff", "é"} {
		add(header, "json", body, i, "")
	}
	for _, checks := range [][2]string{{"s", "id"}, {"x", "id"}, {"s", "x"}, {"x", "x"}, {"x", ""}, {"", "x"}, {"S", ""}} {
		for _, serializer := range []string{"json", "yaml"} {
			messages = append(messages, received{sender: checks[0], id: checks[1], frames: split(header, serializer, body, id, "")})
			messages = append(messages, received{sender: checks[0], id: checks[1], frames: split("PZC02+s+t", serializer, body, id, "")})
		}
	}
	return messages
}

// generatedMessages are signed or unsigned messages with up to two bytes changed. The contents are
// JSON, since Python would run what a damaged pickle says.
func generatedMessages(t *testing.T, n int) []received {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	messages := make([]received, n)
	for i := range messages {
		key := keys[r.IntN(len(keys))]
		p := wire.Protocol{Key: wire.NewKey([]byte(key)), Serializer: "json"}
		frames, err := p.Format("tcp://é:1", "topic", contents()[r.IntN(len(contents()))], "id")
		if err != nil {
			t.Fatal(err)
		}
		m := received{key: key, frames: frames}
		if r.IntN(3) == 0 {
			m.sender, m.id = "tcp://é:1", "id"
		}
		if r.IntN(2) == 0 {
			m.key = keys[r.IntN(len(keys))]
		}
		damage(r, m.frames)
		messages[i] = m
	}
	return messages
}

func damage(r *rand.Rand, frames [][]byte) {
	for range r.IntN(3) {
		i := r.IntN(len(frames))
		f := slices.Clone(frames[i])
		at := r.IntN(len(f) + 1)
		token := "PZC0+1\xff\xed\xa0json\"{}[]:,"[r.IntN(19)]
		switch {
		case at == len(f) || r.IntN(3) == 0:
			f = slices.Insert(f, at, token)
		case r.IntN(2) == 0:
			f[at] = token
		default:
			f = slices.Delete(f, at, at+1)
		}
		frames[i] = f
	}
}
