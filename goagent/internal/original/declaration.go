package original

import (
	"context"
	"errors"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// declare asks a signal what values it is emitted with, and notes them as parameters. A signal
// that does not know yet has none.
func (s *Server) declare(ctx context.Context, m *object.MemberInfo) error {
	var count int
	var several, more bool
	for _, question := range []struct {
		name   string
		target any
	}{{psmessage.SignalNargs, &count}, {psmessage.SignalVarargs, &several}, {psmessage.SignalVarkwargs, &more}} {
		value, err := s.attributeOf(ctx, m.Name, question.name)
		if err == nil {
			err = py.Assign(question.target, value)
		}
		if err != nil {
			return undeclared(err)
		}
	}
	keywords, known, err := s.keywordsOf(ctx, m.Name)
	if err != nil || !known || count < 0 {
		return undeclared(err)
	}
	m.Params, m.HasParams = signalParams(count, keywords, several, more), true
	return nil
}

// undeclared is the error of a declaration that cannot be read: none when the server has answered.
func undeclared(err error) error {
	_, raised := asRaised(err)
	_, misfit := errors.AsType[*py.ConversionError](err)
	if raised || misfit {
		return nil
	}
	return err
}

// attributeOf asks for an attribute of a member.
func (s *Server) attributeOf(ctx context.Context, member, name string) (any, error) {
	return s.Exec(ctx, member, getAttribute, name)
}

// keywordsOf returns the keywords of a signal. In Python 3 a signal that has learned them from its
// first emission has a view of a dict there, which the server cannot send: it never answers again
// when it is asked for it. So it is asked to call the list first, and says what that is.
func (s *Server) keywordsOf(ctx context.Context, signal string) (keywords []string, known bool, err error) {
	_, err = s.Exec(ctx, signal, psmessage.SignalKwargs)
	remote, raised := asRaised(err)
	if !raised || !strings.HasPrefix(remote.Message, "'list' object") {
		if raised {
			err = nil
		}
		return nil, false, err
	}
	value, err := s.attributeOf(ctx, signal, psmessage.SignalKwargs)
	if err == nil {
		err = py.Assign(&keywords, value)
	}
	return keywords, err == nil, err
}

// signalParams returns the parameters of a signal that is declared with a count of values and with
// keywords, which can be left out.
func signalParams(count int, keywords []string, several, more bool) []object.ParamInfo {
	var params []object.ParamInfo
	for i := range count {
		params = append(params, object.ParamInfo{Name: "value" + py.Repr(int64(i+1)), PositionOnly: true})
	}
	if several {
		params = append(params, object.ParamInfo{Name: "values", Variadic: true})
	}
	for _, name := range keywords {
		params = append(params, object.ParamInfo{Name: name, KeywordOnly: true, HasDefault: true})
	}
	if more {
		params = append(params, object.ParamInfo{Name: "keywords", Keywords: true})
	}
	return params
}
