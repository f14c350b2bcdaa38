// Package status counts what happens in a server and shows it on a page in the browser, live. The
// page takes the place of the original's small window: when the last one is closed, whoever serves
// it is told.
package status
