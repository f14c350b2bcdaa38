// Package develop has the tests with the original's branch develop. The build tag of that name is
// for those with a checkout of it.
package develop
