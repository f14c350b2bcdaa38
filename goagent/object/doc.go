// Package object serves values of Go as objects of Python.
//
// A program uses it in one of three ways. A value of its own is served by reflection, and says more
// about itself by being [Described]. [New] puts an object together by hand, name by name. A
// [Future] or a [Signal] is what both can have as results and members.
//
//	robot := object.New("Robot").
//		Method("think", think, "question", object.Default("depth", 3)).
//		Attribute("name", &name).
//		Signal("arm_moved", &armMoved)
//	server, err := goagent.Serve(robot)
//
// # Words
//
// A member is what a name of an object stands for: a method, a signal, or an attribute, which has a
// value. A parameter is one of a served function as Python sees it, with its name and default. A
// container is a value with items: a dict, list, set or tuple, of Go or of package py. A scalar is
// a number or a text. Peers call the methods of both as they are in CPython.
//
// # The server's side
//
// [Of] makes a [Served] of a value, [NewConstructor] one of the arguments of a peer. Package
// goagent calls their methods; [Settings] is what its options set. [Policy] says which values of
// peers are let in, and [MemberInfo] is what a server says about a member. A program that serves
// objects needs none of these.
package object
