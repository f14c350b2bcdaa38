package goagent

// The roots of Python's exceptions.
const (
	// BaseException is the class that every exception is derived from.
	BaseException ExceptionClass = "BaseException"
	// Exception is the base of all exceptions that do not end the interpreter.
	Exception ExceptionClass = "Exception"
	// StandardError stands between Exception and most built-in classes in Python 2; Python 3 has no
	// such class.
	StandardError ExceptionClass = "StandardError"
	// SystemExit asks the interpreter to end.
	SystemExit ExceptionClass = "SystemExit"
	// KeyboardInterrupt tells that the user pressed the interrupt key.
	KeyboardInterrupt ExceptionClass = "KeyboardInterrupt"
	// GeneratorExit is raised inside of a generator that is closed.
	GeneratorExit ExceptionClass = "GeneratorExit"
	// BaseExceptionGroup bundles exceptions of any kind (Python 3.11 and newer).
	BaseExceptionGroup ExceptionClass = "BaseExceptionGroup"
	// ExceptionGroup bundles exceptions that are all derived from Exception (Python 3.11 and
	// newer).
	ExceptionGroup ExceptionClass = "ExceptionGroup"
)

// Errors of values, names and operations.
const (
	// ArithmeticError is the base of OverflowError, ZeroDivisionError and FloatingPointError.
	ArithmeticError ExceptionClass = "ArithmeticError"
	// FloatingPointError is reserved for failing floating point operations.
	FloatingPointError ExceptionClass = "FloatingPointError"
	// OverflowError tells that a result is too large to be represented.
	OverflowError ExceptionClass = "OverflowError"
	// ZeroDivisionError tells of a division by zero.
	ZeroDivisionError ExceptionClass = "ZeroDivisionError"
	// AssertionError is what a failing assert statement raises.
	AssertionError ExceptionClass = "AssertionError"
	// AttributeError tells that an object lacks an attribute or refuses to have it set.
	AttributeError ExceptionClass = "AttributeError"
	// BufferError tells that a buffer cannot be handed out or changed.
	BufferError ExceptionClass = "BufferError"
	// EOFError tells that input ended where more was expected.
	EOFError ExceptionClass = "EOFError"
	// ImportError tells that a module or a name in it cannot be imported.
	ImportError ExceptionClass = "ImportError"
	// ModuleNotFoundError is the ImportError of a module that is not there.
	ModuleNotFoundError ExceptionClass = "ModuleNotFoundError"
	// LookupError is the base of IndexError and KeyError.
	LookupError ExceptionClass = "LookupError"
	// IndexError tells that an index is outside of a sequence.
	IndexError ExceptionClass = "IndexError"
	// KeyError tells that a mapping has no such key.
	KeyError ExceptionClass = "KeyError"
	// MemoryError tells that an operation ran out of memory.
	MemoryError ExceptionClass = "MemoryError"
	// NameError tells that a variable is not defined.
	NameError ExceptionClass = "NameError"
	// UnboundLocalError is the NameError of a local variable without a value.
	UnboundLocalError ExceptionClass = "UnboundLocalError"
	// ReferenceError tells that the object of a weak reference is gone.
	ReferenceError ExceptionClass = "ReferenceError"
	// RuntimeError is an error of no other kind; an error of Go that names no class is raised as
	// one.
	RuntimeError ExceptionClass = "RuntimeError"
	// NotImplementedError tells that a method is left to derived classes.
	NotImplementedError ExceptionClass = "NotImplementedError"
	// RecursionError tells that calls are nested too deep.
	RecursionError ExceptionClass = "RecursionError"
	// PythonFinalizationError tells that the interpreter is shutting down (Python 3.13 and newer).
	PythonFinalizationError ExceptionClass = "PythonFinalizationError"
	// StopIteration tells that an iterator is exhausted.
	StopIteration ExceptionClass = "StopIteration"
	// StopAsyncIteration tells that an asynchronous iterator is exhausted.
	StopAsyncIteration ExceptionClass = "StopAsyncIteration"
	// SyntaxError tells that source text cannot be parsed.
	SyntaxError ExceptionClass = "SyntaxError"
	// IndentationError is the SyntaxError of wrong indentation.
	IndentationError ExceptionClass = "IndentationError"
	// TabError is the IndentationError of mixed tabs and spaces.
	TabError ExceptionClass = "TabError"
	// SystemError tells of a fault in the interpreter.
	SystemError ExceptionClass = "SystemError"
	// TypeError tells that a value is of the wrong type, or a call has the wrong arguments.
	TypeError ExceptionClass = "TypeError"
	// ValueError tells that a value of the right type is unusable.
	ValueError ExceptionClass = "ValueError"
	// UnicodeError is the base of errors in text encodings.
	UnicodeError ExceptionClass = "UnicodeError"
	// UnicodeDecodeError tells that bytes are no text in an encoding.
	UnicodeDecodeError ExceptionClass = "UnicodeDecodeError"
	// UnicodeEncodeError tells that text cannot be written in an encoding.
	UnicodeEncodeError ExceptionClass = "UnicodeEncodeError"
	// UnicodeTranslateError tells that text cannot be translated.
	UnicodeTranslateError ExceptionClass = "UnicodeTranslateError"
)

// Errors of the operating system.
const (
	// OSError is the base of all errors of the operating system.
	OSError ExceptionClass = "OSError"
	// IOError is OSError by its name in Python 2.
	IOError = OSError
	// EnvironmentError is OSError by the name of its base in Python 2.
	EnvironmentError = OSError
	// WindowsError is OSError by its name on Windows.
	WindowsError = OSError
	// BlockingIOError tells that an operation would have to wait.
	BlockingIOError ExceptionClass = "BlockingIOError"
	// ChildProcessError tells that an operation on a child process failed.
	ChildProcessError ExceptionClass = "ChildProcessError"
	// ConnectionError is the base of errors of connections.
	ConnectionError ExceptionClass = "ConnectionError"
	// BrokenPipeError tells that the other end of a pipe or socket is closed.
	BrokenPipeError ExceptionClass = "BrokenPipeError"
	// ConnectionAbortedError tells that a connection was given up by the peer.
	ConnectionAbortedError ExceptionClass = "ConnectionAbortedError"
	// ConnectionRefusedError tells that nobody listens.
	ConnectionRefusedError ExceptionClass = "ConnectionRefusedError"
	// ConnectionResetError tells that a connection was reset by the peer.
	ConnectionResetError ExceptionClass = "ConnectionResetError"
	// FileExistsError tells that a file is there already.
	FileExistsError ExceptionClass = "FileExistsError"
	// FileNotFoundError tells that a file is not there.
	FileNotFoundError ExceptionClass = "FileNotFoundError"
	// InterruptedError tells that a signal interrupted a system call.
	InterruptedError ExceptionClass = "InterruptedError"
	// IsADirectoryError tells that a file was expected where a directory is.
	IsADirectoryError ExceptionClass = "IsADirectoryError"
	// NotADirectoryError tells that a directory was expected where something else is.
	NotADirectoryError ExceptionClass = "NotADirectoryError"
	// PermissionError tells that an operation is not permitted.
	PermissionError ExceptionClass = "PermissionError"
	// ProcessLookupError tells that there is no such process.
	ProcessLookupError ExceptionClass = "ProcessLookupError"
	// TimeoutError tells that an operation took too long.
	TimeoutError ExceptionClass = "TimeoutError"
)

// CancelledError tells that a future was cancelled. It is the class of concurrent.futures, which is
// another one than that of asyncio.
const CancelledError ExceptionClass = "concurrent.futures._base:CancelledError"

// Warnings.
const (
	// Warning is the base of all warnings.
	Warning ExceptionClass = "Warning"
	// BytesWarning warns of mixing bytes and text.
	BytesWarning ExceptionClass = "BytesWarning"
	// DeprecationWarning warns programmers of what will go away.
	DeprecationWarning ExceptionClass = "DeprecationWarning"
	// EncodingWarning warns of a default text encoding (Python 3.10 and newer).
	EncodingWarning ExceptionClass = "EncodingWarning"
	// FutureWarning warns users of what will change.
	FutureWarning ExceptionClass = "FutureWarning"
	// ImportWarning warns of a likely mistake in an import.
	ImportWarning ExceptionClass = "ImportWarning"
	// PendingDeprecationWarning warns of what may go away.
	PendingDeprecationWarning ExceptionClass = "PendingDeprecationWarning"
	// ResourceWarning warns of a resource that was not released.
	ResourceWarning ExceptionClass = "ResourceWarning"
	// RuntimeWarning warns of doubtful behaviour at run time.
	RuntimeWarning ExceptionClass = "RuntimeWarning"
	// SyntaxWarning warns of doubtful syntax.
	SyntaxWarning ExceptionClass = "SyntaxWarning"
	// UnicodeWarning warns of doubtful text.
	UnicodeWarning ExceptionClass = "UnicodeWarning"
	// UserWarning is what a program warns of by default.
	UserWarning ExceptionClass = "UserWarning"
)
