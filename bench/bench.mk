# SPDX-License-Identifier: Apache-2.0
# Benchmarks: `make help` lists them with the other targets.

.PHONY: bench bench-audit bench-build bench-huge bench-instructions bench-plot bench-profiles bench-progress

bench: ## measure (BENCH_N=34000000 for the headline; see bench/README.md)
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(BENCH_PACKAGES)"
	@$(MAKE) --no-print-directory $(BUILD)/bench/bench
	@BUILD=$(BUILD) sh bench/run.sh $(BENCH_N)

bench-plot: ## measure from 1,000 to PLOT_N (default 100,000,000) and draw docs/benchmark.svg
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(BENCH_PACKAGES) python3-minimal libpython3-stdlib"
	@$(MAKE) --no-print-directory $(BUILD)/bench/bench
	@BUILD=$(BUILD) sh bench/plot.sh

bench-build: ## time compiling a list against hashing it (BENCH_ROWS=34000000 for the headline)
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) time"
	@$(MAKE) --no-print-directory all $(BUILD)/tests/tools/people $(BUILD)/bench/hash
	@BUILD=$(BUILD) sh bench/build.sh $(BENCH_ROWS)

bench-audit: ## time audits of an index against its list (AUDIT_ROWS=34000000 for the headline)
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) time"
	@$(MAKE) --no-print-directory all $(BUILD)/tests/tools/people
	@BUILD=$(BUILD) sh bench/audit.sh $(AUDIT_ROWS)

bench-progress: ## compare the time left that is shown with the truth (BENCH_ROWS, default 34000000)
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) python3-minimal libpython3-stdlib"
	@$(MAKE) --no-print-directory all $(BUILD)/tests/tools/people
	@BUILD=$(BUILD) sh bench/time_left.sh $(BENCH_ROWS)

bench-huge: ## assemble and measure an index from synthetic sets (HUGE_N=1000000000, HUGE_SETS=8)
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(BENCH_PACKAGES)"
	@$(MAKE) --no-print-directory all $(BUILD)/bench/bench $(BUILD)/bench/digest_file_people
	@BUILD=$(BUILD) sh bench/huge.sh $(HUGE_N) $(HUGE_SETS)

bench-instructions: ## count the instructions of each step of a build and a lookup, with valgrind
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) valgrind"
	@$(MAKE) --no-print-directory $(BUILD)/bench/steps
	@BUILD=$(BUILD) sh bench/instructions.sh

bench-profiles: ## builds and lookups of the dear profiles beside their primitives (10 minutes)
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory all $(BUILD)/bench/profiles
	@BUILD=$(BUILD) sh bench/profiles.sh $(PROFILES)

BENCH_LIBS := -lsqlite3 -llmdb -lcdb -lcmph
$(BUILD)/bench/bench: $(filter-out %/steps.o %/hash.o %/digest_file_people.o %/profiles.o,$(call objects,bench)) $(ROOMS)
	$(call quiet,LINK)$(LINK_ROOMS) $(BENCH_LIBS)

$(BUILD)/bench/digest_file_people: $(addprefix $(BUILD)/bench/,digest_file_people.o dataset.o) $(ROOMS)
	$(call quiet,LINK)$(LINK_ROOMS)

$(BUILD)/bench/profiles: $(addprefix $(BUILD)/bench/,profiles.o clock.o dataset.o) $(ROOMS)
	$(call quiet,LINK)$(LINK_ROOMS)

$(BUILD)/bench/hash: $(addprefix $(BUILD)/bench/,hash.o clock.o dataset.o) $(ROOMS)
	$(call quiet,LINK)$(LINK_ROOMS)

$(BUILD)/bench/steps: $(addprefix $(BUILD)/bench/,steps.o dataset.o make_index.o) $(ROOMS)
	$(call quiet,LINK)$(LINK_ROOMS)
