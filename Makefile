# Works with GNU make 3.81 (macOS) and later. `make` alone lists what there is.
#
#   make demo                 a demonstration institution in your browser
#   make test                 all tests on SQLite       (DB=postgres: on a throw-away PostgreSQL)
#   make test ARGS=tests/unit only some of them         (ARGS is handed to pytest)

DB ?= sqlite
ARGS ?=
WORKERS ?= 2
DATA ?=

# Where these are set by a machine, each start of Python would compile everything again.
unexport PYTHONDONTWRITEBYTECODE

PYTHON_HERE := .venv/bin/python

.PHONY: help setup demo test walk bench lint format reference locks

help:
	@echo "make setup      prepare .venv with the command paizhu   准备运行环境"
	@echo "make demo       demonstration institution              演示机构"
	@echo "make test       all tests; DB=postgres COVERAGE=1      全部测试"
	@echo "make walk       every page of every role, pictured   逐页走查并截图"
	@echo "make lint       form, types, floors, sizes             静态检查"
	@echo "make bench      measurements, as ratios                性能测量"
	@echo "make format     let ruff format the code               整理格式"
	@echo "make reference  write docs/reference from the code     生成参考文档"
	@echo "make locks      write requirements/*.lock (needs uv)   更新依赖锁定文件"

setup:
	@scripts/setup core

demo:
	@scripts/setup core
	@.venv/bin/paizhu demo $(if $(DATA),--data $(DATA),) $(ARGS)

test:
	@scripts/setup dev
	@scripts/test-needs $(DB)
	@DB=$(DB) WORKERS=$(WORKERS) COVERAGE=$(COVERAGE) scripts/test $(ARGS)

walk:
	@scripts/setup dev
	@$(PYTHON_HERE) -m scripts.walk $(if $(DATA),--data $(DATA),) $(ARGS)

bench:
	@scripts/setup dev
	@$(PYTHON_HERE) -m benchmarks $(ARGS)

lint:
	@scripts/setup dev
	$(PYTHON_HERE) -m ruff check .
	$(PYTHON_HERE) -m ruff format --check .
	$(PYTHON_HERE) -m mypy
	.venv/bin/lint-imports
	$(PYTHON_HERE) scripts/sizes.py

format:
	@scripts/setup dev
	$(PYTHON_HERE) -m ruff check --fix-only .
	$(PYTHON_HERE) -m ruff format .

reference:
	@scripts/setup dev
	$(PYTHON_HERE) -m scripts.reference

locks:
	@scripts/locks
