package wire_test

import (
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

func ExampleProtocol() {
	p := wire.Protocol{Key: wire.NewKey([]byte("secret")), Serializer: "json"}
	frames, err := p.Format("tcp://127.0.0.1:8000", "factor_changed", py.Tuple{int64(3), int64(2), nil}, "")
	if err != nil {
		fmt.Println(err)
	}
	m, err := p.Parse(frames, wire.FromSender("tcp://127.0.0.1:8000"))
	if err != nil {
		fmt.Println(err)
	}
	var change struct {
		_        struct{} `pickle:",tuple"`
		Value    int
		OldValue int
		Other    any
	}
	err = p.Decode(&m, &change)
	fmt.Println(m.Topic, string(m.Body), change.OldValue, change.Value, err)
	// Output: factor_changed [3, 2, null] 2 3 <nil>
}

func ExampleError() {
	p := wire.Protocol{Key: wire.NewKey([]byte("secret"))}
	frames, err := wire.Protocol{}.Format("tcp://127.0.0.1:8000", "", "info", "")
	if err != nil {
		fmt.Println(err)
	}
	_, err = p.Parse(frames)
	var e *wire.Error
	if errors.As(err, &e) {
		fmt.Println(errors.Is(err, wire.ErrSignature), e.FromPeer)
	}
	fmt.Println(err)
	// Output:
	// true true
	// pizco/wire: the signature does not match
}

func ExampleProtocol_Answering() {
	request := wire.Message{Serializer: "pickle", Body: []byte("\x80\x02K\x08.")} // from a Python 2.7, whose highest is 2
	answer, err := wire.Protocol{}.Answering(&request).Encode(16)
	fmt.Printf("%q %v\n", answer, err)
	// Output: "\x80\x02K\x10." <nil>
}
