package pickle_test

import (
	"bytes"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// TestPayloadAt looks for the elements of an array in what is written of it.
func TestPayloadAt(t *testing.T) {
	elements := bytes.Repeat([]byte("element "), 20_000)
	for protocol := 3; protocol <= 5; protocol++ {
		for name, value := range map[string]any{
			"bytes": elements, "nested": py.Tuple{"PSMessage", "return", py.NewList(elements)}, "a bytearray": &py.ByteArray{Bytes: elements},
		} {
			data, err := pickle.Marshal(value, pickle.Protocol(protocol))
			if err != nil {
				t.Fatal(err)
			}
			want := bytes.Index(data, elements)
			if got := pickle.PayloadAt(data[:100], len(data)); got != want {
				t.Errorf("protocol %d, %s: %d, want %d", protocol, name, got, want)
			}
		}
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "a cut header": []byte("\x80\x04B\xff\xff"), "no bytes": []byte("\x80\x04K\x01."),
		"more than there is": []byte("\x80\x04B\xff\xff\xff\x00."), "a size of 64 bits": []byte("\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\xff."),
	} {
		if got := pickle.PayloadAt(data, len(data)); got != 0 {
			t.Errorf("%s: %d, want 0", name, got)
		}
	}
}
