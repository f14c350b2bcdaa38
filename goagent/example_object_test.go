package goagent_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

// Robot is served by reflection: its fields are attributes, Age and SetAge are the property age,
// and its methods are methods of the Python object.
type Robot struct {
	Name     string
	Joints   map[string]float64
	ArmMoved object.Signal
	Serial   string `pizco:"serial_number,readonly"`

	age int
}

func (r *Robot) Age() int { return r.age }

func (r *Robot) SetAge(age int) error {
	if age < 0 {
		return pyerr.ValueError.Errorf("%d is no age", age)
	}
	r.age = age
	return nil
}

func (r *Robot) MoveArm(joint string, by float64) float64 {
	old := r.Joints[joint]
	r.Joints[joint] = old + by
	r.ArmMoved.Emit(r.Joints[joint], old, joint)
	return r.Joints[joint]
}

// DescribePizco names the parameters of MoveArm, so that they can be used as keywords.
func (r *Robot) DescribePizco(d *object.Description) {
	d.Params("MoveArm", "joint", object.Default("by", 1.0))
}

// check ends the program; a real one does something about the error.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func exampleContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

func ExampleServe_reflection() {
	ctx, cancel := exampleContext()
	defer cancel()
	server, err := goagent.Serve(&Robot{Name: "Robbie", Joints: map[string]float64{"elbow": 10}})
	check(err)
	defer func() { _ = server.Close() }()

	robot, err := goagent.Dial(ctx, server.Endpoint()) // or Proxy(endpoint) in Python
	check(err)
	defer func() { _ = robot.Close() }()
	var angle float64
	check(robot.Call(ctx, &angle, "move_arm", "elbow", object.Kwargs{"by": 2.5}))
	fmt.Println("the elbow is at", angle)
	fmt.Println(robot.Set(ctx, "age", -1))
	fmt.Println(robot.Call(ctx, nil, "move_arm"))
	fmt.Println(robot.Item(ctx, &angle, "joints", "knee"))
	// Output:
	// the elbow is at 12.5
	// ValueError: -1 is no age
	// TypeError: Robot.move_arm() missing 1 required positional argument: 'joint'
	// KeyError: 'knee'
}

func ExampleNewObject() {
	ctx, cancel := exampleContext()
	defer cancel()
	age := 3
	var birthday object.Signal
	server, err := goagent.Serve(object.New("Robot").
		Method("add", func(x, y int) int { return x + y }, "x", object.Default("y", 1)).
		Property("age", func() int { return age }, func(a int) { birthday.Emit(a, age); age = a }).
		Dict("joints", map[string]int{"elbow": 90}).
		Attribute("model", "R2", object.ReadOnly).
		Signal("birthday", &birthday))
	check(err)
	defer func() { _ = server.Close() }()

	robot, err := goagent.Dial(ctx, server.Endpoint())
	check(err)
	defer func() { _ = robot.Close() }()
	var sum int
	check(robot.Call(ctx, &sum, "add", 41))
	fmt.Println(sum)
	fmt.Println(robot.Set(ctx, "model", "C3"))
	// Output:
	// 42
	// AttributeError: property 'model' of 'Robot' object has no setter
}

func ExampleProxy_Bind() {
	ctx, cancel := exampleContext()
	defer cancel()
	server, err := goagent.Serve(&Robot{Name: "Robbie", Joints: map[string]float64{"elbow": 10}})
	check(err)
	defer func() { _ = server.Close() }()
	proxy, err := goagent.Dial(ctx, server.Endpoint())
	check(err)
	defer func() { _ = proxy.Close() }()

	var robot struct {
		MoveArm  func(ctx context.Context, joint string, by float64) (float64, error)
		Name     goagent.Attr[string]
		Joints   goagent.Map[string, float64]
		ArmMoved goagent.RemoteSignal[float64]
	}
	check(proxy.Bind(ctx, &robot))
	moved := make(chan goagent.Change[float64], 1)
	_, err = robot.ArmMoved.Connect(ctx, func(c goagent.Change[float64]) { moved <- c })
	check(err)
	_, err = robot.MoveArm(ctx, "elbow", 5)
	check(err)
	change := <-moved
	fmt.Println(change.Other, "moved from", change.Old, "to", change.Value)
	// Output:
	// elbow moved from 10 to 15
}
