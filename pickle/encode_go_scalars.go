package pickle

import (
	"math/big"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
)

// saveScalar writes the scalar at a place.
func (e *encoder) saveScalar(s gotype.Scalar, at raw.Place) error {
	switch s {
	case gotype.String:
		return e.saveString(*raw.In[string](at))
	case gotype.Int64:
		e.saveInt(*raw.In[int64](at))
	case gotype.Float64:
		e.saveFloat(*raw.In[float64](at))
	case gotype.Bool:
		e.saveBool(*raw.In[bool](at))
	case gotype.Float32:
		e.saveFloat(float64(*raw.In[float32](at)))
	case gotype.Complex64:
		return e.saveBoxed(complex128(*raw.In[complex64](at)))
	case gotype.Complex128:
		return e.saveBoxed(*raw.In[complex128](at))
	case gotype.Uint64:
		u := *raw.In[uint64](at)
		if u>>63 != 0 {
			return e.saveBigInt(new(big.Int).SetUint64(u))
		}
		e.saveInt(int64(u))
	default:
		e.saveInt(s.Small(at))
	}
	return nil
}

// saveBoxed writes a complex number, which unlike other scalars has an identity.
func (e *encoder) saveBoxed(c complex128) error {
	boxed := any(c)
	e.keep(boxed)
	return e.save(boxed)
}
