#!/bin/sh
# Of Raspberry Pi OS without cloud-init: systemd runs it once, before anything else, and starts anew.
set -u
boot=$(dirname "$(readlink -f "$0")")
root=${TOCSIN_ROOT:-}
sed -i 's/ systemd\.run=[^ ]*//; s/ systemd\.run_success_action=[^ ]*//; s/ systemd\.unit=[^ ]*//' "$boot/cmdline.txt"
connections=$root/etc/NetworkManager/system-connections
mkdir -p "$connections"
(umask 077 && cat "$boot/tocsin/network.nmconnection" >"$connections/tocsin.nmconnection")
if [ -s "$boot/tocsin/country" ]; then
    raspi-config nonint do_wifi_country "$(cat "$boot/tocsin/country")"
fi
sh "$boot/tocsin/first-boot.sh" prepare
rm -f "$boot/firstrun.sh"
exit 0
