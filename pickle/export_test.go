package pickle

// UnmarshalByTape is Unmarshal without its shorter ways.
func UnmarshalByTape(data []byte, v any, opts ...DecodeOption) error {
	cfg, err := newDecodeConfig(opts)
	if err != nil {
		return err
	}
	m := newMachine(cfg)
	defer m.release()
	return m.unmarshal(data, v)
}

// UnmarshalShortly is Unmarshal by its shorter ways alone. It reports whether they take the pickle.
func UnmarshalShortly(data []byte, v any, opts ...DecodeOption) bool {
	cfg, err := newDecodeConfig(opts)
	return err == nil && shortly(data, cfg, v)
}

// ApartBlocks returns how many blocks of memory hold objects that are apart.
func ApartBlocks() int64 { return apartCount.Load() }
