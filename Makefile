# SPDX-License-Identifier: GPL-2.0
#
# What a person types. `make` builds the module for the running kernel and the
# tool; `make demo` and `make check` need nothing but root on a Debian 12.

KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local
# Where the module goes, for who packages it.
INSTALL_MOD_PATH ?= $(DESTDIR)
VERSION := $(shell cat VERSION)
KMOD_FILES = $(wildcard kmod/*.[ch] kmod/Kbuild* kmod/include/uapi/linux/*.h)
DKMS_DIR = $(DESTDIR)/usr/src/nsinfo-$(VERSION)
MODULE_DIR = $(INSTALL_MOD_PATH)/lib/modules/$(shell \
	cat $(KDIR)/include/config/kernel.release 2>/dev/null || uname -r)
# A test, or several, by name: make check T=selftests-6.12
T ?=
# Kernels for vmtest, one for bench and check-flaky: 6.1 6.12 7 debug
K ?= 6.12
# How often check-flaky runs each selftest.
N ?= 30
# How many namespaces bench measures the tool with.
BENCH_N ?= 100 1000

.PHONY: all module tool demo check check-long check-flaky kunit vmtest vng bench
.PHONY: install install-tool install-dkms uninstall dist deb clean help

all: module tool

module:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tool:
	$(MAKE) -C userspace

# Boots a guest with a real Debian kernel and shows what nsinfo sees in it.
demo:
	scripts/demo/run

check:
	scripts/check.sh $(T)

# All tests on all kernels, with more processors as well. Takes an hour and more.
check-long:
	scripts/check.sh --long $(T)

# Does a selftest fail by chance? T=NAME, or several; all otherwise.
check-flaky:
	K='$(K)' scripts/check-flaky.sh $(N) $(T)

kunit:
	scripts/kunit.sh $(T)

vmtest:
	scripts/selftests/run $(addprefix -k ,$(K)) $(T)

vng:
	scripts/check.sh vng

# In instructions: the module itself, then beside the commands for the same and a
# kernel without nsinfo, then each command of the tool. build/bench keeps figures.
bench:
	scripts/bench/raw -k $(K)
	scripts/bench/run $(K)
	set -e; for n in $(BENCH_N); do scripts/bench/tool -k $(K) -n $$n; done

install: all install-tool
	$(MAKE) -C $(KDIR) M=$(CURDIR) \
		INSTALL_MOD_PATH=$(INSTALL_MOD_PATH) modules_install

install-tool:
	$(MAKE) -C userspace install PREFIX=$(PREFIX)

# The module as source, for dkms(8), which builds it for each kernel.
install-dkms:
	rm -rf $(DKMS_DIR)
	mkdir -p $(DKMS_DIR)
	tar -c Kbuild VERSION $(KMOD_FILES) | tar -x -C $(DKMS_DIR)
	sed 's/#MODULE_VERSION#/$(VERSION)/' dkms.conf >$(DKMS_DIR)/dkms.conf

uninstall:
	$(MAKE) -C userspace uninstall PREFIX=$(PREFIX)
	rm -rf $(DKMS_DIR)
	rm -f $(MODULE_DIR)/updates/kmod/nsinfo.ko*
	-rmdir -p --ignore-fail-on-non-empty $(MODULE_DIR)/updates/kmod
	[ ! -d $(MODULE_DIR) ] || \
		depmod -b $(or $(INSTALL_MOD_PATH),/) $(notdir $(MODULE_DIR))

# A tarball that builds: what git has of the tree.
dist:
	mkdir -p build
	git archive --format=tar.gz --prefix=nsinfo-$(VERSION)/ \
		-o build/nsinfo-$(VERSION).tar.gz HEAD

# The Debian packages nsinfo and nsinfo-dkms, into build/deb. Needs debhelper
# and dh-dkms.
deb:
	scripts/deb.sh build/deb

# Kbuild of 6.12 leaves one file behind.
clean:
	$(MAKE) -C userspace clean
	-[ ! -d $(KDIR) ] || $(MAKE) -C $(KDIR) M=$(CURDIR) clean
	rm -rf build ..module-common.o.cmd

help:
	@echo 'all      module and tool (the default); KDIR=... for another kernel'
	@echo 'demo     boot a guest, make namespaces, show them'
	@echo 'check    what each change has to pass; T=NAME for one gate'
	@echo 'check-long  all tests on all kernels, also with two processors'
	@echo 'check-flaky  selftests N=30 times, shuffled, beside a load; T=NAME for one'
	@echo 'kunit    KUnit suites in a guest; T=SUITE for one'
	@echo 'vmtest   selftests in a guest; K=KERNEL, T=NAME for one'
	@echo 'vng      smoke tests under virtme-ng'
	@echo 'bench    what nsinfo costs, beside ip, lsns and no module; K=KERNEL'
	@echo 'install  module (KDIR) and tool (PREFIX, DESTDIR)'
	@echo 'install-dkms  the module for dkms(8), which builds it for each kernel'
	@echo 'uninstall  what these have installed'
	@echo 'deb      Debian packages of both, in build/deb'
	@echo 'dist     a tarball of the last commit, in build'
	@echo 'clean    remove what was built; kernels stay cached'
