package py

import "strings"

// builtinFunctions are the functions of module builtins; everything else in it is a class.
const builtinFunctions = " __build_class__ __import__ abs aiter all anext any ascii bin breakpoint callable chr compile delattr dir divmod eval exec format getattr " +
	"globals hasattr hash hex id input isinstance issubclass iter len locals max min next oct open ord pow print repr round setattr sorted " +
	"sum vars "

// builtinModules are modules of the standard library written in C whose functions print as
// built-in.
const builtinModules = " _operator operator _functools time math _codecs itertools array marshal posix sys "

// lowerClasses are classes of the standard library with names in lower case, like functions.
const lowerClasses = " collections.deque collections.defaultdict datetime.date datetime.datetime datetime.time datetime.timedelta datetime.timezone datetime.tzinfo " +
	"functools.partial array.array time.struct_time itertools.count itertools.chain itertools.cycle itertools.repeat operator.itemgetter " +
	"operator.attrgetter operator.methodcaller numpy.ndarray numpy.dtype "

// class writes a class or a function. A pickle does not say which it is: names that begin with a
// capital letter are taken for classes, and so are lowerClasses.
func (r *repr) class(c Class) {
	last := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	known := func(list, name string) bool { return strings.Contains(list, " "+name+" ") }
	switch {
	case isBuiltin(c.Module) && known(builtinFunctions, c.Name):
		r.str("<built-in function " + c.Name + ">")
	case isBuiltin(c.Module):
		r.str("<class '" + c.Name + "'>")
	case last != "" && last[0] >= 'a' && last[0] <= 'z' && !known(lowerClasses, c.Module+"."+c.Name):
		if known(builtinModules, c.Module) || c.Module == "functools" && c.Name == "reduce" {
			r.str("<built-in function " + c.Name + ">")
			return
		}
		r.str("<function " + c.Name + ">")
	default:
		r.str("<class '" + c.String() + "'>")
	}
}
