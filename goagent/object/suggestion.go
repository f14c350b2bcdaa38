package object

// suggestion returns the one of names that is most like name, or "" when none is like enough. It
// chooses as CPython does for its "Did you mean" (Python/suggestions.c, _Py_CalculateSuggestions).
func suggestion(name string, names []string) string {
	best, bestDistance := "", -1
	for _, candidate := range names {
		if candidate == name {
			continue
		}
		limit := (len(name) + len(candidate) + 3) * moveCost / 6
		if bestDistance >= 0 {
			limit = min(limit, bestDistance-1)
		}
		if d := editDistance(name, candidate, limit); d <= limit {
			best, bestDistance = candidate, d
		}
	}
	return best
}

const (
	moveCost         = 2  // of one insertion, deletion or substitution
	caseCost         = 1  // of writing a letter in the other case
	longestComparand = 40 // what is longer is never alike
)

// editDistance is the Levenshtein distance in which a change of case counts half; it may stop with
// any value above limit.
func editDistance(a, b string, limit int) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	switch {
	case a == "" || b == "":
		return (len(a) + len(b)) * moveCost
	case len(a) > longestComparand || len(b) > longestComparand:
		return limit + 1
	}
	row := make([]int, len(a)+1)
	for i := range row {
		row[i] = i * moveCost
	}
	for j := range len(b) {
		diagonal := row[0]
		row[0] = (j + 1) * moveCost
		for i := range len(a) {
			substituted := diagonal + substitutionCost(a[i], b[j])
			diagonal = row[i+1]
			row[i+1] = min(substituted, min(row[i], row[i+1])+moveCost)
		}
	}
	return row[len(a)]
}

func substitutionCost(a, b byte) int {
	switch {
	case a == b:
		return 0
	case lower(a) == lower(b):
		return caseCost
	}
	return moveCost
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
