#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make bench-plot` runs: the benchmark at every size from 1,000 to PLOT_N, and the plot of it.
#
# BUILD       the folder with the binaries (default build)
# PLOT_N      the largest size (default 100,000,000, which takes 24 GiB of memory and 10 GB of disk)
# PLOT_PEERS  the largest size at which peers take part (default 10,000,000)
set -eu
csv=docs/benchmark.csv
largest=${PLOT_N:-100000000}
rm -f "$csv.new"
trap 'rm -f "$csv.new" docs/benchmark.svg.new' EXIT
trap 'exit 1' HUP INT TERM
n=1000
while [ "$n" -le "$largest" ]; do
    sh bench/run.sh --csv "$csv.new" --peers-up-to "${PLOT_PEERS:-10000000}" "$n"
    n=$((n * 10))
done
python3 tools/plot_benchmark.py "$csv.new" > docs/benchmark.svg.new
mv "$csv.new" "$csv"
mv docs/benchmark.svg.new docs/benchmark.svg
