# bouncestat: what bounced, where, why, when, and what to do about it.
#
#   make              builds build/bouncestat
#   make demo         installs what is missing, builds, runs on samples/
#   make check        installs what is missing, builds and runs every test
#   make bench fuzz install uninstall clean golden-update analyze
#
# SANITIZE=address,undefined|thread   instrumented build, beside the plain one
# PROFILE=0                           compiled once, without training: quicker
# WERROR=1                            warnings are errors
# WITHOUT_SQLITE=1 WITHOUT_PSL=1 WITHOUT_IDN2=1 WITHOUT_ISAL=1 WITHOUT_ZSTD=1
# WITHOUT_LZMA=1 WITHOUT_BZ2=1 WITHOUT_JANSSON=1     leave an optional library out
# RUNNER='valgrind -q ...'            what the unit tests are run under
# NO_INSTALL=1                        only name the packages that are missing

VERSION = 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
# Some shells hand over a tilde as it is; a directory of that name is no joy.
override PREFIX := $(patsubst ~/%,$(HOME)/%,$(PREFIX))
override DESTDIR := $(patsubst ~/%,$(HOME)/%,$(DESTDIR))
CC ?= cc
PKG_CONFIG ?= pkg-config

# Each flavour has objects of its own, so that one make never mixes two.
FLAVOUR := $(if $(SANITIZE),sanitize-$(SANITIZE),plain)
BUILD := build
ifdef SANITIZE
BUILD := build/$(FLAVOUR)
endif
PROGRAM := $(BUILD)/bouncestat
OBJECTS := $(BUILD)/obj

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
    -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wwrite-strings \
    -Wformat=2 -Wundef -Wvla -Wimplicit-fallthrough
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=c11 $(WARNINGS) $(if $(WERROR),-Werror) -pthread $(CFLAGS)
ALL_CPPFLAGS = -Iinclude -Isrc -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 \
    -DBOUNCESTAT_VERSION='"$(VERSION)"' \
    -DBOUNCESTAT_DATADIR='"$(PREFIX)/share/bouncestat"' $(CPPFLAGS)
ALL_LDFLAGS = -pthread $(LDFLAGS)
ifdef SANITIZE
ALL_CFLAGS += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer \
    -fno-sanitize-recover=all
ALL_LDFLAGS += -fsanitize=$(SANITIZE)
endif

# "gcc" or nothing, and "x86" if it compiles for that.
COMPILER := $(shell echo | $(CC) -dM -E - 2>/dev/null \
    | awk '/__GNUC__/ { gcc = 1 } /__clang__/ { gcc = 0 } /__x86_64__/ { x86 = 1 } \
	END { if (gcc) print x86 ? "gcc x86" : "gcc" }')

# Rows and records of 200 bytes are cleared with stores and not with an
# instruction of which the start alone takes longer: 0.98 of a report's time.
ifneq ($(filter x86,$(COMPILER)),)
ALL_CFLAGS += -mmemset-strategy=vector_loop:512:noalign,libcall:-1:noalign
endif

# With gcc all is compiled twice.  The program of the first time reads the
# samples and a simulated log and notes which ways through the code are the
# common ones; the second time the compiler knows them.  A report takes a tenth
# less time for it.  A file that is changed later is compiled alone, with the
# notes as they are.  Not with flags for debugging, or when that program cannot
# run here.
ifndef PROFILE
PROFILE := $(if $(SANITIZE)$(filter -O0 --coverage -fsanitize% -fprofile%,$(CFLAGS) $(LDFLAGS)),0,$(if $(filter gcc,$(COMPILER)),1,0))
endif
ifeq ($(PROFILE),train)
PROFILE_FLAGS = -fprofile-generate -fprofile-update=single
PROFILE_PLACE = -dumpdir $(NOTES)/$(dir $*)
ALL_CPPFLAGS += -DBOUNCESTAT_HASH_SEED=1
else ifneq ($(PROFILE),0)
TRAINED = $(OBJECTS)/trained
# Loops over bytes are so much more frequent than what is done for each record
# that gcc would take the latter for rare.
PROFILE_FLAGS = -fprofile-use --param hot-bb-count-ws-permille=1000 \
    -fprofile-correction -Wno-missing-profile -Wno-coverage-mismatch \
    -flto=auto -ffat-lto-objects
endif

# Required libraries, and the optional ones that are there and not unwanted.
PACKAGES := libpcre2-8 zlib
optional = $(if $(WITHOUT_$(1)),,$(shell $(PKG_CONFIG) --exists $(2) 2>/dev/null && echo $(2)))
add_optional = $(if $(call optional,$(1),$(2)),$(eval PACKAGES += $(2))$(eval ALL_CPPFLAGS += -DHAVE_$(1)=1))
$(call add_optional,SQLITE,sqlite3)
$(call add_optional,PSL,libpsl)
$(call add_optional,IDN2,libidn2)
$(call add_optional,ISAL,libisal)
$(call add_optional,ZSTD,libzstd)
$(call add_optional,LZMA,liblzma)
$(call add_optional,JANSSON,jansson)
# bzip2 has no pkg-config file on Debian; its header says whether it is there.
ifndef WITHOUT_BZ2
ifneq ($(wildcard /usr/include/bzlib.h /usr/local/include/bzlib.h),)
ALL_CPPFLAGS += -DHAVE_BZ2=1
LIBRARIES += -lbz2
endif
endif
LIBRARIES += $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null)
ALL_CFLAGS += $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)

SAMPLES := samples/mail.log.2.gz samples/mail.log.1.gz samples/mail.log
SOURCES := $(sort $(wildcard src/*/*.c))
MAIN := src/cli/main.c
LIBRARY_OBJECTS := $(patsubst src/%.c,$(OBJECTS)/%.o,$(filter-out $(MAIN),$(SOURCES)))
UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c tests/property/test_*.c))
UNIT_TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(UNIT_SOURCES))
UNIT_LIBRARIES = $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null || echo -lcmocka)

all: $(PROGRAM)

BUILT_WITH = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(PROFILE_FLAGS) \
    $(ALL_LDFLAGS) $(LIBRARIES)

# Changed flags rebuild everything that was built with others.
$(OBJECTS)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(BUILT_WITH)' | cmp -s - $@ || echo '$(BUILT_WITH)' >$@

$(OBJECTS)/%.o: src/%.c $(OBJECTS)/flags | $(TRAINED)
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(PROFILE_FLAGS) $(PROFILE_PLACE) \
	    -MMD -MP -MF $(@:.o=.d) -c -o $@ $<

# The notes of the first time lie beside the objects of the second one.
TRAINING := $(BUILD)/training
TRAINING_LINES = 200000
TRAINING_RUN = $(TRAINING)/bouncestat --patterns patterns --quiet --jobs 1 \
    --log-tz UTC --year 2026 --now 2026-12-01T00:00:00Z

$(OBJECTS)/trained: $(OBJECTS)/flags
	$(MAKE) --no-print-directory PROFILE=train BUILD=$(TRAINING) \
	    NOTES=$(OBJECTS) $(TRAINING)/bouncestat \
	    $(TRAINING)/tests/bench/generate
	@find $(OBJECTS) -name '*.gcda' -exec rm -f {} +
	@{ $(TRAINING)/tests/bench/generate --lines $(TRAINING_LINES) \
		>$(TRAINING)/mail.log && \
	    $(TRAINING_RUN) report --csv $(TRAINING)/csv $(SAMPLES) && \
	    $(TRAINING_RUN) events $(SAMPLES) && \
	    $(TRAINING_RUN) report --csv $(TRAINING)/csv $(TRAINING)/mail.log && \
	    $(TRAINING_RUN) events $(TRAINING)/mail.log; } >$(TRAINING)/output || \
		echo 'The logs were not read: built as with PROFILE=0.' >&2
	@touch $@

$(BUILD)/libbouncestat.a: $(LIBRARY_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(PROGRAM): $(OBJECTS)/cli/main.o $(BUILD)/libbouncestat.a
	$(CC) $(ALL_CFLAGS) $(PROFILE_FLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

$(BUILD)/tests/%: tests/%.c $(BUILD)/libbouncestat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -Itests $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) -o $@ $< \
	    $(BUILD)/libbouncestat.a $(UNIT_LIBRARIES) $(LIBRARIES)

unit: $(UNIT_TESTS)
	@test -n '$(UNIT_TESTS)' || { echo 'no unit tests' >&2; exit 1; }
	@set -e; for test in $(UNIT_TESTS); do $(RUNNER) $$test; done

# The package lists are read while make parses this file, so what needs a
# package that has just been installed runs in a make of its own.
demo:
	@.ci/packages demo
	@$(MAKE) --no-print-directory demo-run

demo-run: $(PROGRAM)
	@mkdir -p $(BUILD)/demo
	$(PROGRAM) report --csv $(BUILD)/demo --log-tz UTC --year 2026 $(SAMPLES)
	@echo
	@echo "All tables as CSV: $(BUILD)/demo/"

check:
	@.ci/packages check
	@$(MAKE) --no-print-directory check-run

check-run: $(PROGRAM) unit
	$(PROGRAM) check
	PROGRAM=$(PROGRAM) tests/golden/run
	PROGRAM=$(PROGRAM) tests/corpus/run
	PROGRAM=$(PROGRAM) tests/property/law.sh
	@$(MAKE) --no-print-directory check-docs
	$(if $(filter sqlite3,$(PACKAGES)),@$(MAKE) --no-print-directory check-nightly)
	@$(MAKE) --no-print-directory check-simulated

# Help, manual, README and completions agree; the examples print what is shown.
check-docs: $(PROGRAM)
	PROGRAM=$(PROGRAM) tests/docs/options.sh
	PROGRAM=$(PROGRAM) tests/docs/manual.sh
	PROGRAM=$(PROGRAM) tests/docs/examples.sh
	MAKE='$(MAKE)' PREFIX='$(PREFIX)' tests/docs/install.sh

# A week of nightly audits with --db.
check-nightly: $(PROGRAM) bench-tools
	PROGRAM=$(PROGRAM) TOOLS=$(BENCH_TOOLS) tests/nightly/week.sh

golden-update: $(PROGRAM)
	PROGRAM=$(PROGRAM) UPDATE=1 tests/golden/run

include tests/bench/bench.mk

# --- fuzzing, with clang's libFuzzer; FUZZ_SECONDS for each target ---

FUZZ_SECONDS ?= 30
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

fuzz:
	@set -e; mkdir -p build/fuzz; for target in $(FUZZ_TARGETS); do \
	    echo "== $$target"; \
	    clang -g -O1 -fsanitize=fuzzer,address,undefined -std=c11 -w \
		$(ALL_CPPFLAGS) -Itests -pthread -o build/fuzz/$$target \
		tests/fuzz/$$target.c $(filter-out src/cli/%,$(SOURCES)) $(LIBRARIES); \
	    mkdir -p build/fuzz/$$target.corpus; \
	    build/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
		build/fuzz/$$target.corpus samples; \
	done

# --- analyzers ---

# cppcheck cannot parse a compound literal in a conditional expression
# (internalAstError), takes what a function fills in for uninitialised
# (ctuuninitvar), and a hook's context for one that outlives its call
# (autoVariables).
analyze:
	cppcheck --quiet --enable=warning,portability --inline-suppr \
	    --suppress=missingIncludeSystem --suppress=internalAstError \
	    --suppress=ctuuninitvar --suppress=autoVariables \
	    --error-exitcode=1 --std=c11 \
	    -Iinclude -Isrc $(SOURCES)

# --- installation ---

SHARE = $(DESTDIR)$(PREFIX)/share
PATTERN_FILES := $(sort $(wildcard patterns/*/* patterns/providers))

install: $(PROGRAM)
	install -D -m 755 $(PROGRAM) '$(DESTDIR)$(PREFIX)/bin/bouncestat'
	for file in $(PATTERN_FILES); do \
	    install -D -m 644 $$file '$(SHARE)/bouncestat'/$$file || exit 1; \
	done
	install -D -m 644 src/cli/bouncestat.1 '$(SHARE)/man/man1/bouncestat.1'
	install -D -m 644 src/cli/bouncestat-patterns.5 \
	    '$(SHARE)/man/man5/bouncestat-patterns.5'
	install -D -m 644 src/cli/completions/bouncestat.bash \
	    '$(SHARE)/bash-completion/completions/bouncestat'
	install -D -m 644 src/cli/completions/_bouncestat \
	    '$(SHARE)/zsh/site-functions/_bouncestat'
	install -D -m 644 src/cli/completions/bouncestat.fish \
	    '$(SHARE)/fish/vendor_completions.d/bouncestat.fish'

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/bouncestat' \
	    '$(SHARE)/man/man1/bouncestat.1' \
	    '$(SHARE)/man/man5/bouncestat-patterns.5' \
	    '$(SHARE)/bash-completion/completions/bouncestat' \
	    '$(SHARE)/zsh/site-functions/_bouncestat' \
	    '$(SHARE)/fish/vendor_completions.d/bouncestat.fish'
	rm -rf '$(SHARE)/bouncestat'

clean:
	rm -rf build

FORCE:
.PHONY: all unit demo demo-run check check-run check-docs check-nightly \
    golden-update fuzz analyze install uninstall clean FORCE

-include $(patsubst %.o,%.d,$(LIBRARY_OBJECTS) $(OBJECTS)/cli/main.o)
-include $(addsuffix .d,$(UNIT_TESTS))
