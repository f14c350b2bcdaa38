package value

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ParseJSON returns the value that json.loads makes of a text. It knows no NaN and no Infinity.
func ParseJSON(text []byte) (Value, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	v, err := nextJSON(dec)
	if err != nil {
		return Value{}, fmt.Errorf("pizco/interop: json: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Value{}, fmt.Errorf("pizco/interop: json: text after the value")
	}
	return v, nil
}

func nextJSON(dec *json.Decoder) (Value, error) {
	token, err := dec.Token()
	if err != nil {
		return Value{}, err
	}
	switch token := token.(type) {
	case nil:
		return Nil, nil
	case bool:
		return Value{Tag: Bool, Text: strconv.FormatBool(token)}, nil
	case string:
		return OfString(token), nil
	case json.Number:
		if !strings.ContainsAny(string(token), ".eE") {
			return Value{Tag: Int, Text: string(token)}, nil
		}
		f, err := token.Float64()
		return Value{Tag: Float, Text: FloatText(f)}, err
	case json.Delim:
		if token == '[' {
			return listFromJSON(dec)
		}
		return dictFromJSON(dec)
	}
	return Value{}, fmt.Errorf("unexpected %v", token)
}

func listFromJSON(dec *json.Decoder) (Value, error) {
	out := OfList()
	for dec.More() {
		item, err := nextJSON(dec)
		if err != nil {
			return Value{}, err
		}
		out.Items = append(out.Items, item)
	}
	_, err := dec.Token()
	return out, err
}

func dictFromJSON(dec *json.Decoder) (Value, error) {
	out := OfDict()
	at := map[string]int{}
	for dec.More() {
		key, err := nextJSON(dec)
		if err != nil {
			return Value{}, err
		}
		val, err := nextJSON(dec)
		if err != nil {
			return Value{}, err
		}
		if i, twice := at[key.Text]; twice {
			out.Pairs[i][1] = val
			continue
		}
		at[key.Text] = len(out.Pairs)
		out.Pairs = append(out.Pairs, [2]Value{key, val})
	}
	_, err := dec.Token()
	return out, err
}
