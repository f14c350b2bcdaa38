package wire

import "github.com/pizco-go/pizco/jsonser"

const jsonName = "json"

type jsonSerializer struct {
	maxOutput int   // in bytes; 0 is what jsonser allows
	memory    int64 // that the values which are read may take; 0 is the default
}

func (jsonSerializer) Name() string { return jsonName }

func (s jsonSerializer) Marshal(v any) ([]byte, error) {
	if s.maxOutput > 0 {
		return jsonser.Marshal(v, jsonser.WithMaxOutput(s.maxOutput))
	}
	return jsonser.Marshal(v)
}

func (s jsonSerializer) appendTo(dst []byte, v any) ([]byte, error) {
	text, err := s.Marshal(v)
	if err != nil || len(dst) == 0 {
		return text, err
	}
	return append(dst, text...), nil
}

func (s jsonSerializer) Unmarshal(data []byte, v any) error {
	if s.memory > 0 {
		return jsonser.Unmarshal(data, v, jsonser.WithMaxMemory(s.memory))
	}
	return jsonser.Unmarshal(data, v)
}
