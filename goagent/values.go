package goagent

import (
	"fmt"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// pyRepr interim until py.Repr lands.
func pyRepr(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case string:
		if strings.Contains(v, "'") && !strings.Contains(v, `"`) {
			return `"` + v + `"`
		}
		return "'" + v + "'"
	case py.Tuple:
		var b []string
		for _, x := range v {
			b = append(b, pyRepr(x))
		}
		if len(b) == 1 {
			return "(" + b[0] + ",)"
		}
		return "(" + strings.Join(b, ", ") + ")"
	}
	return fmt.Sprint(v)
}

// sendable interim until py.FromGo lands.
func sendable(v any) any {
	if i, ok := v.(int); ok {
		return int64(i)
	}
	return v
}
