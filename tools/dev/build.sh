# Building: one folder below build/ for each preset of CMakePresets.json; the release binary is build/weft.

# Compile jobs: the cores, but no more than the memory carries (a heavy unit takes 1.5 GB under the sanitizers).
jobs() {
    local cores memory_mb by_memory
    [ -z "${WEFT_JOBS:-}" ] || { printf '%s' "$WEFT_JOBS"; return; }
    cores=$(nproc)
    memory_mb=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo 2>/dev/null || echo 4096)
    by_memory=$((memory_mb / 1536))
    [ "$by_memory" -ge 1 ] || by_memory=1
    printf '%s' $((cores < by_memory ? cores : by_memory))
}

configure() {
    local preset=$1 extra=()
    if [ "$preset" = fuzz ] && ! command -v clang++-19 >/dev/null; then
        extra=(-DCMAKE_CXX_COMPILER=clang++-18)
    fi
    if [ -f "build/$preset/build.ninja" ] && [ ! CMakePresets.json -nt "build/$preset/build.ninja" ]; then return 0; fi
    step "configure $preset" cmake --preset "$preset" "${extra[@]}"
}

# build_preset PRESET [TARGET…]
build_preset() {
    local preset=$1 title="build $1"
    shift
    [ $# -ne 1 ] || title+=" ($1)"
    need_aws_models
    configure "$preset" || return 1
    # Two of these in one folder would write the same files; the second waits.
    step "$title" flock "build/$preset/.lock" cmake --build "build/$preset" --parallel "$(jobs)" ${1:+--target "$@"}
}

# The release binary, stripped, as build/weft; replaced by a rename, since the old one may be running.
build_release() {
    need_packages "$packages_build"
    build_preset release weft || return 1
    if [ ! build/weft -nt build/release/weft ]; then
        strip -o build/weft.new build/release/weft && mv -f build/weft.new build/weft || return 1
    fi
}

cmd_build() {
    local preset=${1:-release}
    case $preset in
        release) build_release || exit 1
                 say "  build/weft ($(($(stat -c %s build/weft) / 1024)) KiB)"; return ;;
        check | tsan) need_packages "$packages_test" ;;
        fuzz) need_packages "$packages_build $packages_fuzz" ;;
        bench) need_packages "$packages_bench" ;;
        *) die "no preset '$preset'; there are release, check, tsan, fuzz, bench" ;;
    esac
    case $preset in
        fuzz) build_preset fuzz fuzz_targets ;;
        *) build_preset "$preset" ;;
    esac || exit 1
}

cmd_demo() {
    build_release || exit 1
    exec build/weft run --express examples/rfp/workflow.asl.json --input examples/rfp/input.json "$@"
}

cmd_serve() {
    build_release || exit 1
    exec build/weft serve "$@"
}
