// Package graph turns the exact graph of package py into the suite's values, and back. Library
// types are known by what they pickle to.
package graph
