# elig: `make help` lists the targets.
#
# Packagers: CC, CFLAGS, CPPFLAGS, LDFLAGS, DESTDIR and PREFIX are yours; what the project needs is appended.

VERSION := 0.1.0
SOVERSION := 0

CC ?= cc
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
INSTALL ?= install
OBJCOPY ?= objcopy
BUILD ?= build

# What Debian 12 calls the things needed to build, and those needed to test.
PACKAGES := gcc libc6-dev binutils libsodium-dev libunistring-dev libidn2-dev libcurl4-openssl-dev \
            libgsl-dev nettle-dev
TEST_PACKAGES := libcmocka-dev python3-minimal libpython3-stdlib python3-jsonschema util-linux
LINT_PACKAGES := clang clang-format clang-tidy mandoc python3-phonenumbers
CI_PACKAGES := libclang-rt-14-dev valgrind
BENCH_PACKAGES := libsqlite3-dev liblmdb-dev libcdb-dev libcmph-dev

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Werror
HARDENING := -fstack-protector-strong -fstack-clash-protection -Wformat -Wformat-security
ifeq ($(findstring -fsanitize,$(CFLAGS)),)
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

INCLUDES := -Iinclude -Icore
PROJECT_CFLAGS = -std=c17 -D_GNU_SOURCE -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections \
                 -fno-asynchronous-unwind-tables -fno-plt \
                 $(WARNINGS) $(HARDENING) $(INCLUDES) -MMD -MP
PROJECT_LDFLAGS = -Wl,-z,relro,-z,now,--as-needed,--gc-sections
LIBS := -lsodium -lunistring -lidn2
# What only the auditor needs: other hashes, and the distributions of statistics.
AUDIT_LIBS := -lnettle -lgsl -lgslcblas

# V=1 shows the commands.
V ?= 0
quiet_0 = @echo "  $(1)" $@;
quiet = $(quiet_$(V))

COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) $(PROJECT_CFLAGS) $(ROOM_INCLUDES)
LINK = $(CC) $(CFLAGS) $(LDFLAGS) $(PROJECT_LDFLAGS)

objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)/*.c))
CORE := $(call objects,core)
CLI := $(call objects,cli)
LIST := $(call objects,list)
BUILDER := $(call objects,builder)
LOOKUP := $(call objects,lookup)
AUDIT := $(call objects,audit)

# Each program sees its own room, the helpers all programs share, and libelig; never another program.
$(BUILD)/list/%.o: ROOM_INCLUDES := -Icli -Ilist
$(BUILD)/builder/%.o: ROOM_INCLUDES := -Icli -Ilist -Ibuilder
$(BUILD)/lookup/%.o: ROOM_INCLUDES := -Icli -Ilookup
$(BUILD)/audit/%.o: ROOM_INCLUDES := -Icli -Ilist -Iaudit
$(BUILD)/cli/%.o: ROOM_INCLUDES := -Icli
$(BUILD)/tests/%.o $(BUILD)/fuzz/%.o: ROOM_INCLUDES := -Icli -Ilist -Ibuilder -Ilookup -Iaudit -Itests
$(BUILD)/bench/%.o: ROOM_INCLUDES := -Icli -Ilist -Ibuilder -Ibench

# elig-lookup has 64 KiB: what it is made of is compiled once more, for size and as one piece.
SMALL_CFLAGS = $(if $(filter -O2 -O3,$(CFLAGS)),-Oz -DDIGEST_SMALL $(if $(findstring clang,$(CC)),,-flto=auto -fno-partial-inlining -fno-asynchronous-unwind-tables))
SMALL := $(patsubst $(BUILD)/%,$(BUILD)/small/%,$(LOOKUP) $(CLI) $(CORE))
$(BUILD)/small/lookup/%.o: ROOM_INCLUDES := -Icli -Ilookup
$(BUILD)/small/cli/%.o: ROOM_INCLUDES := -Icli

PROGRAMS := $(BUILD)/elig-build $(BUILD)/elig-lookup $(BUILD)/elig-audit
LIBRARIES := $(BUILD)/libelig.a $(BUILD)/libelig.so $(BUILD)/elig.pc
TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
FUZZERS := $(patsubst fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard fuzz/fuzz_*.c))
# What tests, fuzz and bench link: everything but the programs' main.o, so that no main is there twice, and
# wipe.o, since some tests bring an allocator of their own.
EVERYTHING := $(CORE) $(filter-out %/wipe.o,$(CLI)) $(LIST) $(filter-out %/main.o,$(BUILDER) $(LOOKUP) $(AUDIT))

.PHONY: all demo test scale bench bench-audit bench-build bench-huge bench-instructions bench-plot bench-profiles bench-progress fuzz interop lint format \
        install uninstall deps help clean check-programs
.DEFAULT_GOAL := all

all: $(PROGRAMS) $(LIBRARIES) ## build the programs and the library (into build/)

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Rebuild when flags or compiler change: objects of two sorts must not be mixed.
FLAGS_NOW := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(PROJECT_CFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' > $@
.PHONY: FORCE
.PRECIOUS: $(BUILD)/%.o
FORCE:

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quiet,CC  )$(COMPILE) -c -o $@ $<

$(BUILD)/small/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quiet,CC  )$(COMPILE) $(SMALL_CFLAGS) -c -o $@ $<

$(BUILD)/elig-build: $(BUILDER) $(LIST) $(CLI) $(CORE)
	$(call quiet,LINK)$(LINK) -pie -o $@ $^ $(LIBS) -lm -lpthread

$(BUILD)/elig-lookup: $(SMALL)
	$(call quiet,LINK)$(LINK) $(SMALL_CFLAGS) -pie -Wl,-z,noseparate-code,-z,pack-relative-relocs -o $@ $^ $(LIBS) -lm

$(BUILD)/elig-audit: $(AUDIT) $(LIST) $(CLI) $(CORE)
	$(call quiet,LINK)$(LINK) -pie -o $@ $^ $(LIBS) $(AUDIT_LIBS) -lm -lpthread

# One object with only the public names visible, so that a program's own names never meet ours.
$(BUILD)/libelig.a: $(CORE)
	$(call quiet,LINK)$(CC) -r -nostdlib -o $(BUILD)/libelig.o $^
	@$(OBJCOPY) --localize-hidden $(BUILD)/libelig.o
	@rm -f $@
	@$(AR) rcs $@ $(BUILD)/libelig.o

$(BUILD)/libelig.so: $(CORE)
	$(call quiet,LINK)$(LINK) -shared -Wl,-soname,libelig.so.$(SOVERSION),-z,defs -o $@ $^ $(LIBS)

# Always: PREFIX may be another one at installation.
$(BUILD)/elig.pc: elig.pc.in FORCE
	@mkdir -p $(@D)
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	    -e 's|@VERSION@|$(VERSION)|' $< > $@

# ---- Tests ----

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(EVERYTHING)
	$(call quiet,LINK)$(LINK) -o $@ $^ $(LIBS) $(AUDIT_LIBS) -lcmocka -lm -lpthread

# Its own function in place of libsodium's, so that memory can be wanting.
$(BUILD)/tests/test_profile: private LDFLAGS += -Wl,--wrap=crypto_pwhash_argon2id

$(BUILD)/tests/people: $(BUILD)/tests/people.o
	$(call quiet,LINK)$(LINK) -o $@ $^ -lm

$(BUILD)/fuzz/fuzz_%: $(BUILD)/fuzz/fuzz_%.o $(BUILD)/fuzz/replay.o $(EVERYTHING)
	$(call quiet,LINK)$(LINK) -o $@ $^ $(LIBS) $(AUDIT_LIBS) -lm -lpthread

$(BUILD)/tests/key_service: $(BUILD)/tests/key_service.o $(EVERYTHING)
	$(call quiet,LINK)$(LINK) -o $@ $^ $(LIBS) $(AUDIT_LIBS) -lm -lpthread

check-programs: all $(TESTS) $(FUZZERS) $(BUILD)/tests/people $(BUILD)/tests/key_service

demo: ## install what is missing, build, and show the main job
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory all $(BUILD)/tests/people
	@BUILD=$(BUILD) sh tests/demo.sh

test: ## install what is missing, build, and run every test
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(TEST_PACKAGES)"
	@$(MAKE) --no-print-directory check-programs
	@BUILD=$(BUILD) sh tests/run.sh

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
	@$(MAKE) --no-print-directory all $(BUILD)/tests/people $(BUILD)/bench/hash
	@BUILD=$(BUILD) sh bench/build.sh $(BENCH_ROWS)

bench-audit: ## time audits of an index against its list (AUDIT_ROWS=34000000 for the headline)
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) time"
	@$(MAKE) --no-print-directory all $(BUILD)/tests/people
	@BUILD=$(BUILD) sh bench/audit.sh $(AUDIT_ROWS)

bench-progress: ## compare the time left that is shown with the truth (BENCH_ROWS, default 34000000)
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) python3-minimal libpython3-stdlib"
	@$(MAKE) --no-print-directory all $(BUILD)/tests/people
	@BUILD=$(BUILD) sh bench/time_left.sh $(BENCH_ROWS)

bench-huge: ## assemble and measure an index from synthetic sets (HUGE_N=1000000000, HUGE_SETS=8)
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(BENCH_PACKAGES)"
	@$(MAKE) --no-print-directory all $(BUILD)/bench/bench $(BUILD)/bench/set_people
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
$(BUILD)/bench/bench: $(filter-out %/steps.o %/hash.o %/set_people.o %/profiles.o,$(call objects,bench)) $(call objects,bench/peers) $(EVERYTHING)
	$(call quiet,LINK)$(LINK) -o $@ $^ $(LIBS) $(AUDIT_LIBS) $(BENCH_LIBS) -lm -lpthread

$(BUILD)/bench/set_people: $(addprefix $(BUILD)/bench/,set_people.o subject.o) $(EVERYTHING)
	$(call quiet,LINK)$(LINK) -o $@ $^ $(LIBS) $(AUDIT_LIBS) -lm -lpthread

$(BUILD)/bench/profiles: $(addprefix $(BUILD)/bench/,profiles.o clock.o subject.o) $(EVERYTHING)
	$(call quiet,LINK)$(LINK) -o $@ $^ $(LIBS) $(AUDIT_LIBS) -lm -lpthread

$(BUILD)/bench/hash: $(addprefix $(BUILD)/bench/,hash.o clock.o subject.o) $(EVERYTHING)
	$(call quiet,LINK)$(LINK) -o $@ $^ $(LIBS) $(AUDIT_LIBS) -lm -lpthread

$(BUILD)/bench/steps: $(addprefix $(BUILD)/bench/,steps.o subject.o make_index.o) $(EVERYTHING)
	$(call quiet,LINK)$(LINK) -o $@ $^ $(LIBS) $(AUDIT_LIBS) -lm -lpthread

scale: ## digest in parts with GNU parallel, over ssh and under Slurm, and compare (as root; SCALE_ROWS=200000)
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory all $(BUILD)/tests/people
	@for way in parallel ssh slurm; do echo "== $$way"; BUILD=$(BUILD) sh scripts/scale/$$way.sh $(SCALE_ROWS) || exit 1; done

interop: ## ask and serve an independent implementation of RFC 9497 (needs Node.js and the npm registry)
	@command -v npm > /dev/null || $(MAKE) --no-print-directory deps WANT="nodejs npm"
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(TEST_PACKAGES)"
	@$(MAKE) --no-print-directory check-programs
	@BUILD=$(BUILD) sh tests/interop/run.sh

fuzz: ## fuzz each harness for FUZZ_SECONDS (default 60) with clang's libFuzzer
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) clang libclang-rt-14-dev"
	@sh fuzz/run.sh

lint: ## static analysis, formatting, man pages, the generated table
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(TEST_PACKAGES) $(BENCH_PACKAGES) $(LINT_PACKAGES)"
	@sh scripts/lint.sh

format: ## format the code
	clang-format -i $(SOURCES)

SOURCES := $(filter-out core/phone_table.c,$(wildcard include/*.h core/*.[ch] cli/*.[ch] list/*.[ch] builder/*.[ch] \
             lookup/*.[ch] audit/*.[ch] tests/*.[ch] fuzz/*.[ch] bench/*.[ch] bench/peers/*.c))

# ---- Installation ----

install: all ## install below $(DESTDIR)$(PREFIX)
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR) $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -m 755 $(PROGRAMS) $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 644 $(BUILD)/libelig.a $(DESTDIR)$(LIBDIR)
	$(INSTALL) -m 644 $(BUILD)/libelig.so $(DESTDIR)$(LIBDIR)/libelig.so.$(VERSION)
	ln -sf libelig.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libelig.so.$(SOVERSION)
	ln -sf libelig.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libelig.so
	$(INSTALL) -m 644 include/elig.h include/elig_format.h $(DESTDIR)$(INCLUDEDIR)
	$(INSTALL) -m 644 $(BUILD)/elig.pc $(DESTDIR)$(LIBDIR)/pkgconfig
	$(INSTALL) -m 644 docs/elig-build.1 docs/elig-lookup.1 docs/elig-audit.1 $(DESTDIR)$(MANDIR)/man1

uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR)$(BINDIR)/,elig-build elig-lookup elig-audit) \
	      $(addprefix $(DESTDIR)$(LIBDIR)/,libelig.a libelig.so libelig.so.$(SOVERSION) libelig.so.$(VERSION)) \
	      $(DESTDIR)$(LIBDIR)/pkgconfig/elig.pc $(addprefix $(DESTDIR)$(INCLUDEDIR)/,elig.h elig_format.h) \
	      $(addprefix $(DESTDIR)$(MANDIR)/man1/,elig-build.1 elig-lookup.1 elig-audit.1)

# ---- The machine ----

WANT ?= $(PACKAGES)
deps: ## install the Debian packages that are missing (as root, or through sudo)
	@missing=$$(dpkg-query -W -f '$${Package} $${db:Status-Status}\n' $(WANT) 2>/dev/null \
	    | awk -v want="$(WANT)" '$$2 == "installed" { have[$$1] = 1 } \
	        END { n = split(want, w, " "); for (i = 1; i <= n; i++) if (!have[w[i]]) printf "%s ", w[i] }'); \
	if [ -n "$$missing" ]; then \
	    echo "installing: $$missing"; \
	    if [ "$$(id -u)" -eq 0 ]; then as=; else as=sudo; fi; \
	    { $$as apt-get update -q && \
	      $$as env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; } \
	        > $${TMPDIR:-/tmp}/elig-deps.log 2>&1 || { cat $${TMPDIR:-/tmp}/elig-deps.log; exit 1; }; \
	fi

clean: ## remove what was built
	rm -rf $(BUILD)

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
