package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"pano/internal/api"
	"pano/internal/config"
	"pano/internal/hanging"
	"pano/internal/httpd"
	"pano/internal/intake"
	"pano/internal/jobs"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// serve is "pano serve": it answers until ctx is done, then lets the requests
// and jobs in hand finish.
func serve(ctx context.Context, w world, args []string) error {
	cfg, rest, err := config.Load("serve", args, w.getenv, w.say)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usageError{fmt.Errorf("serve takes no arguments, got %q", rest)}
	}
	log := slog.New(slog.NewTextHandler(w.say, nil))
	h, err := openHouse(ctx, cfg, log, true)
	if err != nil {
		return err
	}
	defer h.close()
	handler, err := site(ctx, h, cfg, log)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return err
	}
	defer ln.Close()
	stopMetrics, err := serveMetrics(cfg.Metrics, h, log)
	if err != nil {
		return err
	}
	defer stopMetrics()

	work, stop := context.WithCancel(ctx)
	var crew sync.WaitGroup
	defer crew.Wait() // after this nothing uses the house
	defer stop()
	h.startWork(work, &crew, cfg.Workers, log)

	// There is no limit on the time of a body: an honest upload of 2 GB takes
	// hours. A silent one is cut by the rolling deadline of its reader.
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	served := make(chan error, 1)
	go func() { served <- serveOn(srv, ln, cfg) }()
	if err := h.welcome(ctx, w, address(cfg, ln)); err != nil {
		return err
	}
	if w.ready != nil {
		w.ready(ln.Addr())
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if srv.Shutdown(grace) != nil {
		srv.Close() // what is still coming in can be resumed
	}
	return nil
}

func serveOn(srv *http.Server, ln net.Listener, cfg config.Config) error {
	if cfg.TLSCert == "" {
		return srv.Serve(ln)
	}
	srv.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	return srv.ServeTLS(ln, cfg.TLSCert, cfg.TLSKey)
}

// address is where people reach the service.
func address(cfg config.Config, ln net.Listener) string {
	if cfg.URL != "" {
		return strings.TrimSuffix(cfg.URL, "/")
	}
	if cfg.TLSCert != "" {
		return "https://" + ln.Addr().String()
	}
	return "http://" + ln.Addr().String()
}

// site puts the pages and the API together.
func site(ctx context.Context, h *house, cfg config.Config, log *slog.Logger) (http.Handler, error) {
	pages, err := web.Open(web.Files)
	if err != nil {
		return nil, err
	}
	if !pages.Built() {
		log.Warn("the pages come without their scripts: run go run ./cmd/webbuild, then build again")
	}
	office, err := h.office(ctx)
	if err != nil {
		return nil, err
	}
	return httpd.New(httpd.Server{
		DB: h.db, Blobs: h.blobs, Auth: h.auth, Intake: h.intake, Hanging: h.hanging, Planning: h.planning, Site: pages, Log: log, Now: time.Now,
		Secure: cfg.TLSCert != "" || strings.HasPrefix(cfg.URL, "https://"), Lang: cfg.Lang, Office: office, URL: cfg.URL,
		Tiles: httpd.Tiles{URL: cfg.MapTiles, Credit: cfg.MapCredit},
		API: api.API{DB: h.db, Blobs: h.blobs, Intake: h.intake, Hanging: h.hanging, Planning: h.planning,
			Words: pages.Words, Lang: cfg.Lang, Version: build().version, Log: log}.Handler(),
	}), nil
}

// office is the house that runs this Pano: the agency that signed up first.
func (h *house) office(ctx context.Context) (name string, err error) {
	err = h.db.Read(ctx, func(tx *catalog.Tx) error {
		all, err := tx.Agencies(ctx)
		first := slices.MinFunc(append(all, pano.Agency{ID: "~"}), func(a, b pano.Agency) int { return strings.Compare(string(a.ID), string(b.ID)) })
		name = first.Name
		return err
	})
	return name, err
}

// startWork starts everything that goes on beside requests.
func (h *house) startWork(ctx context.Context, wg *sync.WaitGroup, workers int, log *slog.Logger) {
	crew := &jobs.Crew{DB: h.db, Log: log, Lease: 15 * time.Minute, Poll: 250 * time.Millisecond, Now: time.Now,
		Do: map[string]jobs.Func{intake.RenditionJob: h.intake.MakeRenditions, hanging.WatchJob: h.hanging.Watch}}
	wg.Go(func() { crew.Run(ctx, workers) })
	wg.Go(func() { h.intake.Tend(ctx) })
	wg.Go(func() {
		if err := h.db.KeepWords(ctx); err != nil && ctx.Err() == nil {
			log.Error("words in memory; searches go on without them", "err", err)
		}
	})
	wg.Go(func() { h.hanging.Tend(ctx, log) })
	wg.Go(func() {
		for ctx.Err() == nil {
			if err := h.auth.Sweep(ctx); err != nil && ctx.Err() == nil {
				log.Error("sweep sessions", "err", err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Hour):
			}
		}
	})
}

// welcome says where the service is and, before there is a first user, the
// token to sign up with.
func (h *house) welcome(ctx context.Context, w world, url string) error {
	fmt.Fprintf(w.say, "Pano: %s\n", url)
	token, err := h.auth.OfferFirstRun(ctx)
	if err != nil || token == "" {
		return err
	}
	_, err = fmt.Fprintf(w.say, "Lần đầu chạy – tạo tài khoản quản trị tại / First run – make the administrator's account at:\n  %s/setup\nMã dùng một lần, 24 giờ / One-time token, 24 hours: %s\n", url, token)
	return err
}

// owed is how many jobs wait, for the metrics.
func (h *house) owed(ctx context.Context) (owed, resting float64) {
	h.db.Read(ctx, func(tx *catalog.Tx) error {
		n, rest, err := tx.Jobs(ctx)
		owed, resting = float64(n), float64(len(rest))
		return err
	})
	return owed, resting
}
