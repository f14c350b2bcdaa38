package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/errtext"
	"github.com/pizco-go/pizco/wire"
)

// retryAfter is when a client may ask again for a target that is down.
const retryAfter = 2 * time.Second

// problemOf returns the problem that an error is answered as.
func problemOf(err error) *problem {
	var (
		known    *problem
		tooLarge *http.MaxBytesError
		remote   *pyerr.RemoteError
		noValue  *goagent.RemoteAttributeError
		notRead  *goagent.UnsafeReadError
		noSignal *goagent.NoSignalError
		down     *downError
		written  *unencodableError
		mute     *goagent.NotificationsError
	)
	fault := goagent.FaultOf(err)
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &tooLarge):
		return &problem{Type: problemBody, Status: http.StatusRequestEntityTooLarge, Detail: "the limit is " + sizeText(tooLarge.Limit)}
	case errors.As(err, &remote):
		return exceptionProblem(remote, http.StatusInternalServerError)
	case errors.As(err, &noValue):
		return &problem{Type: problemNoValue, Status: http.StatusConflict, Detail: "it is a method, a signal or another object that is used remotely"}
	case errors.As(err, &noSignal):
		return &problem{Type: problemNotFound, Status: http.StatusNotFound, Detail: "the target has no such signal"}
	case errors.As(err, &notRead):
		return unsafeRead(notRead)
	case errors.As(err, &written):
		return &problem{Type: problemUnencodable, Status: http.StatusBadGateway, Origin: originTarget, Detail: errtext.Bare(written.Error())}
	case errors.Is(err, errClosing), errors.Is(err, goagent.ErrClosed):
		return &problem{Type: problemClosing, Status: http.StatusServiceUnavailable, Origin: originGateway, RetryAfter: retryAfter}
	case errors.As(err, &mute):
		return &problem{Type: problemUnnotified, Status: http.StatusBadGateway, Origin: originTarget, Detail: errtext.Bare(mute.Error())}
	case errors.As(err, &down), fault.Origin == goagent.OriginNetwork && !fault.MayHaveRun:
		return &problem{Type: problemDown, Status: http.StatusServiceUnavailable, Origin: originTarget, RetryAfter: retryAfter}
	case errors.Is(err, context.DeadlineExceeded):
		return &problem{
			Type: problemTimeout, Status: http.StatusGatewayTimeout, Origin: originTarget,
			Detail: "it may still carry out the request",
		}
	case fault.Origin == goagent.OriginNetwork:
		return &problem{
			Type: problemLost, Status: http.StatusBadGateway, Origin: originTarget,
			Detail: "it may have carried out the request; it may have ended, or its answer may be too large for a message",
		}
	}
	return protocolProblem(err, fault.Origin)
}

// protocolProblem tells of messages that one side could not write or read.
func protocolProblem(err error, origin goagent.Origin) *problem {
	var (
		rejected *goagent.RejectedError
		message  *wire.Error
	)
	switch {
	case errors.As(err, &rejected):
		return &problem{
			Type: problemAnswer, Status: http.StatusBadGateway, Origin: originTarget,
			Detail: "the target could not read the request: its key may differ, or it does not know a class used in the value",
		}
	case origin == goagent.OriginHere && errors.As(err, &message):
		return &problem{Type: problemUnsendable, Status: http.StatusUnprocessableEntity, Detail: "the target's serializer cannot write it"}
	case origin == goagent.OriginPeer:
		return &problem{Type: problemAnswer, Status: http.StatusBadGateway, Origin: originTarget}
	}
	return &problem{Type: problemInternal, Status: http.StatusInternalServerError, Origin: originGateway}
}

// exceptionProblem shows an exception of the target.
func exceptionProblem(e *pyerr.RemoteError, status int) *problem {
	args, err := tagged.Encode([]any(e.Args))
	if err != nil {
		args, _ = json.Marshal([]string{e.Message}) // texts can be written
	}
	traceback := e.Traceback
	if traceback == nil {
		traceback = []string{}
	}
	return &problem{
		Type: problemException, Status: status, Origin: originTarget, Detail: e.Error(),
		Exception: &exception{Class: e.Class.Name, Module: e.Class.Module, Message: e.Message, Args: args, Traceback: traceback},
	}
}

// withStatus gives the exceptions that pick chooses another status than 500.
func withStatus(err error, pick func(e *pyerr.RemoteError) (status int, allow string)) error {
	var remote *pyerr.RemoteError
	if !errors.As(err, &remote) {
		return err
	}
	status, allow := pick(remote)
	if status == 0 {
		return err
	}
	p := exceptionProblem(remote, status)
	p.Allow = allow
	return p
}

// isMissing reports whether an exception says that the object has no attribute of that name. A
// method may raise an AttributeError of its own, which is another matter.
func isMissing(e *pyerr.RemoteError, name string) bool {
	return errors.Is(e, pyerr.AttributeError) && strings.Contains(e.Message, "no attribute '"+name+"'")
}

var notSettable = regexp.MustCompile(`has no setter|can't set attribute|can't delete attribute|is read-only|has no deleter`)

// bindingError matches what CPython says of arguments that do not fit a function's parameters.
var bindingError = regexp.MustCompile(`^[\w.<>]+\(\) (takes|missing|got|argument|expected|keywords|requires)|^[\w.<>]+ (expected|takes) .*argument`)
