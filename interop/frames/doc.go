// Package frames compares what two pairs of peers said on the wire, byte for byte. First it puts
// away the parts that always differ: endpoints, message ids and signatures. Before that it checks
// them. The sender must be the server, an id must be a UUID of version 4 and come back in the
// answer, and a signature must be right.
package frames
