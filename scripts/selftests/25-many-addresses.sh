#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# A device with more addresses than a message holds arrives whole.
. "$(dirname "$0")/lib.sh"

load
# Of either family, on one device.
thousands=1500
[[ ${KERNEL:-} != debug ]] || thousands=400
netns many thousands
{
	echo "link add d0 type dummy"
	echo "link add d1 type dummy"
	echo "link set d0 up"
	echo "link set d1 up"
	for i in {1..150}; do
		echo "addr add 10.0.0.$i/24 brd + dev d0"
		echo "addr add fd00::$i/64 nodad dev d0"
	done
	echo "addr add 10.0.1.1/24 dev d1"
} | ip -n many -batch -
{
	echo "link add d0 type dummy"
	echo "link set d0 up"
	for ((i = 0; i < thousands; i++)); do
		echo "addr add 10.$((i / 250 / 250)).$((i / 250 % 250)).$((i % 250 + 1))/32 dev d0"
		printf 'addr add fd00::%x/128 nodad dev d0\n' $((i + 1))
	done
} | ip -n thousands -batch -
compare many thousands
