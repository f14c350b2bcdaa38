package wire

import "github.com/pizco-go/pizco/jsonser"

const jsonName = "json"

type jsonSerializer struct{}

func (jsonSerializer) Name() string { return jsonName }

func (jsonSerializer) Marshal(v any) ([]byte, error) { return jsonser.Marshal(v) }

func (jsonSerializer) Unmarshal(data []byte, v any) error { return jsonser.Unmarshal(data, v) }
