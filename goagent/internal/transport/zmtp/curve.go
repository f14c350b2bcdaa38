package zmtp

import (
	"fmt"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// curveSecurity returns the security of a socket that speaks CURVE (RFC 26).
func curveSecurity(socketType, role, *transport.Curve) (security, error) {
	return nil, fmt.Errorf("%w: this transport does not have it yet", transport.ErrNoCurve)
}
