package demo

import "github.com/pizco-go/pizco/goagent"

// Classes returns the names of the classes.
func Classes() []string { return []string{"example.MultiplyBy", "robot.Robot"} }

// Options returns what has a server know the classes.
func Options() []goagent.ServeOption {
	return []goagent.ServeOption{
		goagent.WithClass("example.MultiplyBy", NewMultiplyBy, goagent.Params("factor")),
		goagent.WithClass("robot.Robot", NewRobot, goagent.Params(goagent.Default("name", "Robbie"), goagent.Default("age", 3))),
	}
}
