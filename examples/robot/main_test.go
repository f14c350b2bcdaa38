package main

import (
	"context"
	"os"
)

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// the elbow was moved from 10 to 45.5
	// the elbow is at 45.5
	// ValueError: -1 is not a valid age for a robot
	// the answer is 42
}
