package gateway

import "net/http"

// health answers that the gateway runs, whatever its targets do. It fails while the gateway is
// being stopped, so that no more requests are sent here.
func (g *Gateway) health(w http.ResponseWriter, r *http.Request) error {
	select {
	case <-g.draining:
		return errClosing
	default:
	}
	return g.writeJSON(w, r, http.StatusOK, map[string]string{"status": "ok"})
}
