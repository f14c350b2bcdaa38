package gateway

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the gateway's numbers for Prometheus, in a registry of their own.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	streams  *prometheus.GaugeVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "pizco_gateway_requests_total", Help: "Requests that were answered.",
		}, []string{"route", "method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "pizco_gateway_request_seconds", Help: "How long requests took; streams until their end.", Buckets: prometheus.DefBuckets,
		}, []string{"route"}),
		streams: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "pizco_gateway_streams", Help: "Signals that are being streamed.",
		}, []string{"kind"}),
	}
	m.registry.MustRegister(m.requests, m.duration, m.streams,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// serveMetrics answers with the numbers of the gateway, and of those targets that the client's
// token opens.
func (g *Gateway) serveMetrics(w http.ResponseWriter, r *http.Request) {
	targets := prometheus.NewRegistry()
	targets.MustRegister(&targetCollector{gateway: g, token: infoOf(r).token})
	promhttp.HandlerFor(prometheus.Gatherers{g.metrics.registry, targets}, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

// targetCollector tells about the targets that a token opens, at the moment when it is asked.
type targetCollector struct {
	gateway *Gateway
	token   *token // nil opens all
}

var (
	targetUp      = prometheus.NewDesc("pizco_gateway_target_up", "1 while the target is connected.", []string{"target"}, nil)
	targetEmitted = prometheus.NewDesc("pizco_gateway_emissions_total", "Emissions that came from the target.", []string{"target"}, nil)
	targetDropped = prometheus.NewDesc("pizco_gateway_emissions_dropped_total", "Emissions that slow clients have lost.", []string{"target"}, nil)
	futuresKept   = prometheus.NewDesc("pizco_gateway_futures", "Futures that are kept.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c *targetCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{targetUp, targetEmitted, targetDropped, futuresKept} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *targetCollector) Collect(out chan<- prometheus.Metric) {
	for name, t := range c.gateway.targets {
		if c.token != nil && !c.token.opens(name) {
			continue
		}
		up := 0.0
		if state, _ := t.state(); state == Connected {
			up = 1
		}
		out <- prometheus.MustNewConstMetric(targetUp, prometheus.GaugeValue, up, name)
		out <- prometheus.MustNewConstMetric(targetEmitted, prometheus.CounterValue, float64(t.counts.emissions.Load()), name)
		out <- prometheus.MustNewConstMetric(targetDropped, prometheus.CounterValue, float64(t.counts.dropped.Load()), name)
	}
	out <- prometheus.MustNewConstMetric(futuresKept, prometheus.GaugeValue, float64(c.gateway.futures.len()))
}
