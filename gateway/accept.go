package gateway

import (
	"mime"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/internal/arrays"
)

// acceptedMode returns the mode of the media type that a client prefers among those it accepts, or
// nothing when it has no preference. The first of several that are equally good wins.
func acceptedMode(accept []string) string {
	best, chosen := 0.0, ""
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		typ, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		quality := 1.0
		if text, given := parameters["q"]; given {
			if quality, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		name, known := modeOfType(typ, parameters["mode"])
		if known && quality > best {
			best, chosen = quality, name
		}
	}
	return chosen
}

// modeOfType returns the mode of a media type.
func modeOfType(typ, parameter string) (name string, known bool) {
	switch typ {
	case jsonType:
		return parameter, true
	case arrays.CSVType:
		return string(modeCSV), true
	case arrays.NPYType:
		return string(modeNPY), true
	case "*/*", "application/*":
		return "", true
	}
	return "", false
}
