# Fuzzing: libFuzzer targets of tests/fuzz, built by the preset `fuzz`. What they find stays in build/fuzz/found,
# grown corpora in build/fuzz/corpus; the seeds in tests/fuzz/corpus/<target> are read only.

fuzz_targets() {
    local file
    for file in tests/fuzz/*_fuzz.cpp; do
        [ -f "$file" ] && basename "$file" .cpp
    done
}

fuzz_one() {
    local target=$1 seconds=$2 grown=build/fuzz/corpus/$1 dictionary=tests/fuzz/$1.dict arguments=()
    mkdir -p "$grown" build/fuzz/found
    [ "$seconds" -gt 0 ] || arguments+=(-runs=0)  # the corpus only
    [ -d "tests/fuzz/corpus/$target" ] && arguments+=("tests/fuzz/corpus/$target")
    [ -f "$dictionary" ] && arguments+=("-dict=$dictionary")
    "build/fuzz/$target" "$grown" "${arguments[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -malloc_limit_mb=1024 -artifact_prefix="build/fuzz/found/$target-" -print_final_stats=1 -verbosity=1
}

# A new target: `./dev test` runs its corpus only, until `./dev fuzz TARGET` has gone on for an hour without a find.
fuzz_is_new() { grep -q '^// Labels:.* new' "tests/fuzz/$1.cpp"; }

# fuzz_all SECONDS: all targets, as many at a time as there are cores, the seconds shared.
fuzz_all() {
    local seconds=$1 targets each target running=0 title
    targets=$(fuzz_targets)
    [ -n "$targets" ] || return 0
    must_build fuzz fuzz_targets || return 1
    each=$((seconds * $(nproc) / $(wc -w <<<"$targets")))
    [ "$each" -le "$seconds" ] || each=$seconds
    [ "$each" -ge 1 ] || each=1
    for target in $targets; do
        if [ $running -ge "$(nproc)" ]; then wait -n || true; running=$((running - 1)); fi
        title="fuzz $target for $each s"
        ! fuzz_is_new "$target" || title="corpus of $target"
        beside=1 noted_step "fuzz $target" step "$title" fuzz_one "$target" "$(fuzz_is_new "$target" && echo 0 || echo "$each")" &
        running=$((running + 1))
    done
    wait
}

cmd_fuzz() {
    local target=${1:-} seconds=${2:-60} status=0
    case $target in *[!0-9]*) ;; ?*) seconds=$target target= ;; esac
    need_packages "$packages_build $packages_fuzz"
    if [ "$target" = jsonata ]; then
        for target in $(fuzz_targets | grep ^jsonata); do
            build_preset fuzz "$target" || exit 1
            step "fuzz $target for $seconds s" fuzz_one "$target" "$seconds" || status=1
        done
        # And Weft's JSONata against the reference implementation, on generated expressions.
        need_npm tests/fuzz/differential
        build_release || exit 1
        step "compare JSONata with the reference for $seconds s" node tests/fuzz/differential/jsonata.mjs \
            --weft build/weft --seconds "$seconds" --seed "${WEFT_FUZZ_SEED:-$RANDOM}" || status=1
        return $status
    fi
    if [ -z "$target" ]; then
        build_preset fuzz fuzz_targets || exit 1
        for target in $(fuzz_targets); do step "fuzz $target for $seconds s" fuzz_one "$target" "$seconds" || status=1; done
        return $status
    fi
    target=${target%_fuzz}_fuzz
    [ -f "tests/fuzz/$target.cpp" ] || die "no fuzz target '$target'; there are: $(fuzz_targets | tr '\n' ' ')"
    build_preset fuzz "$target" || exit 1
    fuzz_one "$target" "$seconds"
}
