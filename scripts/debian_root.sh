# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# An empty Debian in a directory of its own; sourced by the scripts that make one. Needs root and
# mmdebstrap. The host's apt sources, proxy and authorities are carried over.
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# debian_root_begin NAME ARGUMENT...: sets `machine`, a directory, and `root` below it. Everything that
# is mounted there is unmounted and all of it removed at the end of the script, also after a failure or
# an interrupt. Starts the script NAME again, once, in a mount namespace of its own: whatever happens to
# this process, its mounts end with it.
debian_root_begin() {
    local name=$1
    if (($(id -u) != 0)); then
        say "$name: needs root, for chroot and mounts"
        exit 3
    fi
    command -v mmdebstrap >/dev/null || {
        say "$name: mmdebstrap is missing. Install it: ./scripts/setup --full"
        exit 3
    }
    if [[ ${SF_DEBIAN_ROOT_NAMESPACE:-} != "$$" ]]; then
        SF_DEBIAN_ROOT_NAMESPACE=$$ exec unshare --mount --propagation private "$sf_root/scripts/$name" "${@:2}"
    fi
    machine=$(mktemp -d -p "${TMPDIR:-/var/tmp}" "sniperforge-${name//_/-}.XXXXXX")
    root=$machine/root
    trap debian_root_end EXIT
    trap 'exit 130' INT TERM
}

debian_root_end() {
    local mounted
    # Deepest first. Nothing is removed while something is still mounted below.
    while read -r mounted; do
        umount "$mounted" || umount --lazy "$mounted" || true
    done < <(awk -v top="$machine/" 'index($2, top) == 1 {print $2}' /proc/self/mounts | sort -r)
    if grep -qF " $machine/" /proc/self/mounts; then
        say "$machine is still in use and stays"
    else
        rm -rf --one-file-system "$machine"
    fi
}

# The apt sources of this host that serve the suite; without any, mmdebstrap knows Debian's own.
host_sources() {
    local suite=$1 file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        [[ ! -f $file ]] || ! grep -qE "^[^#]*\b$suite\b" "$file" || printf '%s\n' "$file"
    done
}

# make_root SUITE [PACKAGES]: with those, separated by commas, beside what apt needs.
make_root() {
    local suite=$1 packages=${2:-} sources
    mapfile -t sources < <(host_sources "$suite")
    # Proxy, validity checks, retries: how this host reaches its mirror, without its hooks and caches.
    apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries|AllowReleaseInfoChange)' >"$machine/apt.conf" || true
    mmdebstrap --quiet --variant=minbase ${packages:+--include="$packages"} --aptopt="$machine/apt.conf" \
        "$suite" "$root" "${sources[@]}" >&2
}

carry_over() {
    local directory
    for directory in /etc/apt/trusted.gpg.d /etc/apt/keyrings /usr/local/share/ca-certificates; do
        [[ ! -d $directory ]] || { mkdir -p "$root$directory" && cp -rL "$directory/." "$root$directory/"; }
    done
    cp -L --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
    # An https mirror behind an own authority must be trusted before ca-certificates is installed.
    if grep -rqsE '^[^#]*https:' "$root/etc/apt/sources.list" "$root/etc/apt/sources.list.d" && [[ -d /etc/ssl/certs ]]; then
        mkdir -p "$root/etc/ssl/certs"
        cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    fi
}

# A login as on a new machine: nothing of this environment but the proxy, and PASSED_ON, names.
inside() {
    local environment=(HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8) name
    for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY ${PASSED_ON:-}; do
        [[ -z ${!name:-} ]] || environment+=("$name=${!name}")
    done
    # Nothing stands at the top of the root, so that a script that forgets where it is fails here.
    env -i "${environment[@]}" chroot "$root" /bin/bash -c 'cd / && exec "$@"' bash "$@" </dev/null
}
