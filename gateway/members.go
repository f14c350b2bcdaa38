package gateway

import (
	"context"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/object"
)

// memberAge is how long what a target says about its members is taken for true. The original needs
// a few requests for each.
const memberAge = 5 * time.Second

// memberCache keeps what a target has said about its members. Of several that ask at once, one
// does.
type memberCache struct {
	asking  sync.Mutex
	mu      sync.Mutex
	members []object.MemberInfo
	at      time.Time
}

func (c *memberCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.members, c.at = nil, time.Time{}
}

func (c *memberCache) fresh() ([]object.MemberInfo, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.members, time.Since(c.at) < memberAge
}

// describe returns the members that are exposed.
func (t *target) describe(ctx context.Context) ([]object.MemberInfo, error) {
	t.members.asking.Lock()
	defer t.members.asking.Unlock()
	if members, ok := t.members.fresh(); ok {
		return members, nil
	}
	proxy, err := t.connected(ctx)
	if err != nil {
		return nil, err
	}
	all, err := proxy.Describe(ctx)
	if err != nil {
		return nil, err
	}
	members := []object.MemberInfo{}
	for _, m := range all {
		if t.exposes(m.Name) {
			members = append(members, m)
		}
	}
	t.members.mu.Lock()
	defer t.members.mu.Unlock()
	t.members.members, t.members.at = members, time.Now()
	return members, nil
}
