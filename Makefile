# make help lists the targets.

# The Pythons to test against, such as 3.6,3.13; the machine's python3 when empty.
export PIZCO_PYTHONS
# The seed of the faults of a torture, 0 for one of the clock's, and how long a soak lasts.
SEED ?= 0
SOAK ?= 1h
# How many examples of each operation the gateway's contract is tested with.
EXAMPLES ?= 40
# How long each fuzz target runs.
FUZZTIME ?= 5m

comma := ,

.DEFAULT_GOAL := help
.PHONY: help setup interop-develop demo gateway test test-gateway test-gateway-quick test-browser test-shells session screenshot corpus corpus-science original-suite numpy foreign interop interop-full interop-containers interop-node interop-mutations lint bench fuzz clean bench-quick bench-gateway bench-gateway-quick bench-pickle bench-go torture torture-quick abuse abuse-quick soak vuln release

help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## Install what is missing: the Pythons' environments (PIZCO_PYTHONS=3.6,3.13)
	@scripts/setup

demo: setup ## Play the manual's "Pizco in action" between Go and Python, both ways
	@mkdir -p .build/demo
	@go build -o .build/demo/server ./examples/multiplyby/server
	@go build -o .build/demo/client ./examples/multiplyby/client
	@go run ./test/demo -server .build/demo/server -client .build/demo/client

# The race detector needs a C compiler; nothing else of the default build does.
RACE := $(shell command -v $$(go env CC | cut -d ' ' -f 1) >/dev/null 2>&1 && [ "$$(go env CGO_ENABLED)" = 1 ] && echo -race)

test: setup ## Run all tests, the race detector with most where there is a C compiler, against the original on each of PIZCO_PYTHONS
	@[ -n "$(RACE)" ] || echo "no C compiler: the tests run without the race detector"
	@# What does not compile fails in seconds, before the first test runs.
	go build ./... ./test/...
	@# -count=1: what the live peers do is no part of the key of go's cache of results.
	go test $(RACE) -count=1 ./... ./test/...
	@# Bounds of time and memory, which the detector changes, and what it makes too slow to be tested in full.
	go test -count=1 ./pickle ./wire

.PHONY: test-flaky test-portable check-targets
test-flaky: setup ## Run all tests 20 times (ROUNDS) while every core is kept busy, and print which failed how often
	@scripts/test-flaky

test-portable: ## Run the tests that need neither a Python nor Linux, as CI does on macOS and Windows
	@scripts/test-portable

check-targets: ## Check that the targets which CI does not run still start
	@scripts/check-targets

.PHONY: test-libzmq
test-libzmq: ## Run the tests of the transports and the agents on the reference transport, over libzmq, which this installs
	@scripts/setup --libzmq
	go vet -tags libzmq ./...
	go test -race -count=1 -tags libzmq ./goagent/internal/transport/... ./goagent

.PHONY: test-bare test-bare-quick
test-bare: setup ## Prove that Go, make and Python are enough: hide C compilers and libzmq, then build, demo and test; write docs/platforms.md
	@scripts/test-bare

test-bare-quick: setup ## The same without the tests and the document
	@scripts/test-bare -quick

.PHONY: test-network
test-network: setup ## Run the tests that need two hosts, between two network namespaces, as root
	@scripts/setup --network
	go test $(RACE) -count=1 -tags netns ./test/twohosts

test-browser: ## Run the tests of the web pages, that of `pizco serve -g` and the gateway's, in a headless Chromium
	@scripts/setup --browser
	go test $(RACE) -count=1 -tags browser ./test/status ./test/page

test-shells: ## Run the tests of the tool's completion in bash, zsh and fish
	@scripts/setup --shells
	go test $(RACE) -count=1 -tags shells -run Completion ./cmd/pizco/internal/cli

gateway: setup ## Show the gateway's page in front of a server of the original, until Ctrl-C
	@scripts/gateway

test-gateway: setup ## Test the gateway's contract with an OpenAPI validator and with schemathesis, against the original
	go test -count=1 -tags openapi ./test/openapi
	EXAMPLES=$(EXAMPLES) scripts/test-gateway

test-gateway-quick: setup ## The same with fewer examples, and without the validator, which takes minutes to compile
	EXAMPLES=10 scripts/test-gateway

session: ## Play the terminal session of README and draw it to docs/session.svg
	@mkdir -p .build
	go build -o .build/pizco ./cmd/pizco
	go run ./test/session .build/pizco > .build/session.svg
	mv .build/session.svg docs/session.svg

screenshot: ## Take the picture of the gateway's page in README, docs/gateway-page.png
	@scripts/setup --browser
	go run ./test/screenshot docs/gateway-page.png

corpus: ## Pickle the corpus with every CPython on the machine and write the table of docs/codec.md
	go run ./interop/corpus/table -document docs/codec.md

foreign: ## Test time zones, models and times of others' packages (pytz, dateutil, pydantic, attrs, pandas) against the live ones
	scripts/foreign

corpus-science: ## Pickle values and files of thirteen scientific packages, pinned, with three CPythons, and write their table
	@scripts/setup --science
	go run ./interop/corpus/science -document docs/codec.md $(patsubst %,.venvs/science-%/bin/python,$(subst $(comma), ,$(if $(PIZCO_PYTHONS),$(PIZCO_PYTHONS),3.8 3.11 3.13)))

original-suite: ## Run the original's own tests, as they are, against Go and against its own servers, and compare (PIZCO_MASTER=folder of a checkout)
	@mkdir -p .build
	scripts/original-suite

interop-develop: ## Test with the original's branch develop, on Python 2.7 and 3.6 (PIZCO_DEVELOP=folder of a checkout)
	@mkdir -p .build
	scripts/interop-develop

numpy: ## Test the arrays against the live numpys of PIZCO_PYTHONS (3.6,3.13), of which one has to be numpy 1 and one numpy 2
	scripts/numpy

# All Pythons that the original is tested on; `make interop` takes these unless told otherwise.
ALL_PYTHONS := 3.6,3.7,3.8,3.9,3.10,3.11,3.12,3.13
interop interop-full interop-node: export PIZCO_PYTHONS := $(if $(PIZCO_PYTHONS),$(PIZCO_PYTHONS),$(ALL_PYTHONS))

interop: ## Run the conformance suite: every pairing and case, the main cells, on both transports
	@scripts/setup --numpy
	@scripts/setup --libzmq
	@mkdir -p .build/interop
	go build -o .build/interop/ ./interop/cmd/...
	go build -tags libzmq -o .build/interop/gopeer-libzmq ./interop/cmd/gopeer
	.build/interop/interop run -libzmq -reports reports/interop

interop-full: ## Run the conformance suite: the whole product, and the main cells on both transports; write its counts into docs/conformance.md
	@scripts/setup --numpy
	@scripts/setup --libzmq
	@mkdir -p .build/interop
	go build -o .build/interop/ ./interop/cmd/...
	go build -tags libzmq -o .build/interop/gopeer-libzmq ./interop/cmd/gopeer
	.build/interop/interop run -libzmq -full -reports reports/interop-full -document docs/conformance.md

interop-containers: ## Run the conformance suite in containers, as docker-compose.yml says
	scripts/containers

interop-node: ## Test a client in JavaScript against Go and Python servers, in all cells of json
	@scripts/setup --node
	@mkdir -p .build/interop
	go build -o .build/interop/ ./interop/cmd/...
	.build/interop/interop run -full -client 'node interop/peers/node/peer.js' -cells 'other-client>*,json,*' -reports reports/interop-node

.PHONY: interop-zmtp
interop-zmtp: ## Test the transports against nine series of pyzmq, 16 to 27 (PIZCO_PYZMQS=16,27 takes some of them)
	@scripts/setup --zmq
	@scripts/setup --libzmq
	go test -count=1 -timeout 30m -tags zmtpmatrix,libzmq ./goagent/internal/transport/matrix

interop-mutations: ## Break the Go side in 30 ways and see that the conformance suite reports each; before a release
	@PIZCO_PYTHONS=3.6,3.13 scripts/setup --numpy
	@mkdir -p .build/interop
	go build -o .build/interop/ ./interop/cmd/...
	PIZCO_PYTHONS=3.6,3.13 .build/interop/mutate

.PHONY: interop-mutations-quick
interop-mutations-quick: ## The same with the few ways that CI plays; its tests hold that each of the 30 still applies
	@PIZCO_PYTHONS=3.6,3.13 scripts/setup --numpy
	@mkdir -p .build/interop
	go build -o .build/interop/ ./interop/cmd/...
	PIZCO_PYTHONS=3.6,3.13 .build/interop/mutate -quick

# The packages whose tests are tried, such as ./wire ./py, all when empty; how many faults of each,
# 0 for all; the seed of the choice.
PACKAGES ?=
SAMPLE ?= 0
CHOICE ?= 1

.PHONY: mutants
mutants: setup .build/gremlins ## Plant small faults in the packages, one at a time, and list those that no test notices (PACKAGES=./wire, SAMPLE=50)
	@mkdir -p reports
	go build -o .build/mutants ./test/mutants
	.build/mutants -sample $(SAMPLE) -seed $(CHOICE) -report reports/mutants.md $(PACKAGES)

lint: setup .build/golangci-lint .build/actionlint ## Run go vet, golangci-lint and the checks of the tree
	go vet ./... ./test/...
	.build/golangci-lint run --allow-serial-runners ./... ./test/...
	scripts/check-tree
	scripts/check-dependencies
	.build/actionlint

bench: export PIZCO_PYTHONS := $(if $(PIZCO_PYTHONS),$(PIZCO_PYTHONS),3.6,3.11,3.13)
bench: setup bench-pickle ## Measure the agents beside the original, libzmq and TCP; write docs/performance.md, its charts and README's figures
	scripts/bench

bench-quick: setup ## Measure the same for a short time, with bounds that a busy machine cannot break
	scripts/bench -quick

bench-gateway: setup ## Measure the gateway with 200 clients and 500 event streams, beside Pyro5's own; write docs/benchmarks/gateway.md
	scripts/bench-gateway

bench-gateway-quick: setup ## Measure the same for a short time, with bounds that a busy machine cannot break
	scripts/bench-gateway -quick

bench-pickle: export PIZCO_PYTHONS := $(if $(PIZCO_PYTHONS),$(PIZCO_PYTHONS),3.13)
bench-pickle: setup ## Measure package pickle beside CPython's own pickler; write the table of docs/codec.md
	go run ./test/bench/pickle -document docs/codec.md

bench-go: setup ## Run the benchmarks of the packages
	go test -run '^$$' -bench . -benchmem ./... ./test/...

torture: setup ## Have the agents work under faults and among hostile peers (SEED repeats a run)
	@mkdir -p .build
	go build -o .build/torture ./test/torture
	.build/torture -seed $(SEED)

torture-quick: setup ## The same for a short time
	@mkdir -p .build
	go build -o .build/torture ./test/torture
	.build/torture -quick -seed $(SEED)

abuse: ## Have clients use up as much of a gateway as they can, and measure what it takes
	@mkdir -p .build
	go build -o .build/abuse ./test/abuse
	.build/abuse

abuse-quick: ## The same for a short time
	@mkdir -p .build
	go build -o .build/abuse ./test/abuse
	.build/abuse -quick

soak: setup ## Torture for SOAK (1h) and write docs/benchmarks/soak.md
	@mkdir -p .build
	go build -o .build/torture ./test/torture
	.build/torture -soak $(SOAK) -seed $(SEED) -report docs/benchmarks/soak.md

fuzz: setup ## Run every fuzz target for FUZZTIME (5m)
	scripts/fuzz $(FUZZTIME)

.PHONY: load
load: setup ## Run the agents under full load: 1000 goroutines, a server that is killed 20 times, 100,000 signals to 50
	PIZCO_LOAD=full go test $(RACE) -count=1 -timeout 60m -v -run TestLoad ./goagent

clean: ## Remove what make built and installed inside this folder
	rm -rf .build .venvs reports .tox
	find python_fixtures -name __pycache__ -prune -exec rm -rf {} +

vuln: .build/govulncheck ## Look for known vulnerabilities in what is used of the dependencies
	scripts/vuln

release: setup ## Build the tool reproducibly, twice, compare, and write its bill of materials beside it in .build/release
	scripts/reproduce .build/release/pizco
	cd tools && GOWORK=off go run ./sbom ../.build/release/pizco > ../.build/release/pizco.cdx.json

.PHONY: cross test-windows
cross: ## Build the tool for Linux on amd64, arm64 and armv7, Windows on amd64 and macOS on arm64, without a C compiler
	@scripts/cross

test-windows: setup ## Run the tool for Windows under Wine, against the live original
	@scripts/test-windows

.PHONY: test-arm64 test-s390x
test-arm64: setup ## Run the tests of pickle, py, wire and the transport for arm64, under qemu; write docs/platforms.md
	@scripts/test-emulated arm64

test-s390x: setup ## The same for s390x, whose byte order is the other one
	@scripts/test-emulated s390x

.build/govulncheck: tools/go.mod tools/go.sum
	cd tools && GOWORK=off go build -o ../$@ golang.org/x/vuln/cmd/govulncheck

.build/golangci-lint: tools/go.mod tools/go.sum
	cd tools && GOWORK=off go build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

# Not a module of tools: it needs another version of a package that golangci-lint needs.
.build/gremlins: Makefile
	GOBIN=$(CURDIR)/.build GOWORK=off go install github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
	@touch $@

# Not a module of tools: it needs another version of a package that golangci-lint needs.
.build/actionlint: Makefile
	GOBIN=$(CURDIR)/.build go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
	@touch $@
