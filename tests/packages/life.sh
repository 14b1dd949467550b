#!/bin/sh
# The life of the packages on a bare Debian, in a root of scripts/bare-root: all three are installed, a
# press goes from unit to receiver, two are updated and brought back, all are removed and purged.
#   life.sh FOLDER-OF-PACKAGES FOLDER-OF-NEWER-ONES
# Says what is seen after each step, under a heading, for test_packages.py to read.
set -eu
old=$1 new=$2
here=$(dirname "$0")

step() { printf '== %s\n' "$1"; }

quietly() { "$@" >/run/said 2>&1 || { cat /run/said; exit 1; }; }

debian() { quietly env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io "$@"; }

# What lies on this machine, without what apt and dpkg keep for themselves; users; groups.
machine() {
    find / -xdev \( -path /var/cache -o -path /var/lib/apt -o -path /tmp -o -path /srv \) -prune -o \
        ! -path '/var/log/*' ! -path '/var/lib/dpkg/*-old' -print
    getent passwd
    getent group
}

versions() {
    for each in gateway device police; do
        printf '%s: ' "$each"
        "tocsin-$each" --version 2>&1 || true
    done
}

installed() { dpkg-query --show --showformat '${Package} ${Version} ${db:Status-Status}\n' 'tocsin-*' || true; }

step preparing
debian update
debian install mosquitto systemd systemd-timesyncd
machine | sort >/run/before

step installed
debian install "$old"/*.deb
versions
stat -c '%U %n' /run/tocsin /run/tocsin/frames
find /etc/systemd/system -name 'tocsin*'
find /usr/lib/tocsin-* -name '__pycache__' | sed 's#/lib/python.*##' | sort -u
gzip -dc /usr/share/man/man8/tocsin-gateway.8.gz | grep -c '^.TP'

step pressed
sh "$here/press.sh"

step updated
debian install "$new"/*.deb
versions
ls /etc/tocsin/device.toml /var/lib/tocsin-device/journal.db

step "brought back"
debian install --allow-downgrades "$old"/tocsin-unit_*.deb "$old"/tocsin-police_*.deb
versions
tocsin-device check --config /etc/tocsin/device.toml

step removed
debian remove tocsin-unit tocsin-gateway tocsin-police
installed
ls -d /usr/lib/tocsin-* /usr/bin/tocsin-* 2>/dev/null || true
ls /etc/tocsin/gateway.toml /etc/tocsin/authority/authority.key /var/lib/tocsin/tocsin.db

step "one purged"
debian purge tocsin-unit
grep deleting /run/said
ls /etc/tocsin/gateway.toml /etc/tocsin/ca.crt
ls /etc/tocsin/device.toml 2>/dev/null || true

step purged
debian purge tocsin-gateway tocsin-police
grep deleting /run/said
installed
machine | sort | diff /run/before - | grep '^[<>]' || echo "nothing is left"
