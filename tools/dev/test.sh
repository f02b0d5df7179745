# `./dev test`: every kind of test, each step reported, the total last.
#
# check    ASan and UBSan: lint, unit, case, contract, property and simulation tests
# tsan     the tests labelled `threads` under ThreadSanitizer
# release  the end-to-end tests (label `e2e`) against build/weft
# fuzz     all fuzz targets, WEFT_FUZZ_SECONDS shared between them
# tidy     clang-tidy for WEFT_TIDY_SECONDS, changed files first; only when that is set

readonly results=$root/build/results

# Where a sanitizer of g++ 12 meets a kernel with much address randomisation, it dies at start; this avoids that.
without_aslr() {
    if setarch "$(uname -m)" -R true 2>/dev/null; then setarch "$(uname -m)" -R "$@"; else "$@"; fi
}

# run_ctest TITLE PRESET NAME ARGUMENTS…: runs tests; their results go to build/results/NAME.xml.
run_ctest() {
    local title=$1 preset=$2 name=$3
    shift 3
    mkdir -p "$results"
    TZ='NPT-5:45' ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1} \
    UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1} TSAN_OPTIONS=${TSAN_OPTIONS:-second_deadlock_stack=1} \
        step "$title" without_aslr ctest --test-dir "build/$preset" --parallel "$(nproc)" --output-on-failure \
            --timeout 600 --no-tests=ignore --test-output-size-passed 4000000 --test-output-size-failed 4000000 \
            --output-junit "$results/$name.xml" "$@"
}

# Notes a step outside ctest as one passed or failed test.
note_result() { mkdir -p "$results"; printf '%s %s\n' "$2" "$1" >>"$results/steps.txt"; }
noted_step() {
    local title=$1
    shift
    if "$@"; then note_result "$title" passed; else note_result "$title" failed; return 1; fi
}
# A build that succeeds is no test; one that fails is a failed one.
must_build() { build_preset "$@" || { note_result "build $1" failed; return 1; }; }

cmd_test() {
    local fast='' start status=0
    case ${1:-} in
        '') ;;
        --fast) fast=1 ;;
        *) die "test knows --fast, not '$1'" ;;
    esac
    start=$(now_ms)
    need_packages "$packages_test"
    rm -rf "$results"

    if [ -n "$fast" ]; then
        if must_build check; then
            run_ctest "unit and case tests (ASan, UBSan)" check check --label-exclude 'e2e|slow|simulation' || true
        fi
    else
        test_everything
    fi

    say
    note "  took $(elapsed "$start")"
    tools/test_summary "$results" || status=$?
    return $status
}

test_everything() {
    if must_build check; then
        run_ctest "tests under ASan and UBSan" check check --label-exclude e2e || true
    fi
    if must_build tsan threads_tests; then
        run_ctest "threaded tests under TSan" tsan tsan --label-regex threads || true
    fi
    if build_release; then
        need_e2e
        [ ! -f build/check/build.ninja ] ||
            WEFT_BINARY=$root/build/weft run_ctest "end-to-end tests of build/weft" check e2e --label-regex e2e || true
    else
        note_result "build release" failed
    fi
    fuzz_all "${WEFT_FUZZ_SECONDS:-180}" || true
    # Not every source has been through clang-tidy yet (`./dev lint`): here only when asked for.
    [ "${WEFT_TIDY_SECONDS:-0}" -eq 0 ] || noted_step "clang-tidy" tidy "$WEFT_TIDY_SECONDS" || true
}

# The crash storm of `./dev test`, for as long as one likes.
cmd_storm() {
    build_release || exit 1
    exec python3 tests/e2e/storm_test.py --binary build/weft --kills "${1:-2000}"
}
