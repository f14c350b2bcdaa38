package pyerr_test

import (
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/goagent/pyerr"
)

func ExampleClass() {
	// What a server raises, seen by its client.
	var err error = pyerr.KeyError.New("elbow")
	fmt.Println(err)
	fmt.Println(errors.Is(err, pyerr.LookupError), errors.Is(err, pyerr.ValueError))

	badAge := pyerr.Class("robots.errors.BadAge")
	fmt.Println(badAge.Errorf("%d is no age", -1))

	fmt.Println(fmt.Errorf("%w: %d is no age", pyerr.ValueError, -1))
	// Output:
	// KeyError: 'elbow'
	// true false
	// robots.errors.BadAge: -1 is no age
	// ValueError: -1 is no age
}
