package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"
)

// server is a running server.
type server struct {
	endpoint string // where it answers requests
	cmd      *exec.Cmd
	stdin    io.Closer
	stderr   *bytes.Buffer
	limits   limits
	release  context.CancelFunc
}

// start starts a server and waits for the line with its endpoints. The server is killed when ctx is
// done.
func start(ctx context.Context, command []string, limits limits) (*server, error) {
	ctx, release := context.WithCancel(ctx)
	s := &server{
		cmd:     exec.CommandContext(ctx, command[0], command[1:]...),
		stderr:  &bytes.Buffer{},
		limits:  limits,
		release: release,
	}
	s.cmd.Stderr = s.stderr
	s.cmd.WaitDelay = limits.end
	stdin, err := s.cmd.StdinPipe()
	if err != nil {
		release()
		return nil, err
	}
	s.stdin = stdin
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		release()
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		release()
		return nil, err
	}
	if s.endpoint, err = s.readEndpoint(stdout); err != nil {
		release()
		return nil, fmt.Errorf("%w%s", errors.Join(err, s.cmd.Wait()), s.errorOutput())
	}
	return s, nil
}

// readEndpoint reads the line that a server prints when it is ready. One that prints none in time
// is killed, which ends its output and so the reading.
func (s *server) readEndpoint(stdout io.Reader) (string, error) {
	timer := time.AfterFunc(s.limits.start, func() { _ = s.cmd.Process.Kill() })
	defer timer.Stop()
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		return "", fmt.Errorf("the server ended, or was not ready within %s: %w", s.limits.start, err)
	}
	var endpoints struct {
		Rep string `json:"rep_endpoint"`
	}
	if err := json.Unmarshal(line, &endpoints); err != nil || endpoints.Rep == "" {
		return "", errors.Join(fmt.Errorf("the server printed %q in place of its endpoints", line), err, s.cmd.Process.Kill())
	}
	return endpoints.Rep, nil
}

// end closes the server's standard input and waits until it has ended. One that does not is killed,
// which is an error.
func (s *server) end() error {
	defer s.release()
	timer := time.AfterFunc(s.limits.end, s.release)
	defer timer.Stop()
	if err := s.stdin.Close(); err != nil {
		return err
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("the server did not end well when its standard input did: %w%s", err, s.errorOutput())
	}
	return nil
}

// errorOutput is what the server wrote to its standard error, for an error's text. Only for a
// server that has ended.
func (s *server) errorOutput() string { return quote(s.stderr.String()) }

func quote(stderr string) string {
	if stderr == "" {
		return ""
	}
	return "\n" + stderr
}

// output runs a program to its end and returns what it printed. On failure the error holds what it
// wrote to standard error.
func output(ctx context.Context, timeout time.Duration, command []string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("%s took more than %s", command[0], timeout))
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.WaitDelay = timeout
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w%s", errors.Join(err, context.Cause(ctx)), quote(stderr.String()))
	}
	return string(out), err
}
