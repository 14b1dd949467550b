#!/bin/sh
# Makes a chip of 54 pins, as a Pi has, each of which can be pulled and read in a folder in /sys.
set -eu
modprobe simulated-pins
mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
chip=/sys/kernel/config/gpio-sim/board
mkdir -p "$chip/bank"
echo 54 >"$chip/bank/num_lines"
echo 1 >"$chip/live"
