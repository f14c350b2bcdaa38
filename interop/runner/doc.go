// Package runner runs the conformance suite. It pairs peers as the cells say, and has them do what
// the cases say. It compares the results with what the case expects, and with what the original did
// and sent.
//
// Cells of the original against itself run first: their answers and frames are the reference for
// all others. There is one process for each server configuration; clients live on from cell to
// cell.
package runner
