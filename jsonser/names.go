package jsonser

// scannedNames is the largest number of names for which a scan is quicker than a map.
const scannedNames = 16

// names are the names of a document, each one string.
type names struct {
	first []string
	rest  map[string]string
}

// get returns the name with these characters.
func (n *names) get(chars []byte) string {
	for _, name := range n.first {
		if name == string(chars) {
			return name
		}
	}
	if name, ok := n.rest[string(chars)]; ok {
		return name
	}
	name := string(chars)
	if len(n.first) < scannedNames {
		n.first = append(n.first, name)
		return name
	}
	if n.rest == nil {
		n.rest = map[string]string{}
	}
	n.rest[name] = name
	return name
}
