package gateway

import (
	"net/http"
	"strings"

	"github.com/pizco-go/pizco/goagent"
)

// insistence returns the options of a read: with insist=1 the target is asked for the value itself,
// which ends it when it is an original that cannot send the value. A target that is exposed for
// reading only is not to be ended by a reader.
func insistence(r *http.Request, t *target) ([]goagent.GetOption, error) {
	text, given := queryValue(r, "insist")
	switch {
	case !given, text == "0":
		return nil, nil
	case text == "1":
	default:
		return nil, badRequest("insist is not 0 or 1")
	}
	if t.config.ReadOnly {
		return nil, &problem{
			Type: problemReadOnly, Status: http.StatusForbidden,
			Detail: "insist=1 could stop the target",
		}
	}
	return []goagent.GetOption{goagent.WithInsist()}, nil
}

// shownRepr is how much of a repr a problem shows, in bytes.
const shownRepr = 4096

// unsafeRead is the problem of a value that the target was not asked for.
func unsafeRead(e *goagent.UnsafeReadError) *problem {
	text := e.Repr
	if len(text) > shownRepr {
		text = strings.ToValidUTF8(text[:shownRepr], "") + "..."
	}
	return &problem{
		Type: problemUnsafe, Status: http.StatusConflict, Detail: e.Reason + "; add ?insist=1 to read it all the same", Repr: text,
	}
}
