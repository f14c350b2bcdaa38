package psmessage

// The words of a PSMessage: a tuple of the first word, an action and its options, or an answer and
// its value.
const (
	// Tag is the first word.
	Tag = "PSMessage"

	ActionExec        = "exec"
	ActionGetattr     = "getattr"
	ActionSetattr     = "setattr"
	ActionGet         = "get"
	ActionInspect     = "inspect"
	ActionInstantiate = "instantiate"
	// ActionCancel is this library's own: it cancels a future.
	ActionCancel = "cancel"
	// ActionDescribe is this library's own: it lists the members of the object.
	ActionDescribe = "describe"
	// ActionPing is of the dialect develop alone, which answers with the word itself.
	ActionPing = "ping"

	AnswerReturn = "return"
	AnswerRemote = "remote"
	AnswerRaise  = "raise"
	AnswerFuture = "future_register"

	OptionName   = "name"
	OptionMethod = "method"
	OptionArgs   = "args"
	OptionKwargs = "kwargs"
	OptionValue  = "value"
	OptionForce  = "force_as_object"
	OptionClass  = "class"
	OptionID     = "msgid"

	DunderCall    = "__call__"
	DunderGetItem = "__getitem__"
	DunderSetItem = "__setitem__"
	DunderRepr    = "__repr__"
	DunderDir     = "__dir__"
	DunderDict    = "__dict__"

	// TopicFuture is the topic of the outcomes of futures.
	TopicFuture     = "__future__"
	FutureResult    = "result"
	FutureException = "exception"

	// TopicStatus is the topic on which a server of the dialect develop publishes that it stops.
	TopicStatus = "__status__"
	StatusStop  = "stop"
)

// The attributes of a signal of the dialect develop that say what values it is emitted with.
// Proxies of that dialect ask for them.
const (
	SignalNargs     = "_nargs"
	SignalKwargs    = "_kwargs"
	SignalVarargs   = "_varargs"
	SignalVarkwargs = "_varkwargs"
)

// words are the strings that stand in the original's source: Python has one object for all equal
// names there and in the source of whoever uses a proxy, and pickle writes the second as a
// reference to the first.
var words = [...]string{
	Tag,
	ActionExec, ActionGetattr, ActionSetattr, ActionGet, ActionInspect, ActionInstantiate,
	OptionName, OptionMethod, OptionArgs, OptionKwargs, OptionValue, OptionForce, OptionClass,
	DunderCall, DunderGetItem, DunderSetItem,
}
