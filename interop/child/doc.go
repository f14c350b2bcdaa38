// Package child runs the peers of the benchmarks and of the torture in processes of their own, and
// gives them orders.
//
// An order is a line of JSON on the child's standard input, {"do": NAME, ...}. Its answer is a line
// on the standard output: what the order asked for, or {"error": TEXT}. The first line that a child
// prints says where it can be reached. A child ends when its standard input does, so it never
// outlives the program that started it.
package child
