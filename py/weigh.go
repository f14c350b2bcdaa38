package py

import "math/big"

const (
	// freeWork is the number of items that a conversion may build whatever it is given.
	freeWork = 1 << 20
	// sharedWork bounds how many times larger than the graph the Go values may become that are
	// built from it, where a graph holds the same container many times.
	sharedWork = 4
	// bytesPerItem is how many bytes of a bytes object count as one item.
	bytesPerItem = 8
	// bytesPerElement is how many bytes of the elements of a slice count as one item.
	bytesPerElement = 32
	// bitsPerItem is how many bits of a large number count as one item.
	bitsPerItem = 64
)

// weigh returns the number of items of all containers of a graph, each container counted once.
func weigh(root any) int {
	items := 0
	for v := range containers(root) {
		items += 1 + size(v)
	}
	return items
}

func size(v any) int {
	switch v := v.(type) {
	case []byte:
		return len(v) / bytesPerItem
	case *big.Int:
		return v.BitLen() / bitsPerItem
	case *ByteArray:
		return len(v.Bytes) / bytesPerItem
	case *Buffer:
		return len(v.Bytes) / bytesPerItem
	case Tuple:
		return len(v)
	case *List:
		return v.Len()
	case *Set:
		return v.Len()
	case *FrozenSet:
		return v.Len()
	case *Dict:
		return 2 * v.Len()
	case *Object:
		return len(v.Args) + len(v.ListItems) + 2*len(v.DictItems)
	}
	return 0
}
