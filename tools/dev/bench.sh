# Benchmarks: bench/run drives `weft serve`, its peers and the Google Benchmark programs of bench/micro, prints ratios and
# writes build/bench.json; with --scale, bench/scale measures what a million executions cost. One program of bench/micro
# alone: build/bench/bench/NAME_bench.

cmd_bench() {
    need_packages "$packages_bench"
    build_preset bench || exit 1
    strip -o build/bench/weft.stripped build/bench/weft || exit 1
    need_npm bench/peers/node
    need_npm bench/peers/durable
    if [ "${1:-}" = --scale ]; then
        shift
        exec bench/scale --weft build/bench/weft.stripped --output build/scale.json "$@"
    fi
    exec bench/run --weft build/bench/weft.stripped --programs build/bench --output build/bench.json "$@"
}
