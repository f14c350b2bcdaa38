// Package arrays does with numpy's arrays what the gateway and the tool show and write of them.
//
// It takes parts by index and slice (index.go), writes numpy's file format (npy.go) and CSV
// (csv.go), and makes summaries with a picture (summary.go).
package arrays
