package py

// Tuple is a Python tuple. Its identity is its backing array, so a copy of the slice
// header is the same tuple. A Tuple must not be changed once it is shared.
type Tuple []any

// List is a Python list. Its identity is its pointer.
type List struct {
	// Items are the list's items in order.
	Items []any
}

// NewList returns a list of the given items, which it keeps without copying.
func NewList(items ...any) *List { return &List{Items: items} }

// Len returns the number of items.
func (l *List) Len() int { return len(l.Items) }

// Append adds items at the end.
func (l *List) Append(items ...any) { l.Items = append(l.Items, items...) }

// ByteArray is a Python bytearray. Its identity is its pointer.
type ByteArray struct {
	// Bytes is the content.
	Bytes []byte
}
