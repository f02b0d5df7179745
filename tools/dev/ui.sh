# What ./dev prints: one line a step with the time it took, the tail of its log when it fails.

readonly logs=$root/build/logs

if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ] && [ -z "${NO_COLOR:-}" ] && [ -z "${CI:-}" ]; then
    readonly green=$'\e[32m' red=$'\e[31m' dim=$'\e[2m' plain=$'\e[0m' live=1
else
    readonly green='' red='' dim='' plain='' live=
fi

say() { printf '%s\n' "$*"; }
note() { printf '%s\n' "${dim}$*${plain}"; }
die() { printf '%s\n' "${red}./dev: $*${plain}" >&2; exit 1; }

# Milliseconds since the epoch, without starting a process.
now_ms() { local t=${EPOCHREALTIME/[.,]/}; printf '%s' "${t%???}"; }

elapsed() {
    local ms=$(($(now_ms) - $1))
    if [ $ms -lt 60000 ]; then printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
    else printf '%d min %02d s' $((ms / 60000)) $((ms % 60000 / 1000)); fi
}

# step TITLE COMMAND…: runs the command with its output in a log, prints one line, and on failure the log's end.
# `beside` is set for a step that runs beside another: then nothing is printed that would be rewritten.
step() {
    local title=$1 start status=0 log
    shift
    mkdir -p "$logs"
    log=$logs/$(tr -cs 'a-zA-Z0-9' '-' <<<"$title" | sed 's/-*$//').log
    start=$(now_ms)
    [ -z "$live" ] || [ -n "${beside:-}" ] || printf '  %s…%s %s' "$dim" "$plain" "$title"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [ -z "$live" ] || [ -n "${beside:-}" ] || printf '\r\e[K'
    if [ $status -eq 0 ]; then
        printf '  %sok%s   %-44s %s\n' "$green" "$plain" "$title" "$dim$(elapsed "$start")$plain"
    else
        printf '  %sFAIL%s %-44s %s\n' "$red" "$plain" "$title" "$(elapsed "$start"), exit $status"
        printf '       the end of %s:\n' "${log#"$root"/}"
        tail -n "${step_tail:-40}" "$log" | sed 's/^/       | /'
    fi
    return $status
}
