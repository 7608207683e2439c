# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What the scripts share; sourced, never run. Everything here prints to standard error, so that
# standard output stays the program's own (`scripts/run --json | jq`).
sf_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

say() {
    printf '%s\n' "$*" >&2
}

# sf_jobs [KILOBYTES_PER_JOB]: parallel jobs that fit this machine, at least 1. One optimised g++ job
# peaks at 0.8 GB on the network units, 2 GB with sanitizers as well (0.6 GB with sanitizers and -O0);
# the default keeps half of the 0.8 in hand.
sf_jobs() {
    local per_job_kb=${1:-1200000} cores available_kb fit
    cores=$(nproc)
    available_kb=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
    fit=$((${available_kb:-0} / per_job_kb))
    ((fit < cores)) || fit=$cores
    ((fit >= 1)) || fit=1
    printf '%d\n' "$fit"
}

# Exports CXX when the distribution's default compiler is too old and a newer g++ is beside it
# (Ubuntu 22.04: g++ 11 and g++-12). An explicit CXX always wins.
sf_choose_compiler() {
    [[ -z ${CXX:-} ]] || return 0
    local major candidate
    major=$(c++ -dumpversion 2>/dev/null | cut -d. -f1)
    ((${major:-0} < 12)) || return 0
    for candidate in g++-15 g++-14 g++-13 g++-12; do
        if command -v "$candidate" >/dev/null; then
            export CXX=$candidate
            return 0
        fi
    done
}

# sf_build PRESET [KILOBYTES_PER_JOB] [TARGET...]: configure and build; output on standard error.
sf_build() {
    local preset=$1 jobs log
    jobs=$(sf_jobs "${2:-}")
    shift
    (($# == 0)) || shift
    # A compiler named by the preset (clang, tsan, fuzz) outranks CXX; see CMakePresets.json.
    sf_choose_compiler
    log=$(mktemp)
    # Configuring is quick and nearly silent on success; its whole output matters only on failure.
    if ! (cd "$sf_root" && cmake --preset "$preset") >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
    (cd "$sf_root" &&
        NINJA_STATUS='[%f/%t %es] ' cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"}) >&2
}

# step NAME COMMAND...: runs it, notes name, wall time and result for print_steps, returns its code.
sf_steps=()
step() {
    local name=$1 began=$SECONDS code=0
    shift
    say "== $name"
    "$@" || code=$?
    sf_steps+=("$name|$((SECONDS - began))|$code")
    return "$code"
}

print_steps() {
    local entry name seconds code
    printf '%-28s %8s  %s\n' step wall result
    for entry in "${sf_steps[@]}"; do
        IFS='|' read -r name seconds code <<<"$entry"
        printf '%-28s %6d s  %s\n' "$name" "$seconds" "$([[ $code == 0 ]] && echo passed || echo "failed ($code)")"
    done
}

failed_steps() {
    local entry count=0
    for entry in "${sf_steps[@]}"; do
        [[ ${entry##*|} == 0 ]] || count=$((count + 1))
    done
    printf '%d\n' "$count"
}
