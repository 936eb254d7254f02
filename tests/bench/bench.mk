# Simulated logs: the tools that make them and hold reports against their
# truth, the test that does so, and how fast reports are.
#
#	make bench             BENCH_MB=300 BENCH_RUNS=5
#	make check-simulated   SCALE=1

BENCH_TOOLS := $(BUILD)/tests/bench
BENCH_GENERATE_SOURCES := $(sort $(wildcard tests/bench/generate*.c))
BENCH_PROGRAMS := $(addprefix $(BENCH_TOOLS)/,generate compare_truth measure)
BENCH_CPPFLAGS = -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 $(CPPFLAGS)

$(BENCH_TOOLS)/generate: $(BENCH_GENERATE_SOURCES) \
    $(wildcard tests/bench/generate*.h)
	@mkdir -p $(@D)
	$(CC) $(BENCH_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ \
	    $(BENCH_GENERATE_SOURCES)

$(BENCH_TOOLS)/compare_truth $(BENCH_TOOLS)/measure: \
    $(BENCH_TOOLS)/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) $(BENCH_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $<

# Linked with the program's stages, unlike the others, which know nothing of it.
$(BENCH_TOOLS)/stages: tests/bench/stages.c $(BUILD)/libbouncestat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(PROFILE_FLAGS) $(ALL_LDFLAGS) -o $@ $< \
	    $(BUILD)/libbouncestat.a $(LIBRARIES)

bench-tools: $(BENCH_PROGRAMS)

$(BENCH_TOOLS)/bench_classify: tests/bench/bench_classify.c \
    $(BUILD)/libbouncestat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(PROFILE_FLAGS) $(ALL_LDFLAGS) -o $@ $< \
	    $(BUILD)/libbouncestat.a $(LIBRARIES)

bench: $(PROGRAM) bench-tools $(BENCH_TOOLS)/stages \
    $(BENCH_TOOLS)/bench_classify
	BOUNCESTAT=$(PROGRAM) TOOLS=$(BENCH_TOOLS) sh tests/bench/run.sh
	$(BENCH_TOOLS)/bench_classify patterns

check-simulated: $(PROGRAM) bench-tools
	BOUNCESTAT=$(PROGRAM) TOOLS=$(BENCH_TOOLS) sh tests/property/simulated.sh

.PHONY: bench bench-tools check-simulated
