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
	// KeyboardInterrupt tells that the user pressed the interrupt key.
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
	// OverflowError tells that a result is too large to be represented.
	OverflowError Class = "OverflowError"
	// ZeroDivisionError tells of a division by zero.
	ZeroDivisionError Class = "ZeroDivisionError"
	// AssertionError is what a failing assert statement raises.
	AssertionError Class = "AssertionError"
	// AttributeError tells that an object lacks an attribute or refuses to have it set.
	AttributeError Class = "AttributeError"
	// BufferError tells that a buffer cannot be handed out or changed.
	BufferError Class = "BufferError"
	// EOFError tells that input ended where more was expected.
	EOFError Class = "EOFError"
	// ImportError tells that a module or a name in it cannot be imported.
	ImportError Class = "ImportError"
	// ModuleNotFoundError is the ImportError of a module that is not there.
	ModuleNotFoundError Class = "ModuleNotFoundError"
	// LookupError is the base of IndexError and KeyError.
	LookupError Class = "LookupError"
	// IndexError tells that an index is outside of a sequence.
	IndexError Class = "IndexError"
	// KeyError tells that a mapping has no such key.
	KeyError Class = "KeyError"
	// MemoryError tells that an operation ran out of memory.
	MemoryError Class = "MemoryError"
	// NameError tells that a variable is not defined.
	NameError Class = "NameError"
	// UnboundLocalError is the NameError of a local variable without a value.
	UnboundLocalError Class = "UnboundLocalError"
	// ReferenceError tells that the object of a weak reference is gone.
	ReferenceError Class = "ReferenceError"
	// RuntimeError is an error of no other kind; an error of Go that names no class is raised as
	// one.
	RuntimeError Class = "RuntimeError"
	// NotImplementedError tells that a method is left to derived classes.
	NotImplementedError Class = "NotImplementedError"
	// RecursionError tells that calls are nested too deep.
	RecursionError Class = "RecursionError"
	// PythonFinalizationError tells that the interpreter is shutting down (Python 3.13 and newer).
	PythonFinalizationError Class = "PythonFinalizationError"
	// StopIteration tells that an iterator is exhausted.
	StopIteration Class = "StopIteration"
	// StopAsyncIteration tells that an asynchronous iterator is exhausted.
	StopAsyncIteration Class = "StopAsyncIteration"
	// SyntaxError tells that source text cannot be parsed.
	SyntaxError Class = "SyntaxError"
	// IndentationError is the SyntaxError of wrong indentation.
	IndentationError Class = "IndentationError"
	// TabError is the IndentationError of mixed tabs and spaces.
	TabError Class = "TabError"
	// SystemError tells of a fault in the interpreter.
	SystemError Class = "SystemError"
	// TypeError tells that a value is of the wrong type, or a call has the wrong arguments.
	TypeError Class = "TypeError"
	// ValueError tells that a value of the right type is unusable.
	ValueError Class = "ValueError"
	// UnicodeError is the base of errors in text encodings.
	UnicodeError Class = "UnicodeError"
	// UnicodeDecodeError tells that bytes are no text in an encoding.
	UnicodeDecodeError Class = "UnicodeDecodeError"
	// UnicodeEncodeError tells that text cannot be written in an encoding.
	UnicodeEncodeError Class = "UnicodeEncodeError"
	// UnicodeTranslateError tells that text cannot be translated.
	UnicodeTranslateError Class = "UnicodeTranslateError"
)

// Errors of the operating system.
const (
	// OSError is the base of all errors of the operating system. Python calls it IOError,
	// EnvironmentError and WindowsError as well: a [Class] of these names is an OSError.
	OSError Class = "OSError"
	// BlockingIOError tells that an operation would have to wait.
	BlockingIOError Class = "BlockingIOError"
	// ChildProcessError tells that an operation on a child process failed.
	ChildProcessError Class = "ChildProcessError"
	// ConnectionError is the base of errors of connections.
	ConnectionError Class = "ConnectionError"
	// BrokenPipeError tells that the other end of a pipe or socket is closed.
	BrokenPipeError Class = "BrokenPipeError"
	// ConnectionAbortedError tells that a connection was given up by the peer.
	ConnectionAbortedError Class = "ConnectionAbortedError"
	// ConnectionRefusedError tells that nobody listens.
	ConnectionRefusedError Class = "ConnectionRefusedError"
	// ConnectionResetError tells that a connection was reset by the peer.
	ConnectionResetError Class = "ConnectionResetError"
	// FileExistsError tells that a file is there already.
	FileExistsError Class = "FileExistsError"
	// FileNotFoundError tells that a file is not there.
	FileNotFoundError Class = "FileNotFoundError"
	// InterruptedError tells that a signal interrupted a system call.
	InterruptedError Class = "InterruptedError"
	// IsADirectoryError tells that a file was expected where a directory is.
	IsADirectoryError Class = "IsADirectoryError"
	// NotADirectoryError tells that a directory was expected where something else is.
	NotADirectoryError Class = "NotADirectoryError"
	// PermissionError tells that an operation is not permitted.
	PermissionError Class = "PermissionError"
	// ProcessLookupError tells that there is no such process.
	ProcessLookupError Class = "ProcessLookupError"
	// TimeoutError tells that an operation took too long.
	TimeoutError Class = "TimeoutError"
)

// CancelledError tells that a future was cancelled. It is the class of concurrent.futures, which is
// another one than that of asyncio.
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
