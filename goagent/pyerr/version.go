package pyerr

// Version is a version of CPython whose words and whose pickles of exceptions are followed. The
// zero Version is [Newest].
type Version struct{ Major, Minor int }

// Newest is the newest version that this library knows.
var Newest = Version{3, 13}

// AtLeast reports whether v is Python 3.minor or newer.
func (v Version) AtLeast(minor int) bool {
	if v == (Version{}) {
		v = Newest
	}
	return v.Major > 3 || v.Major == 3 && v.Minor >= minor
}
