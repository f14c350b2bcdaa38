package value

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// UnmarshalYAML reads a value as case files write it.
func (v *Value) UnmarshalYAML(node *yaml.Node) error {
	parsed, err := fromYAML(node)
	if err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	*v = parsed
	return nil
}

func fromYAML(node *yaml.Node) (Value, error) {
	switch node.Kind {
	case yaml.AliasNode:
		return fromYAML(node.Alias)
	case yaml.ScalarNode:
		return scalarFromYAML(node)
	case yaml.SequenceNode:
		items, err := itemsFromYAML(node)
		return Value{Tag: List, Items: items}, err
	case yaml.MappingNode:
		if len(node.Content) == 2 && strings.HasPrefix(node.Content[0].Value, "$") {
			return taggedFromYAML(Tag(node.Content[0].Value[1:]), node.Content[1])
		}
		return dictFromYAML(node)
	}
	return Value{}, fmt.Errorf("pizco/interop: a value cannot be written so")
}

func scalarFromYAML(node *yaml.Node) (Value, error) {
	switch node.ShortTag() {
	case "!!null":
		return Nil, nil
	case "!!bool":
		return Value{Tag: Bool, Text: strings.ToLower(node.Value)}, nil
	case "!!int":
		n, ok := new(big.Int).SetString(node.Value, 0)
		if !ok {
			return Value{}, fmt.Errorf("pizco/interop: int %q", node.Value)
		}
		return Value{Tag: Int, Text: n.String()}, nil
	case "!!float":
		// An integer beyond 64 bits counts as a float in YAML.
		if n, ok := new(big.Int).SetString(node.Value, 10); ok {
			return Value{Tag: Int, Text: n.String()}, nil
		}
		var f float64
		err := node.Decode(&f)
		return Value{Tag: Float, Text: FloatText(f)}, err
	case "!!str":
		return OfString(node.Value), nil
	}
	return Value{}, fmt.Errorf("pizco/interop: a value cannot be a %s", node.ShortTag())
}

func itemsFromYAML(node *yaml.Node) ([]Value, error) {
	items := make([]Value, len(node.Content))
	for i, child := range node.Content {
		if err := items[i].UnmarshalYAML(child); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func dictFromYAML(node *yaml.Node) (Value, error) {
	items, err := itemsFromYAML(node)
	if err != nil {
		return Value{}, err
	}
	d := OfDict()
	for i := 0; i < len(items); i += 2 {
		d.Pairs = append(d.Pairs, [2]Value{items[i], items[i+1]})
	}
	return d, nil
}

func taggedFromYAML(tag Tag, node *yaml.Node) (Value, error) {
	if node.Kind == yaml.ScalarNode {
		return tagged(tag, node.Value)
	}
	if Shapes[tag] == Pairs && node.Kind == yaml.MappingNode {
		d, err := dictFromYAML(node)
		return Value{Tag: tag, Pairs: d.Pairs}, err
	}
	items, err := itemsFromYAML(node)
	if err != nil {
		return Value{}, err
	}
	// tagged takes what encoding/json reads; the detour through text keeps one reader for both.
	var v Value
	text, err := marshal(map[string][]Value{"$" + string(tag): orEmpty(items)})
	if err != nil {
		return Value{}, err
	}
	err = v.UnmarshalJSON(text)
	return v, err
}

// FloatText returns Python's repr of f.
func FloatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	exponent := 0
	if f != 0 {
		text := strconv.FormatFloat(f, 'e', -1, 64)
		exponent, _ = strconv.Atoi(text[strings.IndexByte(text, 'e')+1:])
	}
	if -4 <= exponent && exponent < 16 {
		text := strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	}
	return strconv.FormatFloat(f, 'e', -1, 64)
}
