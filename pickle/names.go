package pickle

import (
	"sync"

	"github.com/pizco-go/pizco/py"
)

// global is a module and the name of something in it.
type global struct{ module, name string }

// toPython3 returns the names that Python 3 uses for what Python 2 calls module.name, as
// pickle.Unpickler.find_class maps them below protocol 3: rules for single names come before those
// for whole modules.
func toPython3(module, name string) (string, string) {
	if g, ok := names2to3[global{module, name}]; ok {
		return g.module, g.name
	}
	if m, ok := modules2to3[module]; ok {
		return m, name
	}
	return module, name
}

// toPython2 returns the names that Python 2 uses for what Python 3 calls module.name, as
// pickle.Pickler.save_global maps them below protocol 3. It is not the inverse of toPython3:
// several names of Python 3 may share one of Python 2.
func toPython2(module, name string) (string, string) {
	if g, ok := names3to2[global{module, name}]; ok {
		return g.module, g.name
	}
	if m, ok := modules3to2[module]; ok {
		return m, name
	}
	if module == "socket" && name == "SocketType" {
		return "socket", "_socketobject" // it is another name of _socket.socket
	}
	return module, name
}

// isAmbiguous reports whether what Python 2 calls module.name stands for several things of Python
// 3, each of which a pickle below protocol 3 names so.
func isAmbiguous(module, name string) bool {
	sources := named3()[global{module, name}]
	for _, m := range modules3()[module] {
		if _, one := names3to2[global{m, name}]; !one {
			sources++
		}
	}
	if m, n := toPython2(module, name); m == module && n == name {
		sources++ // it has the same name in Python 3
	}
	return sources > 1
}

// named3 returns how many things of Python 3 are mapped to each name of Python 2 one by one, and
// modules3 which modules.
var (
	named3 = sync.OnceValue(func() map[global]int {
		sources := map[global]int{}
		for _, old := range names3to2 {
			sources[old]++
		}
		return sources
	})
	modules3 = sync.OnceValue(func() map[string][]string {
		sources := map[string][]string{}
		for module, old := range modules3to2 {
			sources[old] = append(sources[old], module)
		}
		return sources
	})
)

// The module and encoding names that CPython's reductions of built-in values share with everything
// else that uses them. A decoder gives the first of each that it meets this memory, so that the
// encoder sees the object that CPython saw.
const (
	builtinsModule = "builtins"
	latin1Encoding = "latin1"
)

// Classes that the encoder names when it writes built-in values through REDUCE.
var (
	classBytes     = py.Class{Module: builtinsModule, Name: "bytes"}
	classByteArray = py.Class{Module: builtinsModule, Name: "bytearray"}
	classComplex   = py.Class{Module: builtinsModule, Name: "complex"}
	classFrozenSet = py.Class{Module: builtinsModule, Name: "frozenset"}
	classGetattr   = py.Class{Module: builtinsModule, Name: "getattr"}
	classSet       = py.Class{Module: builtinsModule, Name: "set"}
	classType      = py.Class{Module: builtinsModule, Name: "type"}
	classEncode    = py.Class{Module: "_codecs", Name: "encode"}
	classPartial   = py.Class{Module: "functools", Name: "partial"}
	classNewObj    = py.Class{Module: "copyreg", Name: "__newobj__"}
	classNewObjEx  = py.Class{Module: "copyreg", Name: "__newobj_ex__"}
	classRebuild   = py.Class{Module: "copyreg", Name: "_reconstructor"}
	classObject    = py.Class{Module: builtinsModule, Name: "object"}
)
