// Package twohosts holds the tests that need two hosts: two network namespaces of this one stand
// for them. They run as root, with `make test-network`.
package twohosts
