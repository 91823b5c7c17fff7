# Everything a person or a machine does with Pano. `make` alone tells.
GO ?= go

.PHONY: help run test demo bench build web lint tools

help:
	@echo 'make run    start Pano on http://127.0.0.1:8080'
	@echo 'make test   everything, with a real MinIO server and a real Chromium'
	@echo 'make demo   fill ./data with made-up pictures, places and placements'
	@echo 'make bench  the ratios of BENCH.md'
	@echo 'make build  bin/pano: one static binary'
	@echo 'make web    the scripts and styles in web/dist'
	@echo 'make lint   vet, staticcheck, gofmt'

run: build
	./bin/pano serve

# Without Node the pages still work, in plain HTML: the binary says so.
build:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory web; \
	else echo 'npm is missing: building without scripts (install Node 20 for them)'; fi
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o bin/pano ./cmd/pano

web:
	$(GO) run ./cmd/webbuild

demo: build
	./bin/pano demo

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt: $$out"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# The outside judges. Whoever is not root installs them once, by hand.
PACKAGES = chromium fonts-noto-core libvips-tools libimage-exiftool-perl libtiff-tools liblcms2-utils libgs-common ghostscript poppler-utils qpdf mupdf-tools fontconfig zbar-tools gcc libc6-dev python3-icalendar python3-docx
COMMANDS = chromium vips exiftool tiffinfo transicc pdftocairo qpdf mutool gs fc-query zbarimg gcc
PROFILES = /usr/share/color/icc/ghostscript

tools:
	@missing=; for c in $(COMMANDS); do command -v $$c >/dev/null || missing="$$missing $$c"; done; \
	test -e $(PROFILES) || missing="$$missing profiles"; \
	/usr/bin/python3 -c 'import icalendar, docx' 2>/dev/null || missing="$$missing icalendar"; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES) >/dev/null; fi; \
	for c in $(COMMANDS) npm; do command -v $$c >/dev/null || { echo "make test needs $$c; on Debian: apt-get install $(PACKAGES) nodejs npm"; exit 1; }; done; \
	test -e $(PROFILES) || { echo "make test needs $(PROFILES); on Debian: apt-get install libgs-common"; exit 1; }
	@/usr/bin/python3 -c 'import icalendar, docx' 2>/dev/null || { echo 'make test needs icalendar and docx for /usr/bin/python3; on Debian: apt-get install python3-icalendar python3-docx'; exit 1; }
	$(GO) run ./internal/rig/setup

test: tools web lint
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/pano ./cmd/pano
	$(GO) test -race -timeout 80m ./...

bench: build
	@if [ "$$(id -u)" = 0 ] && ! command -v vipsthumbnail >/dev/null; then apt-get update -qq && apt-get install -y -qq libvips-tools >/dev/null; fi
	$(GO) run ./internal/render/bench -pano bin/pano -large
	$(GO) test -run '^$$' -bench 'FindAssets|Schedule|FreeFaces|Pins|Work' -benchtime 2s ./storage/catalog
	$(GO) test -run '^$$' -bench . -benchtime 15x ./storage/blob/...
