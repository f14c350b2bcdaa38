// Package pyenv gives tests the Pythons that they were asked to run against, and runs scripts on
// them.
//
// Which ones is said by the environment variable PIZCO_PYTHONS, a list of versions separated by
// commas such as "3.6,3.13"; without it, it is the version of the machine's python3. scripts/setup
// (which `make test` runs first) gives each a virtual environment with the original pizco, pinned.
// A Python that was asked for and is not there fails the test: nothing here ever skips one.
//
// The programs that this package starts live in python_fixtures. They end when their standard input
// does, so that nothing outlives a test binary, however it ends.
package pyenv
