package wire

import "github.com/pizco-go/pizco/jsonser"

const jsonName = "json"

type jsonSerializer struct {
	maxOutput int // in bytes; 0 is what jsonser allows
}

func (jsonSerializer) Name() string { return jsonName }

func (s jsonSerializer) Marshal(v any) ([]byte, error) {
	if s.maxOutput > 0 {
		return jsonser.Marshal(v, jsonser.WithMaxOutput(s.maxOutput))
	}
	return jsonser.Marshal(v)
}

func (jsonSerializer) Unmarshal(data []byte, v any) error { return jsonser.Unmarshal(data, v) }
