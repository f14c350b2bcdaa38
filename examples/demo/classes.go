package demo

import (
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

// Classes returns the names of the classes.
func Classes() []string { return []string{"example.MultiplyBy", "robot.Robot"} }

// Options returns what has a server know the classes.
func Options() []goagent.ServeOption {
	return []goagent.ServeOption{
		goagent.WithClass("example.MultiplyBy", NewMultiplyBy, "factor"),
		goagent.WithClass("robot.Robot", NewRobot, object.Default("name", "Robbie"), object.Default("age", 3)),
	}
}
