package goagent

import "sync"

// topicHandler tells the user's handler of changes of the subscriptions, one after the other, from
// a goroutine that is there while there are some: the handler may take its time, use the agent and
// close it.
//
// Of what comes faster than it takes, defaultSlotQueue changes wait; of further ones each topic's
// last.
type topicHandler struct {
	agent *Agent
	tell  func(topic string, subscribers int)

	mu      sync.Mutex
	running bool
	waiting []topicChange
	// late are the topics of further changes, in order, and lateCounts their last counts.
	late       []string
	lateCounts map[string]int
}

type topicChange struct {
	topic       string
	subscribers int
}

// changed notes a change. It does not wait.
func (h *topicHandler) changed(topic string, subscribers int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.late) == 0 && len(h.waiting) < defaultSlotQueue {
		h.waiting = append(h.waiting, topicChange{topic, subscribers})
	} else {
		h.coalesce(topic, subscribers)
	}
	if !h.running {
		h.running = true
		go h.run()
	}
}

func (h *topicHandler) coalesce(topic string, subscribers int) {
	if h.lateCounts == nil {
		h.lateCounts = make(map[string]int)
	}
	if _, known := h.lateCounts[topic]; !known {
		h.late = append(h.late, topic)
	}
	h.lateCounts[topic] = subscribers
}

// run ends when nothing waits, or the agent is closed.
func (h *topicHandler) run() {
	for {
		changes := h.take()
		if len(changes) == 0 {
			return
		}
		for _, c := range changes {
			if h.agent.ctx.Err() != nil {
				return
			}
			h.call(c)
		}
	}
}

func (h *topicHandler) take() []topicChange {
	h.mu.Lock()
	defer h.mu.Unlock()
	changes := h.waiting
	h.waiting = nil
	if len(changes) == 0 {
		for _, topic := range h.late {
			changes = append(changes, topicChange{topic, h.lateCounts[topic]})
		}
		h.late, h.lateCounts = nil, nil
	}
	h.running = len(changes) > 0
	return changes
}

func (h *topicHandler) call(c topicChange) {
	defer func() {
		if p := recover(); p != nil {
			h.agent.log.Error("topic handler panicked", "topic", c.topic, "panic", p)
		}
	}()
	h.tell(c.topic, c.subscribers)
}
