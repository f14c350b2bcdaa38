package pyerr

// The roots of Python's exceptions.
const (
	// BaseException is the class that every exception is derived from.
	BaseException Class = "BaseException"
	// Exception is the base of all exceptions that do not end the interpreter.
	Exception Class = "Exception"
	// StandardError stands between Exception and most built-in classes in Python 2; Python 3 has no
	// such class.
	StandardError Class = "StandardError"
	// SystemExit asks the interpreter to end.
	SystemExit Class = "SystemExit"
	// KeyboardInterrupt is raised when the user presses the interrupt key.
	KeyboardInterrupt Class = "KeyboardInterrupt"
	// GeneratorExit is raised inside of a generator that is closed.
	GeneratorExit Class = "GeneratorExit"
	// BaseExceptionGroup bundles exceptions of any kind (Python 3.11 and newer).
	BaseExceptionGroup Class = "BaseExceptionGroup"
	// ExceptionGroup bundles exceptions that are all derived from Exception (Python 3.11 and
	// newer).
	ExceptionGroup Class = "ExceptionGroup"
)

// Errors of values, names and operations.
const (
	// ArithmeticError is the base of OverflowError, ZeroDivisionError and FloatingPointError.
	ArithmeticError Class = "ArithmeticError"
	// FloatingPointError is reserved for failing floating point operations.
	FloatingPointError Class = "FloatingPointError"
	// OverflowError is raised when a result is too large to be represented.
	OverflowError Class = "OverflowError"
	// ZeroDivisionError is raised by a division by zero.
	ZeroDivisionError Class = "ZeroDivisionError"
	// AssertionError is what a failing assert statement raises.
	AssertionError Class = "AssertionError"
	// AttributeError is raised when an object lacks an attribute or refuses to set it.
	AttributeError Class = "AttributeError"
	// BufferError is raised when a buffer cannot be exported or resized.
	BufferError Class = "BufferError"
	// EOFError is raised when input ends where more is expected.
	EOFError Class = "EOFError"
	// ImportError is raised when a module or a name in it cannot be imported.
	ImportError Class = "ImportError"
	// ModuleNotFoundError is the ImportError of a module that is not there.
	ModuleNotFoundError Class = "ModuleNotFoundError"
	// LookupError is the base of IndexError and KeyError.
	LookupError Class = "LookupError"
	// IndexError is raised when an index is outside of a sequence.
	IndexError Class = "IndexError"
	// KeyError is raised when a mapping lacks a key.
	KeyError Class = "KeyError"
	// MemoryError is raised when an operation runs out of memory.
	MemoryError Class = "MemoryError"
	// NameError is raised when a variable is not defined.
	NameError Class = "NameError"
	// UnboundLocalError is the NameError of a local variable without a value.
	UnboundLocalError Class = "UnboundLocalError"
	// ReferenceError is raised when the object of a weak reference no longer exists.
	ReferenceError Class = "ReferenceError"
	// RuntimeError is an error of no other kind. A Go error that names no class is raised as a
	// RuntimeError.
	RuntimeError Class = "RuntimeError"
	// NotImplementedError is raised by a method that derived classes have to implement.
	NotImplementedError Class = "NotImplementedError"
	// RecursionError is raised when calls are nested too deep.
	RecursionError Class = "RecursionError"
	// PythonFinalizationError is raised when the interpreter is shutting down (Python 3.13 and newer).
	PythonFinalizationError Class = "PythonFinalizationError"
	// StopIteration ends an iteration.
	StopIteration Class = "StopIteration"
	// StopAsyncIteration ends an asynchronous iteration.
	StopAsyncIteration Class = "StopAsyncIteration"
	// SyntaxError is raised when source text cannot be parsed.
	SyntaxError Class = "SyntaxError"
	// IndentationError is the SyntaxError of wrong indentation.
	IndentationError Class = "IndentationError"
	// TabError is the IndentationError of mixed tabs and spaces.
	TabError Class = "TabError"
	// SystemError is raised for a fault in the interpreter.
	SystemError Class = "SystemError"
	// TypeError is raised when a value has the wrong type, or a call the wrong arguments.
	TypeError Class = "TypeError"
	// ValueError is raised when a value has the right type but cannot be used.
	ValueError Class = "ValueError"
	// UnicodeError is the base of errors in text encodings.
	UnicodeError Class = "UnicodeError"
	// UnicodeDecodeError is raised when bytes are not text in the encoding.
	UnicodeDecodeError Class = "UnicodeDecodeError"
	// UnicodeEncodeError is raised when text cannot be written in the encoding.
	UnicodeEncodeError Class = "UnicodeEncodeError"
	// UnicodeTranslateError is raised when text cannot be translated.
	UnicodeTranslateError Class = "UnicodeTranslateError"
)

// Errors of the operating system.
const (
	// OSError is the base of all errors of the operating system. Python calls it IOError,
	// EnvironmentError and WindowsError as well: a [Class] of these names is an OSError.
	OSError Class = "OSError"
	// BlockingIOError is raised when an operation would have to wait.
	BlockingIOError Class = "BlockingIOError"
	// ChildProcessError is raised when an operation on a child process fails.
	ChildProcessError Class = "ChildProcessError"
	// ConnectionError is the base of errors of connections.
	ConnectionError Class = "ConnectionError"
	// BrokenPipeError is raised when the other end of a pipe or socket is closed.
	BrokenPipeError Class = "BrokenPipeError"
	// ConnectionAbortedError is raised when the peer aborts a connection.
	ConnectionAbortedError Class = "ConnectionAbortedError"
	// ConnectionRefusedError is raised when no process listens.
	ConnectionRefusedError Class = "ConnectionRefusedError"
	// ConnectionResetError is raised when the peer resets a connection.
	ConnectionResetError Class = "ConnectionResetError"
	// FileExistsError is raised when a file exists already.
	FileExistsError Class = "FileExistsError"
	// FileNotFoundError is raised when a file does not exist.
	FileNotFoundError Class = "FileNotFoundError"
	// InterruptedError is raised when a signal interrupts a system call.
	InterruptedError Class = "InterruptedError"
	// IsADirectoryError is raised when a directory is where a file is expected.
	IsADirectoryError Class = "IsADirectoryError"
	// NotADirectoryError is raised when something other than a directory is where a directory is
	// expected.
	NotADirectoryError Class = "NotADirectoryError"
	// PermissionError is raised when an operation is not permitted.
	PermissionError Class = "PermissionError"
	// ProcessLookupError is raised when a process does not exist.
	ProcessLookupError Class = "ProcessLookupError"
	// TimeoutError is raised when an operation takes too long.
	TimeoutError Class = "TimeoutError"
)

// CancelledError is raised when a future was cancelled. It is the class of concurrent.futures;
// asyncio has another of the same name.
const CancelledError Class = "concurrent.futures._base:CancelledError"

// Warnings.
const (
	// Warning is the base of all warnings.
	Warning Class = "Warning"
	// BytesWarning warns of mixing bytes and text.
	BytesWarning Class = "BytesWarning"
	// DeprecationWarning warns programmers of what will go away.
	DeprecationWarning Class = "DeprecationWarning"
	// EncodingWarning warns of a default text encoding (Python 3.10 and newer).
	EncodingWarning Class = "EncodingWarning"
	// FutureWarning warns users of what will change.
	FutureWarning Class = "FutureWarning"
	// ImportWarning warns of a likely mistake in an import.
	ImportWarning Class = "ImportWarning"
	// PendingDeprecationWarning warns of what may go away.
	PendingDeprecationWarning Class = "PendingDeprecationWarning"
	// ResourceWarning warns of a resource that was not released.
	ResourceWarning Class = "ResourceWarning"
	// RuntimeWarning warns of doubtful behaviour at run time.
	RuntimeWarning Class = "RuntimeWarning"
	// SyntaxWarning warns of doubtful syntax.
	SyntaxWarning Class = "SyntaxWarning"
	// UnicodeWarning warns of doubtful text.
	UnicodeWarning Class = "UnicodeWarning"
	// UserWarning is what a program warns of by default.
	UserWarning Class = "UserWarning"
)
