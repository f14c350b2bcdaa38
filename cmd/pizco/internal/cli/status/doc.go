// Package status counts what happens in a server and shows it live on a page in the browser. The
// page takes the place of the original's small window. When the last page is closed, the server is
// notified.
package status
