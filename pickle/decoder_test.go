package pickle_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/pizco-go/pizco/pickle"
)

func TestDecoderReadsOnePickleAfterAnother(t *testing.T) {
	stream := "I1\n.\x80\x04\x8c\x02hi\x94.(I2\nI3\nt.]."
	readers := map[string]func(io.Reader) io.Reader{
		"whole":     func(r io.Reader) io.Reader { return r },
		"one byte":  iotest.OneByteReader,
		"data, EOF": iotest.DataErrReader,
	}
	for name, wrap := range readers {
		d := pickle.NewDecoder(wrap(strings.NewReader(stream)))
		var n int
		var s string
		var pair [2]int
		var list []any
		for _, target := range []any{&n, &s, &pair, &list} {
			if err := d.Decode(target); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if n != 1 || s != "hi" || pair != [2]int{2, 3} || list == nil || d.InputOffset() != int64(len(stream)) {
			t.Errorf("%s: %v %v %v %v at %d", name, n, s, pair, list, d.InputOffset())
		}
		if err := d.Decode(&n); !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v at the end", name, err)
		}
	}
}

func TestDecoderGoesOnBehindAPickleThatDoesNotDecode(t *testing.T) {
	d := pickle.NewDecoder(strings.NewReader("0.I7\n.trailing"))
	var v any
	var syntax *pickle.SyntaxError
	if err := d.Decode(&v); !errors.As(err, &syntax) || syntax.Offset != 0 {
		t.Fatalf("POP of an empty stack: %v", err)
	}
	if err := d.Decode(&v); err != nil || v != int64(7) {
		t.Fatal(v, err)
	}
	rest, err := io.ReadAll(d.Buffered())
	if err != nil || string(rest) != "trailing" {
		t.Fatalf("%q %v", rest, err)
	}
}

// A frame may reach beyond the end of its pickle: io.BytesIO(stream) given to CPython's Unpickler,
// load() gives None and then True.
func TestDecoderOfFrameBeyondStop(t *testing.T) {
	const stream = "\x95\x04\x00\x00\x00\x00\x00\x00\x00N.\x88."
	d := pickle.NewDecoder(iotest.OneByteReader(strings.NewReader(stream)))
	var first, second any = 1, nil
	if err := errors.Join(d.Decode(&first), d.Decode(&second)); err != nil || first != nil || second != true {
		t.Errorf("%v, %v, %v", first, second, err)
	}
	var syntax *pickle.SyntaxError
	d = pickle.NewDecoder(strings.NewReader(stream[:len(stream)-1]))
	if err := d.Decode(&first); !errors.As(err, &syntax) || !errors.Is(err, io.ErrUnexpectedEOF) || syntax.Offset != 0 {
		t.Errorf("of a frame that is cut off: %v", err)
	}
}

func TestDecoderReportsWhereTheStreamIsCutOff(t *testing.T) {
	whole := "I1\n.\x80\x04\x95\x06\x00\x00\x00\x00\x00\x00\x00\x8c\x02hi\x94."
	for n := len("I1\n.") + 1; n < len(whole); n++ {
		d := pickle.NewDecoder(strings.NewReader(whole[:n]))
		var v any
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		var syntax *pickle.SyntaxError
		err := d.Decode(&v)
		if !errors.Is(err, io.ErrUnexpectedEOF) || !errors.As(err, &syntax) || syntax.Offset < 4 {
			t.Errorf("cut off at %d: %v", n, err)
		}
		if err := d.Decode(&v); !errors.Is(err, io.EOF) {
			t.Errorf("cut off at %d, then: %v", n, err)
		}
	}
}

func TestDecoderDoesNotTrustLengths(t *testing.T) {
	huge := "\x8e\x00\x00\x00\x00\x00\x00\x01\x00abc"
	var v any
	var limit *pickle.LimitError
	if err := pickle.NewDecoder(strings.NewReader(huge)).Decode(&v); !errors.As(err, &limit) || limit.Limit != "WithMaxInput" {
		t.Errorf("a length of 2^48: %v", err)
	}
	endless := io.MultiReader(strings.NewReader("V"), neverEnding('x'))
	if err := pickle.NewDecoder(endless, pickle.WithMaxInput(1<<20)).Decode(&v); !errors.As(err, &limit) {
		t.Errorf("an endless line: %v", err)
	}
	if err := pickle.NewDecoder(strings.NewReader("N."), pickle.WithMaxInput(0)).Decode(&v); err == nil {
		t.Error("an option out of range is accepted")
	}
}

type neverEnding byte

func (b neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

func TestSharedMemo(t *testing.T) {
	for protocol := 0; protocol <= 5; protocol++ {
		var stream bytes.Buffer
		enc := pickle.NewEncoder(&stream, pickle.Protocol(protocol))
		shared := []byte("shared bytes")
		if err := enc.Encode(shared); err != nil {
			t.Fatal(err)
		}
		if err := enc.Encode(shared); err != nil {
			t.Fatal(err)
		}
		d := pickle.NewDecoder(&stream, pickle.WithSharedMemo())
		var first, second any
		if err := d.Decode(&first); err != nil {
			t.Fatal(err)
		}
		if err := d.Decode(&second); err != nil {
			t.Fatal(err)
		}
		a, _ := first.([]byte)
		b, _ := second.([]byte)
		if len(a) == 0 || len(b) == 0 || &a[0] != &b[0] {
			t.Errorf("protocol %d: %v and %v are not the same", protocol, first, second)
		}
	}
}
