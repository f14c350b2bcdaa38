package peer

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// maxMessage bounds a message, so that a peer that prints by mistake is found out.
const maxMessage = 256 << 20

// Hello is how a peer describes itself.
type Hello struct {
	Name      string `json:"name"`
	Language  string `json:"language"`
	Libraries string `json:"libraries"`
	// Host is the address that the peer's sockets are bound to, Alias another name for it, if there
	// is one.
	Host        string   `json:"host"`
	Alias       string   `json:"alias"`
	Ops         []string `json:"ops"`
	Serializers []string `json:"serializers"`
	Transports  []string `json:"transports"`
	Features    []string `json:"features"`
}

// Params are a request's members besides id and op.
type Params map[string]any

type answer struct {
	ID     uint64          `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  string          `json:"error"`
}

// WriteMessage writes v in JSON behind its length.
func WriteMessage(w io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...))
	return err
}

// ReadMessage reads what WriteMessage writes.
func ReadMessage(r io.Reader, v any) error {
	var prefix [4]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return err
	}
	size := binary.BigEndian.Uint32(prefix[:])
	if size > maxMessage {
		return fmt.Errorf("pizco/interop/peer: a message of %d bytes; does the peer print to its standard output?", size)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}
