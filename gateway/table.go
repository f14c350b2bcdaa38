package gateway

import (
	"context"
	"errors"
	"net/http"

	"github.com/pizco-go/pizco/internal/arrays"
	"github.com/pizco-go/pizco/internal/errtext"
)

// encodeTable writes a value of a target as CSV or as numpy's file format, as long as the client
// waits for it.
func (g *Gateway) encodeTable(ctx context.Context, m mode, v any) (body []byte, contentType string, err error) {
	if m == modeCSV {
		body, err = arrays.AppendCSV(nil, v, g.config.Limits.Result, ctx.Err)
		return body, arrays.CSVType + "; charset=utf-8", withoutForm(err)
	}
	a, ok := arrays.Of(v)
	if !ok {
		a, ok = arrays.FromNumbers(v)
	}
	if !ok {
		return nil, "", &problem{Type: problemForm, Status: http.StatusNotAcceptable, Detail: "the value is not an array, nor lists of numbers that numpy makes one of"}
	}
	if int64(len(a.Data)) > g.config.Limits.Result {
		return nil, "", &unencodableError{errors.New("it is more than " + sizeText(g.config.Limits.Result))}
	}
	body, err = arrays.AppendNPY(make([]byte, 0, len(a.Data)+npyHeader), a)
	return body, arrays.NPYType, withoutForm(err)
}

// npyHeader is about how many bytes a .npy file has before its elements.
const npyHeader = 256

// withoutForm returns the problem with a value that does not have the form that is asked for.
func withoutForm(err error) error {
	if none, ok := errors.AsType[*arrays.FormError](err); ok {
		return &problem{Type: problemForm, Status: http.StatusNotAcceptable, Detail: errtext.Bare(none.Error())}
	}
	return err
}
