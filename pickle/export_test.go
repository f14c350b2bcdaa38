package pickle

// UnmarshalByGraph is Unmarshal by way of the graph.
func UnmarshalByGraph(data []byte, v any, opts ...DecodeOption) error {
	cfg, err := newDecodeConfig(opts)
	if err != nil {
		return err
	}
	m := newMachine(data, cfg)
	defer m.release()
	return m.unmarshal(v)
}

// UnmarshalDirectly is Unmarshal without a graph. It reports whether that can be done.
func UnmarshalDirectly(data []byte, v any, opts ...DecodeOption) bool {
	cfg, err := newDecodeConfig(opts)
	return err == nil && directly(data, cfg, v)
}

// ApartBlocks returns how many blocks of memory hold objects that are apart.
func ApartBlocks() int64 { return apartCount.Load() }
