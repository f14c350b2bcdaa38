package jsonser

// scanned is the largest depth at which a scan is quicker than a map.
const scanned = 32

// openSet holds the containers that are being written at the moment, outermost first.
type openSet struct {
	stack []any
	deep  map[any]bool // those below the first ones, once there are many
}

func (s *openSet) len() int { return len(s.stack) }

// has reports whether the container is open; nil never is.
func (s *openSet) has(owner any) bool {
	if owner == nil {
		return false
	}
	for _, o := range s.stack[:min(len(s.stack), scanned)] {
		if o == owner {
			return true
		}
	}
	return s.deep[owner]
}

func (s *openSet) enter(owner any) {
	if len(s.stack) >= scanned && owner != nil {
		if s.deep == nil {
			s.deep = map[any]bool{}
		}
		s.deep[owner] = true
	}
	s.stack = append(s.stack, owner)
}

// leave closes the innermost container.
func (s *openSet) leave(owner any) {
	s.stack = s.stack[:len(s.stack)-1]
	if len(s.stack) >= scanned && owner != nil {
		delete(s.deep, owner)
	}
}
