package goagent_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/subprocess"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestQtLikeSignal connects to a signal of the original's server that has no more in common with
// pizco's than its three methods.
func TestQtLikeSignal(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			ctx := limit(t)
			robot, err := subprocess.Serve(ctx, "qt_like.Robot", nil, nil, subprocess.Config{Python: python.PizcoPython, Path: []string{"testdata"}})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = robot.Close() }()
			var remote *goagent.RemoteAttributeError
			if err := robot.Get(ctx, nil, "arm_moved"); !errors.As(err, &remote) {
				t.Errorf("the signal is read as %v", err)
			}
			positions := make(chan int, 1000)
			connection, err := robot.Connect(ctx, "arm_moved", func(position int) { positions <- position })
			if err != nil {
				t.Fatal(err)
			}
			awaitPosition(ctx, t, robot, positions)
			if err := connection.Disconnect(); err != nil {
				t.Fatal(err)
			}
			for listeners := -1; listeners != 0; {
				if err := robot.Call(ctx, &listeners, "listeners"); err != nil {
					t.Fatalf("%d listeners, %v", listeners, err)
				}
			}
		})
	}
}

// awaitPosition moves the arm until that is heard, since the original does not tell when a
// subscription is in force.
func awaitPosition(ctx context.Context, t *testing.T, robot *subprocess.Process, positions <-chan int) {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		if err := robot.Call(ctx, nil, "move_arm", 7); err != nil {
			t.Fatal(err)
		}
		select {
		case position := <-positions:
			if position != 7 {
				t.Errorf("the arm is at %d", position)
			}
			return
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("nothing is heard of the arm")
		}
	}
}
