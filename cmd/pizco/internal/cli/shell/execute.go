package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// Shell executes statements on one remote object. Execute is called from one goroutine;
// notifications are printed from others.
type Shell struct {
	// Proxy is the remote object, and Name its name in statements.
	Proxy *goagent.Proxy
	Name  string
	// Print prints the value of a statement.
	Print func(value any) error
	// Notify prints one line that comes in between.
	Notify func(line string)
	// Out is where help is printed.
	Out io.Writer
	// Timeout bounds each statement; 0 is no bound.
	Timeout time.Duration

	mu          sync.Mutex
	names       map[string]bool
	connections map[string]*goagent.Slot
}

// ErrExit is what Execute returns for exit and quit.
var ErrExit = errors.New("pizco/shell: exit")

// nameError reports an unknown name.
type nameError struct{ name, object string }

func (e *nameError) Error() string {
	return fmt.Sprintf("NameError: name '%s' is not defined (the object is called %s)", e.name, e.object)
}

// typeError reports an operation that the value does not have.
type typeError struct{ reason string }

func (e *typeError) Error() string { return "TypeError: " + e.reason }

// IsPythonError reports whether an error is one of the shell's own, whose text is what Python would
// print.
func IsPythonError(err error) bool {
	var syntax *SyntaxError
	var name *nameError
	var typ *typeError
	return errors.Is(err, ErrInterrupted) || errors.As(err, &syntax) || errors.As(err, &name) || errors.As(err, &typ)
}

const help = `Statements of Python, on the object %[1]s:

    %[1]s.age                         print an attribute
    %[1]s.age = 28                    assign to it
    %[1]s.move_arm(3, speed=2.5)      call a method
    %[1]s.tools['left']               print an item
    %[1]s.tools['left'] = 'camera'    assign to it
    %[1]s.arm_moved.connect(print)    print the notifications of a signal
    %[1]s.arm_moved.disconnect(print)
    dir(%[1]s)                        list the names that are known
    exit                              leave, as Ctrl-D does

Arguments are literals. Tab completes names, Ctrl-C interrupts a call.
`

// Execute executes one line. The context ends a call that is under way.
func (s *Shell) Execute(ctx context.Context, line string) error {
	switch word := strings.TrimSpace(line); {
	case word == "" || strings.HasPrefix(word, "#"):
		return nil
	case word == "exit" || word == "quit" || word == "exit()" || word == "quit()":
		return ErrExit
	case word == "help" || word == "help()":
		_, err := fmt.Fprintf(s.Out, help, s.Name)
		return err
	}
	statement, err := Parse(line)
	if err != nil {
		return err
	}
	if statement.Kind == Function && statement.Attr != "dir" {
		return &nameError{statement.Attr, s.Name}
	}
	if statement.Object != s.Name {
		return &nameError{statement.Object, s.Name}
	}
	if s.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.Timeout)
		defer cancel()
	}
	if err := s.run(ctx, statement); err != nil {
		return err
	}
	s.remember(statement.Attr)
	return nil
}

func (s *Shell) run(ctx context.Context, st Statement) error {
	var value any
	switch st.Kind {
	case Function:
		return s.Print(s.dir(ctx))
	case Set:
		return s.Proxy.Set(ctx, st.Attr, st.Value)
	case SetItem:
		return s.Proxy.SetItem(ctx, st.Attr, st.Args[0], st.Value)
	case Get:
		return s.get(ctx, st.Attr)
	case GetItem:
		if err := s.Proxy.Item(ctx, &value, st.Attr, st.Args[0]); err != nil {
			return err
		}
	case Call:
		if st.Name != "" {
			return s.connect(ctx, st)
		}
		if err := s.Proxy.Exec(ctx, &value, st.Attr, first(st.Method, "__call__"), callArguments(st)...); err != nil {
			return err
		}
	}
	if value == nil {
		return nil
	}
	return s.Print(value)
}

func first(method, otherwise string) string {
	if method == "" {
		return otherwise
	}
	return method
}

func callArguments(st Statement) []any {
	if st.Kwargs == nil {
		return st.Args
	}
	return append(slices.Clip(st.Args), object.KwargsOf(st.Kwargs))
}

func (s *Shell) get(ctx context.Context, name string) error {
	if name == "" {
		_, err := fmt.Fprintf(s.Out, "<Proxy %s>\n", s.Proxy.Endpoint())
		return err
	}
	var value any
	err := s.Proxy.Get(ctx, &value, name)
	var remote *goagent.RemoteAttributeError
	if errors.As(err, &remote) {
		s.remember(name)
		_, err := fmt.Fprintf(s.Out, "<RemoteAttribute %s>\n", name)
		return err
	}
	if err != nil || value == nil {
		return err
	}
	return s.Print(value)
}

// connect prints the notifications of a signal from now on, or does so no longer.
func (s *Shell) connect(ctx context.Context, st Statement) error {
	if len(st.Args) > 0 || st.Kwargs != nil {
		return &typeError{"print can only be an argument by itself"}
	}
	connected := s.connections[st.Attr]
	switch {
	case st.Method == "disconnect" && connected == nil:
		return &typeError{st.Attr + " is not connected"}
	case st.Method == "disconnect":
		delete(s.connections, st.Attr)
		return connected.Disconnect()
	case st.Method != "connect":
		return &typeError{"print can only be given to connect and disconnect"}
	case connected != nil:
		return nil
	}
	connection, err := s.Proxy.Connect(ctx, st.Attr, func(value, old, other any) {
		s.Notify(notification(st.Attr, value, old, other))
	})
	if err != nil {
		return err
	}
	if s.connections == nil {
		s.connections = map[string]*goagent.Slot{}
	}
	s.connections[st.Attr] = connection
	return nil
}

// notification is a line such as "arm_moved 3 0": the values up to the last that is not None.
func notification(signal string, values ...any) string {
	for len(values) > 0 && values[len(values)-1] == nil {
		values = values[:len(values)-1]
	}
	words := []string{signal}
	for _, value := range values {
		words = append(words, py.Repr(value, py.WithReprObjects()))
	}
	return strings.Join(words, " ")
}

// dir returns the names that are known, sorted.
func (s *Shell) dir(ctx context.Context) *py.List {
	s.LearnNames(ctx)
	list := py.NewList()
	for _, name := range s.known() {
		list.Append(name)
	}
	return list
}
