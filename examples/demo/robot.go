// Package demo holds the classes that pizco serve can serve by itself, for trying things out: the
// manual's classes. They have twins in Python, python_fixtures/robot.py and
// python_fixtures/multiply_by.py.
package demo

import (
	"time"

	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Robot is what the manual serves in its examples.
type Robot struct {
	name     string
	age      int
	position any
	armMoved object.Signal
}

// NewRobot returns a Robot as an object to serve.
func NewRobot(name string, age int) (*object.Object, error) {
	if err := checkAge(age); err != nil {
		return nil, err
	}
	r := &Robot{name: name, age: age, position: int64(0)}
	tools := py.StrDict(py.Item{Key: "left", Value: "gripper"}, py.Item{Key: "right", Value: "camera"})
	return object.New("Robot").
		Attribute("name", &r.name).
		Property("age", func() int { return r.age }, r.setAge).
		Property("position", func() any { return r.position }, nil).
		Dict("tools", tools).
		Signal("arm_moved", &r.armMoved).
		Method("greet", r.greet, "whom", object.Default("greeting", "Hello")).
		Method("move_arm", r.moveArm, object.Default("position", int64(0))).
		Method("think", think, "question"), nil
}

func checkAge(age int) error {
	if age < 0 {
		return pyerr.ValueError.New("a robot is not younger than 0")
	}
	return nil
}

func (r *Robot) setAge(age int) error {
	if err := checkAge(age); err != nil {
		return err
	}
	r.age = age
	return nil
}

func (r *Robot) greet(whom, greeting string) string {
	return greeting + ", " + whom + "! I am " + r.name + "."
}

func (r *Robot) moveArm(position any) {
	old := r.position
	r.position = position
	r.armMoved.Emit(position, old)
}

// thinkTime is how long think takes: the original's proxy loses the outcome of a future that is
// done at once.
const thinkTime = 50 * time.Millisecond

// think returns a future, as methods do that take their time.
func think(question string) *object.Future {
	future := object.NewFuture()
	time.AfterFunc(thinkTime, func() {
		if question == "six by nine" {
			future.Resolve(42)
		} else {
			future.Fail(pyerr.ValueError.New("no idea: " + question))
		}
	})
	return future
}
