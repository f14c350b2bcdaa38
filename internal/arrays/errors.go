package arrays

import "fmt"

// FormError says that a value does not have the form that is asked for, such as a CSV of a dict of
// lists.
type FormError struct {
	// Form is the name of the form, such as "CSV".
	Form string
	// Reason says why the value does not have it.
	Reason string
}

// Error returns the form and the reason.
func (e *FormError) Error() string {
	return fmt.Sprintf("pizco/arrays: no %s of the value: %s", e.Form, e.Reason)
}

func formError(form, format string, args ...any) error {
	return &FormError{form, fmt.Sprintf(format, args...)}
}

// NPYError says why bytes are no .npy file that can be read.
type NPYError struct{ Reason string }

// Error returns the reason.
func (e *NPYError) Error() string { return "pizco/arrays: no .npy file: " + e.Reason }

func npyError(format string, args ...any) error { return &NPYError{fmt.Sprintf(format, args...)} }
