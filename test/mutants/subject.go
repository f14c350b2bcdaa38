package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// subject is a package whose tests are tried, and what judges it.
type subject struct {
	// folder is the package's, from the repository's root.
	folder string
	// judges are the tests that are run, one after the other until one fails.
	judges []tests
}

// tests are the tests of a package, or some of them.
type tests struct {
	// folder is the package's, from the repository's root.
	folder string
	// run is the pattern of the tests; empty for all.
	run string
	// within is how long they may take: a fault can make a loop endless.
	within time.Duration
}

// quick and slow are how long the tests of a package may take on a machine that does other work.
const (
	quick = time.Minute
	slow  = 5 * time.Minute
)

func own(folder string, within time.Duration) tests { return tests{folder, "", within} }

// corpus holds the codec to what CPython's own picklers wrote, and says of what they read.
var corpus = own("interop/corpus", quick)

var subjects = []subject{
	{"wire", []tests{own("wire", quick)}},
	{"jsonser", []tests{own("jsonser", quick)}},
	{"py", []tests{own("py", quick), corpus, own("pickle", slow)}},
	{"pickle", []tests{own("pickle", slow), corpus}},
	{"gateway", []tests{own("gateway", slow)}},
	{"gateway/tagged", []tests{own("gateway/tagged", quick), own("gateway", slow)}},
	{"cmd/pizco/internal/cli", []tests{own("cmd/pizco/internal/cli", slow)}},
	{"cmd/pizco/internal/cli/shell", []tests{own("cmd/pizco/internal/cli/shell", quick), own("cmd/pizco/internal/cli", slow)}},
	{"goagent", []tests{own("goagent", slow)}},
	{"goagent/object", []tests{own("goagent/object", slow), own("goagent", slow)}},
	{"goagent/pyerr", []tests{own("goagent/pyerr", quick), own("goagent", slow)}},
	{"goagent/internal/addressing", []tests{own("goagent/internal/addressing", quick), own("goagent", slow)}},
	{"goagent/internal/dispatch", []tests{own("goagent/internal/dispatch", quick), own("goagent", slow)}},
	{"goagent/internal/emission", []tests{own("goagent/internal/emission", quick), own("goagent", slow)}},
	{"goagent/internal/naming", []tests{own("goagent", slow)}},
	{"goagent/internal/original", []tests{own("goagent", slow)}},
	{"goagent/internal/peer", []tests{own("goagent/internal/peer", quick), own("goagent", slow)}},
	{"goagent/internal/psmessage", []tests{own("goagent/internal/psmessage", quick), own("goagent", slow)}},
	{"goagent/internal/queue", []tests{own("goagent/internal/queue", quick), own("goagent", slow)}},
	{"goagent/internal/serving", []tests{own("goagent/internal/serving", quick), own("goagent", slow)}},
	{"goagent/internal/topics", []tests{own("goagent/internal/topics", quick), own("goagent", slow)}},
	{"goagent/internal/transport/zmtp", []tests{own("goagent/internal/transport/zmtp", slow), own("goagent/internal/transport", slow)}},
}

func names() []string {
	var folders []string
	for _, s := range subjects {
		folders = append(folders, s.folder)
	}
	return folders
}

// choose returns the named subjects, or all of them when none is named.
func choose(packages []string) ([]subject, error) {
	if len(packages) == 0 {
		return subjects, nil
	}
	var chosen []subject
	for _, name := range packages {
		folder := strings.TrimSuffix(strings.TrimPrefix(name, "./"), "/")
		at := slices.IndexFunc(subjects, func(s subject) bool { return s.folder == folder })
		if at < 0 {
			return nil, fmt.Errorf("nothing is known of package %s; known are %s", name, strings.Join(names(), ", "))
		}
		chosen = append(chosen, subjects[at])
	}
	return chosen, nil
}
