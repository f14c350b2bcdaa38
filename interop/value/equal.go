package value

import "sort"

// Equal reports whether both are the same value of the same types: 1, 1.0 and True differ, a dict's
// order counts, a set's does not.
func Equal(a, b Value) bool { return a.canonical().String() == b.canonical().String() }

// Same is Equal, except that the order of dicts does not count either.
func Same(a, b Value) bool { return a.sorted().String() == b.sorted().String() }

// canonical sorts the elements of sets.
func (v Value) canonical() Value {
	return v.rebuild(func(t Tag) bool { return t == Set || t == FrozenSet })
}

// sorted sorts the elements of sets and the pairs of dicts.
func (v Value) sorted() Value {
	return v.rebuild(func(t Tag) bool { return t == Set || t == FrozenSet || t == Dict || t == "counter" })
}

func (v Value) rebuild(unordered func(Tag) bool) Value {
	out := Value{Tag: v.Tag, Text: v.Text}
	for _, item := range v.Items {
		out.Items = append(out.Items, item.rebuild(unordered))
	}
	for _, p := range v.Pairs {
		out.Pairs = append(out.Pairs, [2]Value{p[0].rebuild(unordered), p[1].rebuild(unordered)})
	}
	if unordered(v.Tag) {
		sort.Slice(out.Items, func(i, j int) bool { return out.Items[i].String() < out.Items[j].String() })
		sort.Slice(out.Pairs, func(i, j int) bool { return out.Pairs[i][0].String() < out.Pairs[j][0].String() })
	}
	return out
}
