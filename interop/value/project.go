package value

import "fmt"

// ThroughJSON returns what a value is once it has been through Python's json module: tuples are
// lists, keys are str. It fails for what json.dumps refuses, with the reason.
func ThroughJSON(v Value) (Value, error) {
	switch v.Tag {
	case None, Bool, Int, Float, Str:
		return v, nil
	case List, Tuple:
		out := Value{Tag: List}
		for _, item := range v.Items {
			projected, err := ThroughJSON(item)
			if err != nil {
				return Value{}, err
			}
			out.Items = append(out.Items, projected)
		}
		return out, nil
	case Dict, "ordereddict", "counter":
		return dictThroughJSON(v.Pairs)
	case "defaultdict":
		return ThroughJSON(v.Items[1])
	}
	return Value{}, fmt.Errorf("json cannot carry a %s", v.Tag)
}

func dictThroughJSON(pairs [][2]Value) (Value, error) {
	out := OfDict()
	at := map[string]int{}
	for _, p := range pairs {
		key, err := jsonKey(p[0])
		if err != nil {
			return Value{}, err
		}
		projected, err := ThroughJSON(p[1])
		if err != nil {
			return Value{}, err
		}
		// Of keys that become equal, the place of the first and the value of the last stay, as
		// json.loads has it.
		if i, ok := at[key]; ok {
			out.Pairs[i][1] = projected
			continue
		}
		at[key] = len(out.Pairs)
		out.Pairs = append(out.Pairs, [2]Value{OfString(key), projected})
	}
	return out, nil
}

func jsonKey(v Value) (string, error) {
	switch v.Tag {
	case Str, Int:
		return v.Text, nil
	case None:
		return "null", nil
	case Bool:
		return v.Text, nil
	case Float:
		switch v.Text {
		case "nan":
			return "NaN", nil
		case "inf":
			return "Infinity", nil
		case "-inf":
			return "-Infinity", nil
		}
		return v.Text, nil
	}
	return "", fmt.Errorf("json cannot carry a %s as a key", v.Tag)
}
