package child

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

// Order is what a child is asked to do: "do" names it, the rest are its settings.
type Order map[string]any

// Orders are what a child can do, by name. Each gets the whole order and returns what is to be
// answered.
type Orders map[string]func(order json.RawMessage) (any, error)

// Obey is the child's side: it prints ready and carries out orders until standard input ends.
func (o Orders) Obey(ready any) error {
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(ready); err != nil {
		return err
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		answer, err := o.carryOut(in.Bytes())
		if err != nil {
			answer = map[string]string{"error": err.Error()}
		}
		if answer == nil {
			answer = struct{}{}
		}
		if err := out.Encode(answer); err != nil {
			return err
		}
	}
	return in.Err()
}

func (o Orders) carryOut(line []byte) (any, error) {
	var order struct {
		Do string `json:"do"`
	}
	if err := json.Unmarshal(line, &order); err != nil {
		return nil, err
	}
	do, ok := o[order.Do]
	if !ok {
		return nil, fmt.Errorf("no order %q", order.Do)
	}
	return do(line)
}

// To returns the carrying out of an order whose settings are a T.
func To[T any](do func(settings T) (any, error)) func(json.RawMessage) (any, error) {
	return func(order json.RawMessage) (any, error) {
		var settings T
		if err := json.Unmarshal(order, &settings); err != nil {
			return nil, err
		}
		return do(settings)
	}
}
