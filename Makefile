# The two commands a newcomer needs: `make run` and `make test`. They need Python 3.11 to 3.14
# with `venv`; PYTHON=/path/to/python chooses one.

SHELL = /bin/sh
PYTHON ?=
RUNNING = runtime text vault
ALL = $(RUNNING) development

# Becomes the first Python that fits, so that a signal reaches it and not a shell.
become = for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3; do \
	if "$$python" -c "$(fits)" >/dev/null 2>&1; then exec "$$python" -I config/bootstrap.py $(1); fi; \
	done; echo "$(none)" >&2; exit 1
fits = import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
none = Venia needs Python 3.11 to 3.14 with its venv module (on Debian and Ubuntu: apt install \
	python3-venv). Install it, or name one: make PYTHON=/path/to/python.

.PHONY: run test test-long check fmt lock bench bench-scale

run:
	@$(call become,$(RUNNING) -- manage.py up)

test:
	@$(call become,$(ALL) -- -m tests)

test-long:
	@$(call become,$(ALL) -- -m tests --long)

check:
	@$(call become,$(ALL) -- -m config.inspection)

fmt:
	@$(call become,$(ALL) -- -m config.inspection --fix)

lock:
	@$(call become,-- -I config/locking.py $(UPGRADE))

# What releasing profiles and a policy check cost, beside what else one could have; three minutes.
bench:
	@$(call become,$(RUNNING) -- -m pseudonymize.release.bench)
	@$(call become,$(RUNNING) -- -m config.bench $(BENCH))

# The same as the number of people grows. BENCH="--sizes 10000 100000 1000000" takes longer.
bench-scale:
	@$(call become,$(RUNNING) -- -m config.bench --scale $(BENCH))
