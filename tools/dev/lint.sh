# Lint: layers, headers and formatting are tests of `check` too; clang-tidy has a time budget there and none here.

clang_format() { command -v clang-format-19 || command -v clang-format-18; }
clang_tidy() { command -v clang-tidy-19 || command -v clang-tidy-18; }

sources() { git ls-files --cached --others --exclude-standard '*.h' '*.cpp' 2>/dev/null || find src tests bench -name '*.h' -o -name '*.cpp'; }

# tidy SECONDS: 0 is no limit. Results are kept in build/tidy by content, so that only what changed costs time.
tidy() {
    local budget=$1 title="clang-tidy"
    [ "$budget" -eq 0 ] || title+=" (for $budget s)"
    configure check || return 1
    step "$title" tools/tidy --clang-tidy "$(clang_tidy)" --build build/check --cache build/tidy --seconds "$budget" --jobs "$(jobs)"
    # How many were looked at is worth a line.
    tail -n 1 "$logs/$(tr -cs 'a-zA-Z0-9' '-' <<<"$title" | sed 's/-*$//').log" | sed 's/^/       /'
}

cmd_lint() {
    local status=0
    need_packages "$packages_test"
    step "layers" tools/check_layers || status=1
    step "headers" tools/check_headers --cache build/headers || status=1
    step "tables in docs" tools/docs_tables --check || status=1
    step "formatting" tools/check_format "$(clang_format)" || status=1
    tidy 0 || status=1
    return $status
}

cmd_fmt() {
    need_packages "$packages_lint"
    sources | xargs -r "$(clang_format)" -i
}
