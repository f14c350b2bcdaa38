package zmtp

import (
	"cmp"
	"slices"
	"strings"
)

// tree has values by topics, and finds those whose topics a text begins with in the time that it
// takes to read the text. It is not safe for concurrent use.
type tree[V any] struct{ root branch[V] }

// branch is a topic or the common beginning of several. Its label is what it adds to its parent's
// text.
type branch[V any] struct {
	label    string
	parent   *branch[V]
	children []*branch[V] // in the order of the first bytes of their labels, which differ
	// value is the topic's, and used is set while there is a topic that ends here.
	value V
	used  bool
}

// topic returns the text of a branch.
func (b *branch[V]) topic() string {
	var labels []string
	for ; b != nil; b = b.parent {
		labels = append(labels, b.label)
	}
	slices.Reverse(labels)
	return strings.Join(labels, "")
}

// child returns the place of the child whose label begins with that byte, and whether there is one.
func (b *branch[V]) child(first byte) (int, bool) {
	return slices.BinarySearchFunc(b.children, first, func(c *branch[V], first byte) int { return cmp.Compare(c.label[0], first) })
}

// find returns the branch of a topic, or nil.
func (t *tree[V]) find(topic string) *branch[V] {
	b := &t.root
	for topic != "" {
		i, ok := b.child(topic[0])
		if !ok || !strings.HasPrefix(topic, b.children[i].label) {
			return nil
		}
		b = b.children[i]
		topic = topic[len(b.label):]
	}
	if !b.used {
		return nil
	}
	return b
}

// insert returns the branch of a topic, and makes it if needed.
func (t *tree[V]) insert(topic string) *branch[V] {
	b := &t.root
	for topic != "" {
		i, ok := b.child(topic[0])
		if !ok {
			leaf := &branch[V]{label: topic, parent: b}
			b.children = slices.Insert(b.children, i, leaf)
			b = leaf
			break
		}
		next := b.children[i]
		if common := commonPrefix(topic, next.label); common < len(next.label) {
			next = next.split(common)
			b.children[i] = next
		}
		b = next
		topic = topic[len(b.label):]
	}
	b.used = true
	return b
}

// split puts a branch between one and its parent, which has the first bytes of its label.
func (b *branch[V]) split(at int) *branch[V] {
	middle := &branch[V]{label: b.label[:at], parent: b.parent, children: []*branch[V]{b}}
	b.label, b.parent = b.label[at:], middle
	return middle
}

// remove takes a topic out.
func (t *tree[V]) remove(b *branch[V]) {
	var zero V
	b.value, b.used = zero, false
	for b.parent != nil && !b.used {
		switch len(b.children) {
		case 0:
			parent := b.parent
			if i, ok := parent.child(b.label[0]); ok {
				parent.children = slices.Delete(parent.children, i, i+1)
			}
			b = parent
		case 1: // its only child takes its place
			child := b.children[0]
			if i, ok := b.parent.child(b.label[0]); ok {
				b.parent.children[i] = child
			}
			child.label, child.parent = b.label+child.label, b.parent
			return
		default:
			return
		}
	}
}

// match calls visit with each branch whose topic the text begins with, the shortest first.
func (t *tree[V]) match(text []byte, visit func(*branch[V])) {
	for b := &t.root; ; {
		if b.used {
			visit(b)
		}
		if len(text) == 0 {
			return
		}
		i, ok := b.child(text[0])
		if !ok {
			return
		}
		b = b.children[i]
		if len(text) < len(b.label) || string(text[:len(b.label)]) != b.label {
			return
		}
		text = text[len(b.label):]
	}
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
