package value

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// MarshalJSON returns the value in its one JSON form.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.Tag {
	case None:
		return []byte("null"), nil
	case Bool:
		return []byte(v.Text), nil
	case Int:
		if smallInt(v.Text) {
			return []byte(v.Text), nil
		}
	case Str:
		if isPlainText(v.Text) {
			return marshal(v.Text)
		}
		return marshal(map[string]string{"$str": base64.StdEncoding.EncodeToString([]byte(v.Text))})
	case List:
		return marshal(orEmpty(v.Items))
	}
	shape, ok := Shapes[v.Tag]
	if !ok {
		return nil, fmt.Errorf("pizco/interop: no tag %q", v.Tag)
	}
	member := "$" + string(v.Tag)
	switch shape {
	case Text:
		return marshal(map[string]string{member: v.Text})
	case Items:
		return marshal(map[string][]Value{member: orEmpty(v.Items)})
	default:
		return marshal(map[string][][2]Value{member: orEmpty(v.Pairs)})
	}
}

func orEmpty[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimRight(buf.Bytes(), "\n"), err
}

// UnmarshalJSON reads the JSON form.
func (v *Value) UnmarshalJSON(text []byte) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var raw any
	if err := dec.Decode(&raw); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("pizco/interop: text after a value")
	}
	parsed, err := fromJSON(raw)
	*v = parsed
	return err
}

func fromJSON(raw any) (Value, error) {
	switch raw := raw.(type) {
	case nil:
		return Nil, nil
	case bool:
		return Value{Tag: Bool, Text: fmt.Sprint(raw)}, nil
	case string:
		return OfString(raw), nil
	case json.Number:
		if strings.ContainsAny(string(raw), ".eE") {
			return Value{}, fmt.Errorf(`pizco/interop: number %s: floats are {"$float": "…"}`, raw)
		}
		return Value{Tag: Int, Text: string(raw)}, nil
	case []any:
		items, err := itemsFromJSON(raw)
		return Value{Tag: List, Items: items}, err
	case map[string]any:
		return taggedFromJSON(raw)
	}
	return Value{}, fmt.Errorf("pizco/interop: a value cannot be %T", raw)
}

func itemsFromJSON(raw []any) ([]Value, error) {
	items := make([]Value, len(raw))
	for i := range raw {
		var err error
		if items[i], err = fromJSON(raw[i]); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func taggedFromJSON(raw map[string]any) (Value, error) {
	for member, body := range raw {
		if !strings.HasPrefix(member, "$") || len(raw) != 1 {
			break
		}
		return tagged(Tag(member[1:]), body)
	}
	return Value{}, fmt.Errorf(`pizco/interop: an object must have one member that begins with "$"`)
}

func tagged(tag Tag, body any) (Value, error) {
	shape, ok := Shapes[tag]
	if !ok {
		return Value{}, fmt.Errorf("pizco/interop: no tag $%s", tag)
	}
	v := Value{Tag: tag}
	if shape == Text {
		text, ok := body.(string)
		if !ok {
			return Value{}, fmt.Errorf("pizco/interop: $%s takes a string", tag)
		}
		if tag == Str {
			decoded, err := base64.StdEncoding.DecodeString(text)
			return OfString(string(decoded)), err
		}
		v.Text = text
		return v, nil
	}
	list, ok := body.([]any)
	if !ok {
		return Value{}, fmt.Errorf("pizco/interop: $%s takes an array", tag)
	}
	items, err := itemsFromJSON(list)
	if err != nil || shape == Items {
		v.Items = items
		return v, err
	}
	for _, item := range items {
		if item.Tag != List || len(item.Items) != 2 {
			return Value{}, fmt.Errorf("pizco/interop: $%s takes an array of pairs", tag)
		}
		v.Pairs = append(v.Pairs, [2]Value{item.Items[0], item.Items[1]})
	}
	return v, nil
}
