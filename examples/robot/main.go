// Command robot serves the manual's Robot from Go and uses it through a proxy: attributes,
// exceptions, futures, signals and a dict.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

// Robot is served by reflection. Python clients see name, age, joints, move_arm, think and
// arm_moved.
type Robot struct {
	Name     string
	Joints   map[string]float64
	ArmMoved object.Signal

	age int
}

// Age is, with SetAge, the property age.
func (r *Robot) Age() int { return r.age }

// SetAge refuses what is no age with a ValueError.
func (r *Robot) SetAge(age int) error {
	if age < 0 {
		return pyerr.ValueError.Errorf("%d is not a valid age for a robot", age)
	}
	r.age = age
	return nil
}

// MoveArm moves a joint and tells the position that it had before.
func (r *Robot) MoveArm(joint string, position float64) error {
	old, ok := r.Joints[joint]
	if !ok {
		return pyerr.KeyError.New(joint)
	}
	r.Joints[joint] = position
	r.ArmMoved.Emit(joint, position, old)
	return nil
}

// Think returns at once; the answer follows when it is there.
func (r *Robot) Think(ctx context.Context, question string) *object.Future {
	return object.Go(ctx, func(context.Context) (any, error) {
		if question == "" {
			return nil, pyerr.ValueError.New("nothing to think about")
		}
		return 42, nil
	})
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	err := run(ctx, os.Stdout)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "robot:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) (err error) {
	server, err := goagent.Serve(&Robot{Name: "Robbie", Joints: map[string]float64{"elbow": 10}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	robot, err := goagent.Dial(ctx, server.Endpoint())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, robot.Close()) }()
	return use(ctx, robot, out)
}

// use does what a program with a robot somewhere would do.
func use(ctx context.Context, robot *goagent.Proxy, out io.Writer) error {
	moved := make(chan string, 1)
	_, err := robot.Connect(ctx, "arm_moved", func(joint string, position, old float64) {
		moved <- fmt.Sprintf("the %s was moved from %g to %g", joint, old, position)
	})
	if err != nil {
		return err
	}
	if err := robot.Call(ctx, nil, "move_arm", "elbow", 45.5); err != nil {
		return err
	}
	fmt.Fprintln(out, <-moved)

	var elbow float64
	if err := robot.Item(ctx, &elbow, "joints", "elbow"); err != nil {
		return err
	}
	fmt.Fprintln(out, "the elbow is at", elbow)

	err = robot.Set(ctx, "age", -1)
	if !errors.Is(err, pyerr.ValueError) {
		return fmt.Errorf("an age of -1 was taken: %w", err)
	}
	fmt.Fprintln(out, err)

	var answer int
	thought, err := robot.Start(ctx, "think", "What do you get if you multiply six by nine?")
	if err != nil {
		return err
	}
	if err := thought.Wait(ctx, &answer); err != nil {
		return err
	}
	fmt.Fprintln(out, "the answer is", answer)
	return nil
}
