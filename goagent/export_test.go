package goagent

// PyRepr is Python's repr() for tests.
var PyRepr = pyRepr
