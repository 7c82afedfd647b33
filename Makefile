# SPDX-License-Identifier: Apache-2.0
# elig: `make help` lists the targets.
#
# Packagers: CC, CFLAGS, CPPFLAGS, LDFLAGS, DESTDIR and PREFIX are yours; what the project needs is appended.

# The version is stated in one place, the public header.
VERSION := $(shell sed -n 's/^.define ELIG_VERSION "\(.*\)"$$/\1/p' include/elig.h)
SOVERSION := 1
ifeq ($(VERSION),)
$(error include/elig.h does not state ELIG_VERSION)
endif

CC ?= cc
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/elig
INSTALL ?= install
OBJCOPY ?= objcopy
BUILD ?= build
# WERROR=-Werror makes each warning an error, as CI does.
WERROR ?=

# One job for each processor. -j on the command line overrides that, a make that calls this one hands its jobs down,
# and several goals (make clean all) are made one after another.
ifeq ($(MAKELEVEL)$(word 2,$(MAKECMDGOALS))$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif

# What Debian 12 calls the packages needed to build, to test, to lint, for the rest of CI, and to measure.
PACKAGES := gcc libc6-dev binutils libsodium-dev libunistring-dev libcurl4-openssl-dev \
            libgsl-dev nettle-dev libxxhash-dev
TEST_PACKAGES := libcmocka-dev libidn2-dev python3-minimal libpython3-stdlib python3-jsonschema util-linux \
                 strace fakeroot faketime libjemalloc2 g++
LINT_PACKAGES := clang clang-format clang-tidy mandoc
CI_PACKAGES := libclang-rt-14-dev valgrind
BENCH_PACKAGES := libsqlite3-dev liblmdb-dev libcdb-dev libcmph-dev

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes
HARDENING := -fstack-protector-strong -fstack-clash-protection -Wformat -Wformat-security
ifeq ($(findstring -fsanitize,$(CFLAGS)),)
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

# Includes are written from the project's root.
PROJECT_CFLAGS = -std=c17 -D_GNU_SOURCE -I. -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections \
                 -fno-asynchronous-unwind-tables -fno-plt $(WARNINGS) $(WERROR) $(HARDENING) -MMD -MP
PROJECT_LDFLAGS = -Wl,-z,relro,-z,now,--as-needed,--gc-sections
LIBS := -lsodium -lm -lpthread
# Hashes for tables and for checksums against accidents, of the builder and the auditor. Not of the library: what
# is in an index does not rest on them.
HASH_LIBS := -lxxhash
# What only the auditor needs: the widths of characters, other hashes, and the distributions of statistics.
AUDIT_LIBS := -lunistring -lnettle -lgsl -lgslcblas

# V=1 shows the commands.
V ?= 0
quiet_0 = @echo "  $(1)" $@;
quiet = $(quiet_$(V))

COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) $(PROJECT_CFLAGS)
LINK = $(CC) $(CFLAGS) $(LDFLAGS) $(PROJECT_LDFLAGS)

# The objects of a folder and of its sub-folders.
objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)/*.c $(1)/*/*.c))
ELIG := $(call objects,lib/elig)
UTIL := $(call objects,lib/util)
GUESS := $(call objects,lib/guess)
CSV := $(call objects,lib/csv)
BUILDER := $(call objects,builder)
LOOKUP := $(call objects,lookup)
AUDIT := $(call objects,audit)

# elig-lookup is to fit into 112 KiB: its parts are compiled once more, for size and as one piece.
SMALL_CFLAGS = $(if $(filter -O2 -O3,$(CFLAGS)),-Oz -fPIE -DDIGEST_SMALL $(if $(findstring clang,$(CC)),,$(SMALL_GCC)))
SMALL_GCC := -flto=auto -fno-partial-inlining -fno-asynchronous-unwind-tables -fno-jump-tables -fno-tree-sra \
             -fno-caller-saves -fno-move-loop-invariants
SMALL := $(patsubst $(BUILD)/%,$(BUILD)/small/%,$(LOOKUP) $(UTIL) $(ELIG))

PROGRAMS := $(BUILD)/elig-build $(BUILD)/elig-lookup $(BUILD)/elig-audit
LIBRARIES := $(BUILD)/libelig.a $(BUILD)/libelig.so $(BUILD)/elig.pc

.PHONY: all demo test leak check-programs scale interop fuzz mutate lint format install uninstall deps help clean
.DEFAULT_GOAL := all

all: $(PROGRAMS) $(LIBRARIES) ## build the programs and the library (into build/)

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Rebuild when flags or compiler change: objects of different flags must not be mixed.
FLAGS_NOW := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(PROJECT_CFLAGS) $(SMALL_CFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' > $@
.PHONY: FORCE
.SECONDARY:
FORCE:

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quiet,CC  )$(COMPILE) -c -o $@ $<

$(BUILD)/small/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quiet,CC  )$(COMPILE) $(SMALL_CFLAGS) -c -o $@ $<

$(BUILD)/elig-build: $(BUILDER) $(CSV) $(GUESS) $(UTIL) $(ELIG)
	$(call quiet,LINK)$(LINK) -pie -o $@ $^ $(LIBS) $(HASH_LIBS)

$(BUILD)/elig-lookup: $(SMALL)
	$(call quiet,LINK)$(LINK) $(SMALL_CFLAGS) -pie -Wl,-z,noseparate-code,-z,pack-relative-relocs -o $@ $^ $(LIBS)

$(BUILD)/elig-audit: $(AUDIT) $(CSV) $(GUESS) $(UTIL) $(ELIG)
	$(call quiet,LINK)$(LINK) -pie -o $@ $^ $(LIBS) $(HASH_LIBS) $(AUDIT_LIBS)

# One object with only the public names visible, so that a program's own names never meet ours.
$(BUILD)/libelig.a: $(ELIG)
	$(call quiet,LINK)$(CC) -r -nostdlib -o $(BUILD)/libelig.o $^
	@$(OBJCOPY) --localize-hidden $(BUILD)/libelig.o
	@rm -f $@
	@$(AR) rcs $@ $(BUILD)/libelig.o

$(BUILD)/libelig.so: $(ELIG)
	$(call quiet,LINK)$(LINK) -shared -Wl,-soname,libelig.so.$(SOVERSION),-z,defs -o $@ $^ $(LIBS)

# Always: PREFIX may be another one at installation.
$(BUILD)/elig.pc: elig.pc.in FORCE
	@mkdir -p $(@D)
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	    -e 's|@VERSION@|$(VERSION)|' $< > $@

# ---- Tests ----

# Archives, so that each test, fuzzer and benchmark links only the modules it uses. Without the programs' main(),
# and without the free() that overwrites: checkers bring an allocator of their own.
ROOMS := $(BUILD)/tests/support.a $(BUILD)/builder.a $(BUILD)/lookup.a $(BUILD)/audit.a $(BUILD)/csv.a \
         $(BUILD)/guess.a $(BUILD)/util.a $(BUILD)/elig.a
$(BUILD)/tests/support.a: $(call objects,tests/support)
$(BUILD)/builder.a: $(filter-out %/main.o,$(BUILDER))
$(BUILD)/lookup.a: $(filter-out %/main.o,$(LOOKUP))
$(BUILD)/audit.a: $(filter-out %/main.o,$(AUDIT))
$(BUILD)/csv.a: $(CSV)
$(BUILD)/guess.a: $(GUESS)
$(BUILD)/util.a: $(filter-out %/zero_free.o,$(UTIL))
$(BUILD)/elig.a: $(ELIG)
$(ROOMS):
	@mkdir -p $(@D) && rm -f $@ && $(AR) rcs $@ $^

LINK_ROOMS = $(LINK) $(WRAPS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS) $(HASH_LIBS) $(AUDIT_LIBS)

UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*/test_*.c))
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(wildcard fuzz/fuzz_*.c))
TEST_TOOLS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/tools/*.c tests/leak/*.c))

$(UNIT_TESTS): %: %.o $(ROOMS)
	$(call quiet,LINK)$(LINK_ROOMS) -lcmocka

# A function of the test's own in place of libsodium's, so that Argon2id can run out of memory.
$(BUILD)/tests/unit/elig/test_profile: private WRAPS := -Wl,--wrap=crypto_pwhash_argon2id

# Tests that let calls fail: the functions of tests/support/inject.c take the place of libc's, also in the libraries,
# which are linked statically for that.
INJECTED := $(patsubst %.c,$(BUILD)/%,$(shell grep -l '"tests/support/inject.h"' tests/unit/*/*.c))
$(INJECTED): private WRAPS := $(shell awk -F '[^A-Za-z0-9_]+' '/^WRAPPED/ { print "-Wl,--wrap=" $$3 }' tests/support/inject.c)
$(INJECTED): private LIBS := -Wl,--start-group -l:libsodium.a -l:libunistring.a -Wl,--end-group -lm -lpthread

# What the Unicode modules are compared with.
$(BUILD)/tests/tools/unicode_libraries: private AUDIT_LIBS += -lidn2

# Without tests/support, which needs cmocka: the demo runs one of these on a machine that has none.
$(TEST_TOOLS): %: %.o $(filter-out %/support.a,$(ROOMS))
	$(call quiet,LINK)$(LINK_ROOMS)

$(FUZZERS): %: %.o $(BUILD)/fuzz/replay.o $(ROOMS)
	$(call quiet,LINK)$(LINK_ROOMS)

check-programs: all $(UNIT_TESTS) $(FUZZERS) $(TEST_TOOLS)

demo: ## install what is missing, build, and show the main job
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory all $(BUILD)/tests/tools/people
	@BUILD=$(BUILD) sh tests/demo.sh

test: ## install what is missing, build, and run every test
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(TEST_PACKAGES)"
	@$(MAKE) --no-print-directory check-programs
	@BUILD=$(BUILD) sh tests/run.sh

leak: ## search what the programs hand to the kernel, and leave in memory, for identifiers and secrets
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(TEST_PACKAGES)"
	@$(MAKE) --no-print-directory check-programs
	@BUILD=$(BUILD) python3 tests/leak/leak.py

scale: ## digest in parts with GNU parallel, over ssh and under Slurm, and compare (as root; SCALE_ROWS=200000)
	@$(MAKE) --no-print-directory deps
	@$(MAKE) --no-print-directory all $(BUILD)/tests/tools/people
	@for way in parallel ssh slurm; do echo "== $$way"; BUILD=$(BUILD) sh tools/scale/$$way.sh $(SCALE_ROWS) || exit 1; done

interop: ## ask and serve an independent implementation of RFC 9497 (needs Node.js and the npm registry)
	@command -v npm > /dev/null || $(MAKE) --no-print-directory deps WANT="nodejs npm"
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(TEST_PACKAGES)"
	@$(MAKE) --no-print-directory check-programs
	@BUILD=$(BUILD) sh tests/interop/run.sh

mutate: ## measure the tests: change the core in 40 places, one at a time, and count what they find (MUTANTS=40 SEED=1)
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(TEST_PACKAGES)"
	@python3 tools/mutate.py --count $(or $(MUTANTS),40) --seed $(or $(SEED),1)

.PHONY: unicode-judges
unicode-judges: ## compare the Unicode modules with other implementations (needs Node.js with ICU 78 and the npm registry)
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(TEST_PACKAGES)"
	@$(MAKE) --no-print-directory check-programs
	@BUILD=$(BUILD) sh tests/judges/run.sh

.PHONY: phone-judges
phone-judges: ## compare forms of phone numbers with libphonenumber's, and the table with its source (needs Node.js and the npm registry)
	@$(MAKE) --no-print-directory check-programs
	@BUILD=$(BUILD) sh tests/judges/phone.sh

fuzz: ## fuzz each harness for FUZZ_SECONDS (default 60) with clang's libFuzzer
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) clang libclang-rt-14-dev"
	@sh fuzz/run.sh

lint: ## static analysis, formatting, who includes whom, man pages
	@$(MAKE) --no-print-directory deps WANT="$(PACKAGES) $(TEST_PACKAGES) $(BENCH_PACKAGES) $(LINT_PACKAGES)"
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) sh tools/lint.sh

format: ## format the code
	clang-format -i $$(sh tools/sources.sh)

include bench/bench.mk

# ---- Installation ----

MAN1 := $(wildcard docs/*.1)
MAN3 := $(wildcard docs/*.3)
# Most links between the documents work where they are installed, too: the folders stay as they are here.
DOCUMENTS := README.md LICENSE NOTICE CHANGELOG.md SECURITY.md $(wildcard docs/*.md docs/*.svg docs/*.json)
EXAMPLES := $(wildcard docs/examples/*)

install: all ## install below $(DESTDIR)$(PREFIX)
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR) \
	    $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man3 $(DESTDIR)$(DOCDIR)/docs/examples
	$(INSTALL) -m 755 $(PROGRAMS) $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 644 $(BUILD)/libelig.a $(DESTDIR)$(LIBDIR)
	$(INSTALL) -m 644 $(BUILD)/libelig.so $(DESTDIR)$(LIBDIR)/libelig.so.$(VERSION)
	ln -sf libelig.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libelig.so.$(SOVERSION)
	ln -sf libelig.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libelig.so
	$(INSTALL) -m 644 include/elig.h include/elig_format.h $(DESTDIR)$(INCLUDEDIR)
	$(INSTALL) -m 644 $(BUILD)/elig.pc $(DESTDIR)$(LIBDIR)/pkgconfig
	$(INSTALL) -m 644 $(MAN1) $(DESTDIR)$(MANDIR)/man1
	$(if $(MAN3),$(INSTALL) -m 644 $(MAN3) $(DESTDIR)$(MANDIR)/man3)
	$(INSTALL) -m 644 $(filter-out docs/%,$(DOCUMENTS)) $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 644 $(filter docs/%,$(DOCUMENTS)) $(DESTDIR)$(DOCDIR)/docs
	$(INSTALL) -m 644 $(EXAMPLES) $(DESTDIR)$(DOCDIR)/docs/examples
	@$(if $(DESTDIR),,sh tools/ldconfig.sh $(LIBDIR))

uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR)$(BINDIR)/,$(notdir $(PROGRAMS))) \
	      $(addprefix $(DESTDIR)$(LIBDIR)/,libelig.a libelig.so libelig.so.$(SOVERSION) libelig.so.$(VERSION)) \
	      $(DESTDIR)$(LIBDIR)/pkgconfig/elig.pc $(addprefix $(DESTDIR)$(INCLUDEDIR)/,elig.h elig_format.h) \
	      $(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(MAN1))) \
	      $(addprefix $(DESTDIR)$(MANDIR)/man3/,$(notdir $(MAN3))) \
	      $(addprefix $(DESTDIR)$(DOCDIR)/,$(DOCUMENTS) $(EXAMPLES))
	@rmdir $(DESTDIR)$(DOCDIR)/docs/examples $(DESTDIR)$(DOCDIR)/docs $(DESTDIR)$(DOCDIR) 2> /dev/null || true

# ---- The machine ----

WANT ?= $(PACKAGES)
deps: ## install the Debian packages that are missing (as root, or through sudo)
	@sh tools/deps.sh $(WANT)

clean: ## remove what was built
	rm -rf $(BUILD)

# What each object depends on, as the compiler wrote it down.
-include $(shell find $(BUILD) -name '*.d' 2> /dev/null)
