package corpus

import _ "embed"

var (
	//go:embed science.py
	science string
	//go:embed testdata/science.gz
	storedScience []byte
)

// ScienceScript returns the program that pickles what packages of the scientific Python world make,
// and reads the pickles that they bring along as files. Those have names that begin with "file/".
func ScienceScript() string { return science }

// StoredScience calls use for each of the stored vectors of these packages.
func StoredScience(use func(Vector) error) error {
	return readVectors("testdata/science.gz", storedScience, use)
}
