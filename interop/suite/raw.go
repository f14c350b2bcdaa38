package suite

import "github.com/pizco-go/pizco/interop/value"

// RawMessage describes a message that the suite writes by itself: a good one, and what is done to
// it.
type RawMessage struct {
	// Content is JSON text; the default is "info" for requests.
	Content string `yaml:"content"`
	// ContentHex replaces the content by bytes.
	ContentHex string `yaml:"content_hex"`
	// Serializer is what frame 1 says, "json" by default.
	Serializer string `yaml:"serializer"`
	// Sender replaces the sender in frame 0.
	Sender string `yaml:"sender"`
	// Topic is the topic in frame 0, none by default.
	Topic string `yaml:"topic"`
	// ID is the message id: by default a good one, for answers that of the request; "fresh" is
	// always a new one.
	ID *string `yaml:"id"`
	// Edits are made to the frames before they are signed.
	Edits []Edit `yaml:"edits"`
	// Sign is how a message is signed:
	//
	//   - "good", the default: with the cell's key, if it has one
	//   - "none"
	//   - "flipped": one bit is wrong
	//   - "other": by another key
	//   - "short": a part of the signature
	//   - "anyway": by a key even if the cell has no key
	Sign string `yaml:"sign"`
	// Finally are edits that are made after signing.
	Finally []Edit `yaml:"finally"`
}

// Edit changes one thing about frames.
type Edit struct {
	// Keep drops all frames after the first so many.
	Keep *int `yaml:"keep"`
	// Frame is the frame that Text or Hex replaces, that Truncate cuts to so many bytes, or whose
	// bit Flip (counted from its first byte's lowest) changes.
	Frame    int     `yaml:"frame"`
	Text     *string `yaml:"text"`
	Hex      *string `yaml:"hex"`
	Truncate *int    `yaml:"truncate"`
	Flip     *int    `yaml:"flip"`
	// Append adds frames of text.
	Append []string `yaml:"append"`
}

// Reply is what a raw message must be answered with.
type Reply struct {
	// None is set when there must be no answer.
	None bool `yaml:"none"`
	// Topic is the answer's topic.
	Topic string `yaml:"topic"`
	// Content is the answer's content, decoded.
	Content *value.Value `yaml:"content"`
	// ID is "same" or "fresh".
	ID string `yaml:"id"`
	// HasKeys are keys that the content, a dict, must have.
	HasKeys []string `yaml:"has_keys"`
}

// Adversary is a server that answers requests as it is told, and misbehaves.
type Adversary struct {
	// Info and Inspect answer those requests; the default is to answer them well.
	Info    *Answer `yaml:"info"`
	Inspect *Answer `yaml:"inspect"`
	// Answers answer all other requests, in order. When they are used up, requests are echoed well:
	// exec returns its first argument.
	Answers []Answer `yaml:"answers"`
}

// Answer is what the adversary does about a request.
type Answer struct {
	RawMessage `yaml:",inline"`
	// DelayMS waits before answering.
	DelayMS int `yaml:"delay_ms"`
	// Times answers so many times, once by default.
	Times int `yaml:"times"`
	// Never does not answer.
	Never bool `yaml:"never"`
	// Close ends the connection in place of an answer.
	Close bool `yaml:"close"`
	// Previous answers the request before once more in place of this one.
	Previous bool `yaml:"previous"`
}
