// Package addressing has the endpoints of agents: what is bound, the names by which peers know it,
// what is dialled for a name, and where a server may have its notifications come from.
package addressing
