// Package frames compares what two pairs of peers said on the wire, byte for byte, after the parts
// that can never be the same are put away: endpoints, message ids, signatures. Those are checked
// before: the sender must be the server, an id must be a UUID of version 4 and come back in the
// answer, a signature must be right.
package frames
