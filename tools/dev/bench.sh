# Benchmarks: micro (Google Benchmark, each bench/micro/*_bench.cpp a program) and, where it is there, bench/run,
# which drives `weft serve` and the peers and writes build/bench.json.

cmd_bench() {
    local program status=0
    need_packages "$packages_bench"
    build_preset bench || exit 1
    build_release || exit 1
    mkdir -p build/results/bench
    if [ -x bench/run ]; then
        need_npm bench/peers/node
        exec bench/run --weft build/weft --programs build/bench --output build/bench.json "$@"
    fi
    for program in build/bench/bench/*_bench; do
        [ -x "$program" ] || continue
        "$program" --benchmark_out="build/results/bench/$(basename "$program").json" --benchmark_out_format=json "$@" || status=1
    done
    return $status
}
