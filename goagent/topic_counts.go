package goagent

// subscribers is how many a topic has.
type subscribers struct {
	count int
	since uint64 // which of the agent's firsts the topic got its first subscriber with
}

// topicCounts counts the subscribers of topics. Unlike a map alone, it gives memory back when there
// were many topics and only few are left.
type topicCounts struct {
	counts map[string]subscribers
	firsts uint64 // how often a topic got its first subscriber
	most   int    // entries since the map was made
}

// keptTopics is the number of entries for which memory is kept in any case.
const keptTopics = 1024

func (c *topicCounts) of(topic string) subscribers { return c.counts[topic] }

// add counts one subscriber more or less and returns how many there are; ok is false when there was
// none to take away.
func (c *topicCounts) add(topic string, on bool) (count int, ok bool) {
	of := c.counts[topic]
	switch {
	case on:
		if of.count++; of.count == 1 {
			c.firsts++
			of.since = c.firsts
		}
	case of.count == 0:
		return 0, false
	default:
		of.count--
	}
	if of.count == 0 {
		delete(c.counts, topic)
		c.shrink()
		return 0, true
	}
	if c.counts == nil {
		c.counts = make(map[string]subscribers)
	}
	c.counts[topic] = of
	c.most = max(c.most, len(c.counts))
	return of.count, true
}

// shrink makes a new map when the present one had many more entries.
func (c *topicCounts) shrink() {
	if c.most <= keptTopics || len(c.counts) > c.most/4 {
		return
	}
	fewer := make(map[string]subscribers, len(c.counts))
	for topic, of := range c.counts {
		fewer[topic] = of
	}
	c.counts, c.most = fewer, len(fewer)
}
