package zmtp

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// found returns the topics that a text begins with, as the tree has them.
func found(t *tree[int], text string) []string {
	var topics []string
	t.match([]byte(text), func(b *branch[int]) { topics = append(topics, b.topic()) })
	return topics
}

// TestTree enters and takes out topics by chance, beside a map that does the same.
func TestTree(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	topic := func() string {
		text := make([]byte, random.IntN(6))
		for i := range text {
			text[i] = "ab\x00"[random.IntN(3)]
		}
		return string(text)
	}
	var own tree[int]
	known := map[string]*branch[int]{}
	for range 20_000 {
		name := topic()
		if at := own.find(name); (at != nil) != (known[name] != nil) || at != known[name] {
			t.Fatalf("%q is there: %v", name, at != nil)
		}
		if at := known[name]; at == nil {
			known[name] = own.insert(name)
		} else {
			own.remove(at)
			delete(known, name)
		}
		text := topic() + topic()
		var want []string
		for name := range known {
			if strings.HasPrefix(text, name) {
				want = append(want, name)
			}
		}
		slices.Sort(want)
		if got := found(&own, text); !slices.Equal(got, want) {
			t.Fatalf("%q begins with %q, want %q", text, got, want)
		}
	}
	for name, at := range known {
		if at.topic() != name {
			t.Errorf("%q is %q", name, at.topic())
		}
		own.remove(at)
	}
	if len(own.root.children) != 0 || own.root.used {
		t.Errorf("%d branches are left", len(own.root.children))
	}
}

// TestTreeOfManyTopics looks texts up among 100,000 topics: the way to a topic is no longer than
// its text, however many there are.
func TestTreeOfManyTopics(t *testing.T) {
	var own tree[int]
	const topics = 100_000
	for i := range topics {
		own.insert(fmt.Sprintf("PZC01+tcp://127.0.0.1:8000+topic-%d", i))
	}
	for i := range topics {
		text := fmt.Sprintf("PZC01+tcp://127.0.0.1:8000+topic-%d", i)
		n, steps := 0, 0
		own.match([]byte(text), func(b *branch[int]) {
			n++
			for steps = 0; b.parent != nil; b = b.parent {
				steps++
			}
		})
		if digits := len(fmt.Sprint(i)); n == 0 || n > digits || steps > digits+1 {
			t.Fatalf("%s is found %d times, in %d steps", text, n, steps)
		}
	}
}
