// Package wire is pizco's message: five frames that carry a sender, a topic, a content and a
// message id, signed or not.
//
//	frame 0  PZC00+sender+topic                 UTF-8
//	frame 1  the name of the serializer         UTF-8: pickle, pickleN or json
//	frame 2  the content                        as that serializer writes it
//	frame 3  the message id                     UTF-8: urn:uuid: and a random UUID
//	frame 4  HMAC-SHA1 over frames 0 to 3       empty without a key
//
// A [Protocol] holds the key and the serializer's name, as the class Protocol of the original does.
// [Protocol.Format] makes the frames. [Protocol.Parse] checks frames exactly as the original does,
// in its order, and leaves the content undecoded. [Protocol.Decode] then decodes it right into the
// Go value that the caller wants.
//
// Every failure is an *[Error] that matches one of the package's Err values with errors.Is. It
// reports whether the peer is to blame.
package wire
