package wire

import "errors"

const jsonName = "json"

type jsonSerializer struct{}

func (jsonSerializer) Name() string { return jsonName }

func (jsonSerializer) Marshal(any) ([]byte, error) { return nil, errNotYet }

func (jsonSerializer) Unmarshal([]byte, any) error { return errNotYet }

var errNotYet = errors.New("pizco/wire: the serializers are not connected yet")
