# sandglass. `make help` lists what it does. Variables worth setting: V=1 (show commands), CC, CFLAGS,
# PREFIX, DESTDIR, MODE=release|dev|fuzz|coverage (which build under build/ a target works on).

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

MODE    ?= release
PREFIX  ?= /usr/local
VERSION := 0.1.0
OUT     := build/$(MODE)
Q       := $(if $(V),,@)
say      = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)')

ifeq ($(origin CC),default)
CC := gcc
endif

PACKAGES       := ncursesw libpq libconfig gmime-3.0 libxml-2.0 libutf8proc jansson libcurl
TEST_PACKAGES  := criterion vterm
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
        -Wwrite-strings -Wformat=2 -Wvla -Wundef -Wno-unused-parameter -Wno-missing-field-initializers
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
mode_release  := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
mode_dev      := -O1 -g -Werror $(SANITIZE)
mode_fuzz     := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
mode_coverage := -O0 -g --coverage
ifeq ($(MODE),fuzz)
CC := clang
endif
CFLAGS  ?= $(mode_$(MODE))
LDFLAGS ?=
LINKMODE := $(filter -fsanitize=% --coverage,$(mode_$(MODE)))
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -DNCURSES_NOMACROS -DSANDGLASS_VERSION=$(VERSION) -Iinclude \
             -I$(OUT)/generated $(WARN) $(CFLAGS) $(CPPFLAGS)
BANNED  := -include include/base/banned.h
# Hidden: libconfig has a strbuf_release() of its own, and a program's visible symbol takes the place of a library's.
HIDDEN  := -fvisibility=hidden

SOURCES  := $(wildcard src/*/*.c)
OBJECTS  := $(SOURCES:%.c=$(OUT)/%.o) $(OUT)/embedded.o
LIBRARY  := $(OUT)/libsandglass.a
PROGRAM  := $(OUT)/sandglass
PROGRAMS := $(PROGRAM) $(PROGRAM)-mail
PAGES    := share/man/man1/sandglass.1 share/bash-completion/completions/sandglass \
            share/zsh/site-functions/_sandglass share/fish/vendor_completions.d/sandglass.fish
GENERATED := $(PAGES:%=$(OUT)/%)
EMBED    := $(sort $(wildcard schema/*.sql schema/*/*.sql schema/*.conf themes/*.conf))
CATALOGS := $(patsubst src/po/%.po,$(OUT)/po/%.mo,$(wildcard src/po/*.po))
KINDS    := unit db screen
SUPPORT  := $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/support/*.c))
test_objects = $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/$(1)/*.c))

# What pkg-config says, asked once and kept. Making this file installs what is missing, so that any
# target works as the first command in a fresh clone.
NO_CONFIG := help clean deps format uninstall
ifneq ($(filter-out $(NO_CONFIG),$(or $(MAKECMDGOALS),all)),)
include build/packages.mk
endif

build/packages.mk: Makefile tests/support/deps.sh
	@mkdir -p build
	@sh tests/support/deps.sh install
	@{ echo 'PKG_CFLAGS := '$$(pkg-config --cflags $(PACKAGES)); \
	   echo 'PKG_LIBS := '$$(pkg-config --libs $(PACKAGES)); \
	   echo 'TEST_CFLAGS := '$$(pkg-config --cflags $(TEST_PACKAGES)); \
	   echo 'TEST_LIBS := '$$(pkg-config --libs $(TEST_PACKAGES)); } | sed 's/-D_XOPEN_SOURCE=600//' >$@

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## */\1	/p' Makefile | awk -F'\t' '{printf "  %-12s %s\n", $$1, $$2}'

.PHONY: all
all: $(PROGRAMS) $(GENERATED) build/compile_commands.json ## build the program into build/release

.PHONY: dev
dev: ## build with sanitizers and -Werror into build/dev
	@$(MAKE) MODE=dev all

.PHONY: deps
deps: ## install what building, running and testing need (Debian; names for others are printed)
	@DEPS_SAY=1 sh tests/support/deps.sh install

# ---- building -------------------------------------------------------------------------------------

# The flags stand in a file that changes only when they do, and every object depends on it.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(CC) $(HIDDEN) $(ALL_CFLAGS) $(PKG_CFLAGS) $(LDFLAGS))' | cmp -s - $@ || \
	 printf '%s\n' '$(subst ','\'',$(CC) $(HIDDEN) $(ALL_CFLAGS) $(PKG_CFLAGS) $(LDFLAGS))' >$@
.PHONY: FORCE
FORCE:

$(OUT)/src/%.o: src/%.c $(OUT)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BANNED) $(HIDDEN) $(ALL_CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/tests/%.o: tests/%.c $(OUT)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests -Wno-cast-qual $(PKG_CFLAGS) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

# schema/, themes/ and the catalogs travel inside the program: one assembler file that includes each as bytes.
$(OUT)/embedded.s: $(EMBED) $(CATALOGS) src/base/embed.sh
	$(call say,EMBED,schema themes po)
	@mkdir -p $(@D)
	$(Q)sh src/base/embed.sh $(EMBED) $(foreach mo,$(CATALOGS),po/$(notdir $(mo))=$(mo)) >$@
$(OUT)/embedded.o: $(OUT)/embedded.s
	$(Q)$(CC) -c -o $@ $<

$(OUT)/po/%.mo: src/po/%.po
	$(call say,MSGFMT,$<)
	@mkdir -p $(@D)
	$(Q)msgfmt --check --endianness=little --output-file=$@ $<

.PHONY: po
po: ## take the marked strings of the sources into the catalogs of src/po
	@sh src/po/po.sh update

.PHONY: check-po
check-po: ## the catalogs are up to date and every string is translated
	@sh src/po/po.sh check

$(LIBRARY): $(OBJECTS)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(PROGRAM): $(OUT)/src/main.o $(LIBRARY)
$(PROGRAM)-mail: $(OUT)/src/main_mail.o $(LIBRARY)
$(PROGRAMS):
	$(call say,LD,$@)
	$(Q)$(CC) $(LINKMODE) $(LDFLAGS) -Wl,--as-needed -pthread -o $@ $^ $(PKG_LIBS)

# The program writes its manual page and completions itself, from its tables.
$(OUT)/share/man/man1/sandglass.1: KIND_OF_PAGE := man
$(OUT)/share/bash-completion/completions/sandglass: KIND_OF_PAGE := bash
$(OUT)/share/zsh/site-functions/_sandglass: KIND_OF_PAGE := zsh
$(OUT)/share/fish/vendor_completions.d/sandglass.fish: KIND_OF_PAGE := fish
$(GENERATED): $(PROGRAM)-mail
	$(call say,WRITE,$@)
	@mkdir -p $(@D)
	$(Q)LC_ALL=C $< generate $(KIND_OF_PAGE) >$@

build/compile_commands.json: $(OUT)/flags $(SOURCES)
	@{ echo '['; sep=; for f in $(SOURCES) $(wildcard src/*.c); do \
	   printf '%s{"directory":"%s","file":"%s","command":"%s"}' "$$sep" "$(CURDIR)" "$$f" \
	     '$(subst ",\\\",$(CC) $(BANNED) $(HIDDEN) $(ALL_CFLAGS) $(PKG_CFLAGS)) -c '"$$f"; sep=','; done; echo ']'; } >$@

# ---- tests ----------------------------------------------------------------------------------------

define test_binary
$(OUT)/tests/$(1)-tests: $(call test_objects,$(1)) $(SUPPORT) $(LIBRARY)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(LINKMODE) $$(LDFLAGS) -pthread -o $$@ $$^ $$(PKG_LIBS) $$(TEST_LIBS) -lm
endef
$(foreach kind,$(KINDS),$(eval $(call test_binary,$(kind))))

.PHONY: check
check: ## everything: lint, unit, database, screen, end-to-end and a short fuzz, with sanitizers
	@$(MAKE) MODE=dev check-programs
	@$(MAKE) lint
	@sh tests/support/run.sh build/dev all

.PHONY: check-programs
check-programs: $(PROGRAMS) $(foreach kind,$(KINDS),$(OUT)/tests/$(kind)-tests)

.PHONY: check-unit check-db check-screen check-e2e
check-unit check-db check-screen check-e2e: check-%:
	@$(MAKE) MODE=dev check-programs
	@sh tests/support/run.sh build/dev $*

.PHONY: lint
lint: ## the layers' arrows, headers that compile alone, format, banned words
	@sh tests/lint/lint.sh '$(CC)' '$(ALL_CFLAGS) $(PKG_CFLAGS)'

.PHONY: format
format: ## clang-format over the C sources
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

.PHONY: fuzz
fuzz: ## fuzz every target for FUZZ_SECONDS each (600)
	@sh tests/fuzz/run.sh $(or $(FUZZ_SECONDS),600)

.PHONY: coverage
coverage: ## which lines the unit, database and screen tests run, as text
	@$(MAKE) MODE=coverage check-programs
	@find build/coverage -name '*.gcda' -delete
	@bash tests/support/coverage.sh build/coverage

BENCH_CORE := build/release/tests/bench/bench_core
.PHONY: bench
bench: ## the budgets, measured; ONLY="start keys" picks some
	@$(MAKE) MODE=release build/release/sandglass build/release/sandglass-mail $(BENCH_CORE)
	@python3 tests/bench/bench.py build/release/sandglass $(BENCH_CORE) $(ONLY)

$(OUT)/tests/bench/bench_core: $(OUT)/tests/bench/bench_core.o $(OUT)/tests/support/random.o $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(LINKMODE) $(LDFLAGS) -pthread -o $@ $^ $(PKG_LIBS)

.PHONY: demo
demo: $(PROGRAMS) ## a private PostgreSQL, sample tickets and the console
	@$(PROGRAM) demo $(ARGS)

# ---- installing -----------------------------------------------------------------------------------

.PHONY: install
install: $(PROGRAMS) $(GENERATED) ## copy the program, its manual page, completions and themes below DESTDIR PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/sandglass/themes
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	install -m 644 themes/*.conf $(DESTDIR)$(PREFIX)/share/sandglass/themes
	install -d $(sort $(dir $(PAGES:%=$(DESTDIR)$(PREFIX)/%)))
	for page in $(PAGES); do install -m 644 $(OUT)/$$page $(DESTDIR)$(PREFIX)/$$page || exit 1; done

.PHONY: uninstall
uninstall: ## take away what install copied
	rm -f $(DESTDIR)$(PREFIX)/bin/sandglass $(DESTDIR)$(PREFIX)/bin/sandglass-mail $(PAGES:%=$(DESTDIR)$(PREFIX)/%)
	rm -rf $(DESTDIR)$(PREFIX)/share/sandglass

.PHONY: clean
clean: ## remove build/
	rm -rf build

-include $(patsubst %.o,%.d,$(OBJECTS) $(OUT)/src/main.o $(OUT)/src/main_mail.o $(SUPPORT) $(OUT)/tests/bench/bench_core.o \
           $(foreach kind,$(KINDS),$(call test_objects,$(kind))))
