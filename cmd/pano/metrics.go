package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// serveMetrics answers /metrics on a listener of its own, which config keeps on
// this machine; an empty address is off.
func serveMetrics(addr string, h *house, log *slog.Logger) (stop func() error, err error) {
	if addr == "" {
		return func() error { return nil }, nil
	}
	reg := prometheus.NewRegistry()
	gauge := func(name, help string, f func() float64) {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "pano", Name: name, Help: help}, f))
	}
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge("jobs_owed", "Jobs that wait or are being done.", func() float64 { n, _ := h.owed(context.Background()); return n })
	gauge("jobs_resting", "Jobs that failed too often.", func() float64 { _, n := h.owed(context.Background()); return n })
	gate := func(part func(taken, capacity int64, waiting int) float64) func() float64 {
		return func() float64 { return part(h.intake.Render.Gate.State()) }
	}
	gauge("pictures_memory_bytes", "Memory that the pictures in work are let take.",
		gate(func(taken, _ int64, _ int) float64 { return float64(taken) }))
	gauge("pictures_memory_capacity_bytes", "Memory that pictures may take together.",
		gate(func(_, capacity int64, _ int) float64 { return float64(capacity) }))
	gauge("pictures_waiting", "Pictures that wait for memory.",
		gate(func(_, _ int64, waiting int) float64 { return float64(waiting) }))
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := srv.Serve(ln); err != http.ErrServerClosed {
			log.Error("metrics", "err", err)
		}
	}()
	return srv.Close, nil
}
