package goagent

import "github.com/pizco-go/pizco/py"

// maxJSONDepth bounds how deep jsonable looks for sets.
const maxJSONDepth = 100

// jsonable returns the value with lists in place of the sets in it, which json does not know. (The original's
// server never answers again once it has tried to send one.)
func jsonable(v any) any { return jsonableAt(v, maxJSONDepth) }

func jsonableAt(v any, depth int) any {
	if depth == 0 {
		return v
	}
	switch v := v.(type) {
	case *py.Set:
		return jsonableList(collected(v.All()), depth)
	case *py.FrozenSet:
		return jsonableList(collected(v.All()), depth)
	case py.Tuple:
		return jsonableList(v, depth)
	case *py.List:
		return jsonableList(v.Items, depth)
	case *py.Dict:
		out := &py.Dict{}
		out.Grow(v.Len())
		for key, value := range v.All() {
			_ = out.Set(key, jsonableAt(value, depth-1)) // it was a key already
		}
		return out
	}
	return v
}

func jsonableList(items []any, depth int) *py.List {
	out := &py.List{Items: make([]any, len(items))}
	for i, item := range items {
		out.Items[i] = jsonableAt(item, depth-1)
	}
	return out
}

func collected(all func(func(any) bool)) []any {
	var items []any
	for item := range all {
		items = append(items, item)
	}
	return items
}
