# SPDX-License-Identifier: Apache-2.0
# Benchmarks: `make help` lists them with the other targets. bench/README.md defines what they measure.

.PHONY: bench bench-audit bench-build bench-huge bench-instructions bench-plot bench-profiles bench-progress

PEOPLE := $(BUILD)/tests/tools/people
PYTHON_PACKAGES := python3-minimal libpython3-stdlib

# Installs packages, and builds what is to be run. The + of the recipes hands the jobs down: make does not see $(MAKE) there.
prepare = $(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(1)" && $(MAKE) --no-print-directory $(2)

bench: ## measure (BENCH_N=34000000 for the headline; see bench/README.md)
	+@$(call prepare,$(BENCH_PACKAGES),$(BUILD)/bench/bench)
	@BUILD=$(BUILD) sh bench/run.sh $(BENCH_N)

bench-plot: ## measure from 1,000 to PLOT_N (default 100,000,000) and draw docs/benchmark.svg
	+@$(call prepare,$(BENCH_PACKAGES) $(PYTHON_PACKAGES),$(BUILD)/bench/bench)
	@BUILD=$(BUILD) sh bench/plot.sh

bench-build: ## time compiling a list against hashing it (BENCH_ROWS=34000000 for the headline)
	+@$(call prepare,time,all $(PEOPLE) $(BUILD)/bench/hash)
	@BUILD=$(BUILD) sh bench/build.sh $(BENCH_ROWS)

bench-audit: ## time audits of an index against its list (AUDIT_ROWS=34000000 for the headline)
	+@$(call prepare,time,all $(PEOPLE))
	@BUILD=$(BUILD) sh bench/audit.sh $(AUDIT_ROWS)

bench-progress: ## compare the displayed remaining time with the actual one (BENCH_ROWS, default 34000000)
	+@$(call prepare,$(PYTHON_PACKAGES),all $(PEOPLE))
	@BUILD=$(BUILD) sh bench/time_left.sh $(BENCH_ROWS)

bench-huge: ## assemble and measure an index of synthetic digests (HUGE_N=1000000000, HUGE_FILES=8)
	+@$(call prepare,$(BENCH_PACKAGES),all $(BUILD)/bench/bench $(BUILD)/bench/digest_file_people)
	@BUILD=$(BUILD) sh bench/huge.sh $(HUGE_N) $(HUGE_FILES)

bench-instructions: ## count the instructions of each step of a build and a lookup, with valgrind
	+@$(call prepare,valgrind,$(BUILD)/bench/steps)
	@BUILD=$(BUILD) sh bench/instructions.sh

bench-profiles: ## compare builds and lookups of the offline and the blind profile with their primitives (10 minutes)
	+@$(call prepare,,all $(BUILD)/bench/profiles)
	@BUILD=$(BUILD) sh bench/profiles.sh $(PROFILES)

# Each program has a main() of its own, and takes what it uses from an archive of the rest.
BENCH_PROGRAMS := $(addprefix $(BUILD)/bench/,bench digest_file_people hash profiles steps)
BENCH_LIBS := -lsqlite3 -llmdb -lcdb -lcmph

$(BUILD)/bench.a: $(filter-out $(BENCH_PROGRAMS:=.o) %/main.o,$(call objects,bench))
	@rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/bench/bench: $(BUILD)/bench/main.o
$(filter-out %/bench,$(BENCH_PROGRAMS)): %: %.o
$(BENCH_PROGRAMS): $(BUILD)/bench.a $(ROOMS)
	$(call quiet,LINK)$(LINK) -o $@ $(filter %.o,$^) $(BUILD)/bench.a $(ROOMS) $(LIBS) $(HASH_LIBS) $(AUDIT_LIBS) $(if $(filter %/bench,$@),$(BENCH_LIBS))
