package main

import (
	"fmt"
	"runtime"

	"github.com/pizco-go/pizco/interop/child"
)

// spareFiles is how many open files a server needs beside its clients' connections.
const spareFiles = 100

// measureMemory looks at what a server holds for its clients, and whether many calls leave
// something behind.
func measureMemory(b *bench) error {
	for _, kind := range []string{"go", onLibzmq + "go"} {
		if err := measureClientMemory(b, kind); err != nil {
			return err
		}
	}
	return measureLeaks(b)
}

func usage(p *child.Process) (child.Usage, error) {
	var u child.Usage
	err := p.Ask(child.Order{"do": "usage"}, &u)
	return u, err
}

func measureClientMemory(b *bench, kind string) error {
	var all peers
	defer all.close()
	server, endpoint, err := all.server(kind)
	if err != nil {
		return err
	}
	before, err := usage(server)
	if err != nil {
		return err
	}
	clients := pick(b, 10_000, 500)
	limited := ""
	if most := (int(raiseFileLimit()) - spareFiles) / 2; most < clients {
		limited = fmt.Sprintf(", as many as the limit of %d open files allows", raiseFileLimit())
		clients = most
	}
	const perClientProcess = 2500
	for left := clients; left > 0; left -= perClientProcess {
		c, err := all.client("light", endpoint)
		if err != nil {
			return err
		}
		if err := c.Ask(child.Order{"do": "connect", "n": min(left, perClientProcess)}, nil); err != nil {
			return err
		}
	}
	after, err := usage(server)
	if err != nil {
		return err
	}
	each := float64(after.RSS-before.RSS) / float64(clients) / 1024
	heap := float64(after.Heap-before.Heap) / float64(clients) / 1024
	where := ""
	if kind != "go" {
		where = " on libzmq"
	}
	b.table.note(fmt.Sprintf("Memory of the server%s for each of %d connected clients%s", where, clients, limited),
		"%.1f kB a client, %.1f kB of it Go's heap; %.0f MB in all", each, heap, float64(after.RSS)/1e6)
	return nil
}

// growthAllowed is by how much a process may be larger after many calls than after the first tenth
// of them, in bytes: pages that the allocators keep.
const growthAllowed = 4 << 20

func measureLeaks(b *bench) error {
	var all peers
	defer all.close()
	server, endpoint, err := all.server("go")
	if err != nil {
		return err
	}
	client, err := all.client("go", endpoint)
	if err != nil {
		return err
	}
	calls, allowed := pick(b, 1_000_000, 50_000), int64(pick(b, growthAllowed, quickAllowance*growthAllowed))
	used := make(map[*child.Process][2]child.Usage)
	for stage, n := range []int{calls / 10, calls - calls/10} {
		if _, err := floodRate(client, parallel, 1, n); err != nil {
			return err
		}
		for _, p := range []*child.Process{server, client} {
			u, err := usage(p)
			if err != nil {
				return err
			}
			both := used[p]
			both[stage] = u
			used[p] = both
		}
	}
	for p, name := range map[*child.Process]string{server: "server", client: "client"} {
		warm, end := used[p][0], used[p][1]
		kept := end.RSS-warm.RSS <= allowed && end.Heap-warm.Heap <= allowed/4 &&
			end.Goroutines <= warm.Goroutines+2 && end.Files <= warm.Files+wakers()
		b.table.exactly(fmt.Sprintf("%d calls, growth of the %s after the first tenth", calls, name),
			fmt.Sprintf("%+.2f MB resident, %+.3f MB heap, %+d goroutines, %+d files", float64(end.RSS-warm.RSS)/1e6,
				float64(end.Heap-warm.Heap)/1e6, end.Goroutines-warm.Goroutines, end.Files-warm.Files),
			fmt.Sprintf("none but what the allocators keep (%d MB)", allowed>>20), kept)
	}
	return nil
}

// wakers is how many files a process may come to hold for goroutines that keep their threads while
// messages follow each other quickly: a pipe for each of two on a processor, made when it is first
// wanted and kept.
func wakers() int { return 2 * 2 * runtime.NumCPU() }
