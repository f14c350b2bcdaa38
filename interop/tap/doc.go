// Package tap stands between a client and a server and records what they say, for peers in any
// language.
//
// Over tcp, the client dials the tap's endpoint. The original accepts only answers whose sender is
// the endpoint that it dialled. So the tap replaces the server's endpoints by its own in what the
// server says, and signs anew what carried a valid signature. Both have the same length, so that no
// other byte changes. Over ipc, the tap moves the server's socket file away and listens in its
// place: nothing is rewritten at all.
//
// What is recorded is what the sender sent.
package tap
