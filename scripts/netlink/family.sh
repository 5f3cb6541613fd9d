#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# In a guest: the family against the YAML.
set -euo pipefail

insmod "$KO"
PYTHONPATH=/ynl exec python3 family.py /ynl/nsinfo.yaml
