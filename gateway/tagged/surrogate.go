package tagged

// A lone surrogate is three bytes in a str of package py: 0xED, then 0xA0 to 0xAF for a high one
// and 0xB0 to 0xBF for a low one. In JSON a high one before a low one is read as the character that
// the pair stands for.
const (
	surrogateLead = 0xED
	highSurrogate = 0xA0
	lowSurrogate  = 0xB0
	surrogateSize = 3
)

// splitPairAt returns where the low one of the next pair of lone surrogates begins, or -1.
func splitPairAt(text string) int {
	for i := 0; i+2*surrogateSize <= len(text); i++ {
		if text[i] == surrogateLead && text[i+1]&0xF0 == highSurrogate &&
			text[i+surrogateSize] == surrogateLead && text[i+surrogateSize+1]&0xF0 == lowSurrogate {
			return i + surrogateSize
		}
	}
	return -1
}

func hasSplitPair(text string) bool { return splitPairAt(text) >= 0 }

// splitPairs returns the parts of a str that has such pairs.
func splitPairs(text string) []any {
	var parts []any
	for at := splitPairAt(text); at >= 0; at = splitPairAt(text) {
		parts = append(parts, text[:at])
		text = text[at:]
	}
	return append(parts, text)
}
