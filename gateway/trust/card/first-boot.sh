#!/bin/sh
# Makes this Raspberry Pi a unit of Tocsin.  It is the same on every card: what differs lies beside it.
#   prepare   takes the secret off the card, and settles what the system needs; without a network
#   join      installs the package and joins the gateway; the service asks for it until it succeeds
# TOCSIN_ROOT: the system's folder, where it is not the one that runs.
set -eu
umask 077
root=${TOCSIN_ROOT:-}
kept=$root/var/lib/tocsin-first-boot
here=$(dirname "$(readlink -f "$0")")

whole() {
    (cd "$kept" && sha256sum --check --quiet SHA256SUMS) || {
        echo "the files on the card are damaged: write the card again" >&2
        exit 1
    }
}

name_it() {
    unit=$(cat "$kept/unit")
    printf '%s\n' "$unit" >"$root/etc/hostname"
    chmod 644 "$root/etc/hostname"
    if ! grep -q "[[:space:]]$unit\$" "$root/etc/hosts"; then
        printf '127.0.1.1\t%s\n' "$unit" >>"$root/etc/hosts"
    fi
}

# What /etc/$1 shall hold, from standard input.
settle() {
    (
        umask 022
        mkdir -p "$(dirname "$root/etc/$1")"
        cat >"$root/etc/$1"
    )
}

prepare() {
    mkdir -p -m 700 "$kept"
    cp "$here"/* "$kept/"
    whole
    rm -f "$here/code"
    sync
    name_it
    # A journal without end wears the card out, and fills it.
    printf '[Journal]\nSystemMaxUse=64M\nRuntimeMaxUse=16M\n' | settle systemd/journald.conf.d/tocsin.conf
    # A unit needs 45 MB; a machine that swaps answers late.
    printf '[Main]\nMechanism=none\n' | settle rpi/swap.conf.d/80-tocsin.conf
    if [ -e "$root/usr/lib/systemd/system/dphys-swapfile.service" ]; then
        systemctl --root="$root/" disable dphys-swapfile.service
    fi
    settle systemd/system/tocsin-first-boot.service <"$kept/tocsin-first-boot.service"
    systemctl --root="$root/" enable tocsin-first-boot.service
}

install_package() {
    # VERSION_ID is Debian's number.
    . "$root/etc/os-release"
    set -- "$kept"/tocsin-unit_*+deb"$VERSION_ID"_arm64.deb
    if [ ! -e "$1" ]; then
        echo "no package on the card is for Debian $VERSION_ID: write the card with --package" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get install --yes "$1" || { apt-get update && apt-get install --yes "$1"; }
}

join() {
    whole
    if [ "$(date +%s)" -gt "$(cat "$kept/until")" ]; then
        rm -f "$kept/code"
        echo "the code on the card has ended: write the card again" >&2
        exit 0
    fi
    command -v tocsin-device >/dev/null || install_package
    tocsin-device join "$(cat "$kept/url")" <"$kept/code"
    systemctl enable --now tocsin-device.service
    systemctl disable tocsin-first-boot.service
    rm -r "$kept"
}

case ${1:-} in
    prepare | join) "$1" ;;
    *) echo "first-boot.sh: say prepare or join" >&2; exit 2 ;;
esac
