// Package topics follows the subscriptions of peers to topics.
//
// [Counts] counts the subscribers. [Handler] tells the program of changes. [Signals] connects to a
// served object's signals for as long as they have subscribers. [Forwarded] subscribes at another
// server, for a forwarder.
package topics
