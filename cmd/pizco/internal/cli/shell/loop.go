package shell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Prompt is what the terminal shows in front of a statement.
const Prompt = ">>> "

// ErrInterrupted is what Report is given for a call that Ctrl-C ended.
var ErrInterrupted = errors.New("KeyboardInterrupt")

// Interactive reads statements from the terminal until exit or Ctrl-D, and has report print their
// errors. The history is kept in a file, unless its path is empty.
func (s *Shell) Interactive(ctx context.Context, historyFile string, report func(error)) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	// Ctrl-C is a key at the prompt; from when a line has been entered on it is a signal, which
	// ends the line's call.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	terminal := newEditor(os.Stdin, os.Stdout, s.Complete)
	terminal.history.load(historyFile)
	defer func() {
		terminal.close()
		if err := terminal.history.save(historyFile); err != nil {
			report(err)
		}
	}()
	for {
		select {
		case <-interrupts: // it came when the call had ended
		default:
		}
		line, err := prompt(ctx, func() (string, error) { return terminal.read(Prompt) }, interrupts)
		switch {
		case errors.Is(err, errAborted):
			report(ErrInterrupted)
			continue
		case errors.Is(err, io.EOF):
			_, err = fmt.Fprintln(s.Out)
			return err
		case err != nil:
			return err
		}
		err = s.interruptible(ctx, line, interrupts)
		if errors.Is(err, ErrExit) {
			return nil
		}
		if err != nil {
			report(err)
		}
	}
}

// justNow is how long before a line an interrupt may come and still be meant for it. The terminal
// makes Ctrl-C a signal again a moment before it hands out the line.
const justNow = time.Second

// prompt reads a line. When the context ends first, the goroutine that waits for the terminal ends
// with the program. An interrupt during the prompt is dropped, unless it is meant for the line:
// then it is put back.
func prompt(ctx context.Context, read func() (string, error), interrupts chan os.Signal) (string, error) {
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := read()
		answers <- answer{line, err}
	}()
	var interrupted time.Time
	for {
		select {
		case <-interrupts:
			interrupted = time.Now()
		case a := <-answers:
			if time.Since(interrupted) < justNow {
				select {
				case interrupts <- os.Interrupt:
				default: // there is a newer one
				}
			}
			return a.line, a.err
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// interruptible executes a line until there is an interrupt.
func (s *Shell) interruptible(ctx context.Context, line string, interrupts <-chan os.Signal) error {
	limited, cancel := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-interrupts:
			cancel()
		case <-limited.Done():
		}
	}()
	err := s.Execute(limited, line)
	interrupted := limited.Err() != nil && ctx.Err() == nil
	cancel()
	<-watched
	if interrupted && errors.Is(err, context.Canceled) {
		return ErrInterrupted
	}
	return err
}

// Script reads statements from a file or a pipe and stops at the first error, which says its line.
func (s *Shell) Script(ctx context.Context, input io.Reader) error {
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, 64<<20)
	for number := 1; lines.Scan(); number++ {
		err := s.Execute(ctx, lines.Text())
		if errors.Is(err, ErrExit) {
			return nil
		}
		if err != nil {
			return &LineError{Line: number, Err: err}
		}
	}
	return lines.Err()
}

// LineError is an error with the line of the script in which it happened.
type LineError struct {
	// Line is counted from 1.
	Line int
	// Err is what happened.
	Err error
}

// Error returns the error with its line.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what happened.
func (e *LineError) Unwrap() error { return e.Err }
