// Package addressing has the endpoints of agents. It says what is bound, by which names peers know
// it, what is dialled for a name, and where a server may have its notifications come from.
package addressing
