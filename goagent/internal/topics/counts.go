package topics

// Subscribers is how many a topic has.
type Subscribers struct {
	Count int    // how many there are now
	Since uint64 // which of the agent's firsts the topic got its first subscriber with
}

// Counts counts the subscribers of topics. Unlike a map alone, it gives memory back when there
// were many topics and only few are left.
type Counts struct {
	counts map[string]Subscribers
	firsts uint64 // how often a topic got its first subscriber
	most   int    // entries since the map was made
}

// keptTopics is the number of entries for which memory is kept in any case.
const keptTopics = 1024

// Of returns the subscribers of a topic.
func (c *Counts) Of(topic string) Subscribers { return c.counts[topic] }

// Add counts one subscriber more or less and returns how many there are; ok is false when there was
// none to take away.
func (c *Counts) Add(topic string, on bool) (count int, ok bool) {
	of := c.counts[topic]
	switch {
	case on:
		if of.Count++; of.Count == 1 {
			c.firsts++
			of.Since = c.firsts
		}
	case of.Count == 0:
		return 0, false
	default:
		of.Count--
	}
	if of.Count == 0 {
		delete(c.counts, topic)
		c.shrink()
		return 0, true
	}
	if c.counts == nil {
		c.counts = make(map[string]Subscribers)
	}
	c.counts[topic] = of
	c.most = max(c.most, len(c.counts))
	return of.Count, true
}

// shrink makes a new map when the present one had many more entries.
func (c *Counts) shrink() {
	if c.most <= keptTopics || len(c.counts) > c.most/4 {
		return
	}
	fewer := make(map[string]Subscribers, len(c.counts))
	for topic, of := range c.counts {
		fewer[topic] = of
	}
	c.counts, c.most = fewer, len(fewer)
}
