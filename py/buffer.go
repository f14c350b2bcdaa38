package py

// Buffer is a pickle.PickleBuffer: bytes that protocol 5 can carry outside of the pickle. Written
// inside, it is a bytearray, or bytes when ReadOnly is set. Its identity is its pointer.
type Buffer struct {
	// Bytes is the content.
	Bytes []byte
	// ReadOnly is set when the receiver must not change the content.
	ReadOnly bool
}
