// Package dispatch decides which request of an agent runs when, and what is refused.
//
// [Load] counts the requests that an agent holds and refuses more to a client that has its share.
// [Turns] gives out the right to run, one client after the other. [Rejections] limits the warnings
// about refused requests. [Pace] says whether calls are quick, and [Work] when none is under way.
//
// Nothing here reads a message or calls an object: package goagent does, when it is told to go on.
package dispatch
