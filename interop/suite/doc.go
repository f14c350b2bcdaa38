// Package suite holds what the conformance suite tests, as data: the axes, whose product is the
// cells, and the cases, which run in each cell that they fit. It knows what has to come out, and
// why a cell or a case in a cell cannot be; it runs nothing.
package suite
