#!/bin/sh
# In the place of systemd's, where a test installs: starts what each unit file says, as its user, and
# waits until it is ready; stops it with all that it started.
of() { sed -n "s/^$1=//p" "/usr/lib/systemd/system/$name.service"; }

stop() {
    [ -f "/run/$name.pid" ] || return 0
    kill -- "-$(cat "/run/$name.pid")" 2>/dev/null
    while kill -0 -- "-$(cat "/run/$name.pid")" 2>/dev/null; do sleep 0.1; done
    rm "/run/$name.pid"
}

begin() {
    [ -f "/run/$name.pid" ] && kill -0 "$(cat "/run/$name.pid")" 2>/dev/null && return 0
    user=$(of User)
    for folder in $(of StateDirectory | sed 's#^#/var/lib/#') $(of RuntimeDirectory | sed 's#^#/run/#'); do
        mkdir -p "$folder"
        chown "$user:" "$folder"
        chmod "$(of StateDirectoryMode | grep . || echo 755)" "$folder"
    done
    umask "$(of UMask)"
    # shellcheck disable=SC2046
    setsid setpriv --reuid "$user" --regid "$user" --init-groups \
        $(of ExecStart) >"/run/$name.log" 2>&1 </dev/null &
    echo $! >"/run/$name.pid"
    while kill -0 $! 2>/dev/null && ! grep -qs ready "/run/$name.log"; do sleep 0.1; done
}

[ "$1" != --quiet ] || shift
verb=$1
shift
case "$verb $1" in
    "enable --now") verb=start && shift ;;
    enable*) exit 0 ;;
esac
for name; do
    case $verb in
        start) begin ;;
        stop) stop ;;
        restart) stop && begin ;;
    esac
done
