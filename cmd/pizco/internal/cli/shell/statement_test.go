package shell

import (
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/py"
)

func TestParse(t *testing.T) {
	kwargs := py.StrDict(py.Item{Key: "speed", Value: 2.5})
	for line, want := range map[string]Statement{
		"robot":                          {Object: "robot"},
		"robot.age":                      {Object: "robot", Attr: "age"},
		" robot . age  # how old":        {Object: "robot", Attr: "age"},
		"robot.age = 28":                 {Object: "robot", Attr: "age", Kind: Set, Value: int64(28)},
		"robot.age=1, 'a'":               {Object: "robot", Attr: "age", Kind: Set, Value: py.Tuple{int64(1), "a"}},
		"robot.move_arm(3)":              {Object: "robot", Attr: "move_arm", Kind: Call, Args: py.Tuple{int64(3)}},
		"robot.move_arm( )":              {Object: "robot", Attr: "move_arm", Kind: Call},
		"robot.move_arm(3, speed=2.5,)":  {Object: "robot", Attr: "move_arm", Kind: Call, Args: py.Tuple{int64(3)}, Kwargs: kwargs},
		"robot.say('a)', (1, 2))":        {Object: "robot", Attr: "say", Kind: Call, Args: py.Tuple{"a)", py.Tuple{int64(1), int64(2)}}},
		"robot.tools['left']":            {Object: "robot", Attr: "tools", Kind: GetItem, Args: py.Tuple{"left"}},
		"robot.tools[(1, 2)] = None":     {Object: "robot", Attr: "tools", Kind: SetItem, Args: py.Tuple{py.Tuple{int64(1), int64(2)}}},
		"robot.tools.get('up', 0)":       {Object: "robot", Attr: "tools", Method: "get", Kind: Call, Args: py.Tuple{"up", int64(0)}},
		"robot.arm_moved.connect(print)": {Object: "robot", Attr: "arm_moved", Method: "connect", Kind: Call, Name: "print"},
		"dir(robot)":                     {Object: "robot", Attr: "dir", Kind: Function},
	} {
		got, err := Parse(line)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", line, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"":                         "SyntaxError: expected the name of the object (column 1)",
		"1 + 1":                    "SyntaxError: expected the name of the object (column 1)",
		"robot.":                   "SyntaxError: expected the name of an attribute (column 7)",
		"robot.age == 3":           "SyntaxError: invalid syntax: expected ., (, [ or = (column 11)",
		"robot.age 3":              "SyntaxError: invalid syntax: expected ., (, [ or = (column 11)",
		"robot.move_arm(left)":     `SyntaxError: name "left" is not a literal (column 16)`,
		"robot.move_arm(1 2)":      "SyntaxError: invalid syntax: expected , (column 18)",
		"robot.move_arm(x=1, 2)":   "SyntaxError: positional argument follows keyword argument (column 21)",
		"robot.move_arm(x=1, x=2)": "SyntaxError: keyword argument repeated: x (column 24)",
		"robot.move_arm(":          "SyntaxError: unexpected end of the text (column 16)",
		"robot.tools[1, 2]":        "SyntaxError: a tuple as key needs parentheses here (column 15)",
		"robot.arm.joint":          "SyntaxError: attributes of attributes can only be called (column 16)",
		"robot.age = x":            `SyntaxError: name "x" is not a literal (column 13)`,
		"dir(robot":                "SyntaxError: invalid syntax: expected ) (column 10)",
	} {
		if got, err := Parse(line); err == nil || err.Error() != want {
			t.Errorf("%s: got %+v, %v", line, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, line := range []string{"robot.move_arm(3, speed=2.5,)", "robot.tools[(1, 2)] = None", "dir(robot)", "robot.a.b(print)", "é.ü = 1, 2"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		s, err := Parse(line)
		if err == nil && s.Object == "" && s.Kind != Function {
			t.Fatalf("%q: a statement without an object: %+v", line, s)
		}
	})
}
