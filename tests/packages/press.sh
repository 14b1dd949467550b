#!/bin/sh
# On the machine of life.sh: a school is set up, a unit joins it, and its button is pressed.
# Says the lamp's state at the end, and how many reports the receiver has.
set -eu

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

sql() { python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' "$@"; }

systemctl() { sh "$(dirname "$0")/../readme/systemctl.sh" "$@"; }

secret() {
    install -o "$1" -m 600 /run/secret "/etc/tocsin/$2"
}

reports=$(port)
tocsin-gateway init --name 'Lincoln School' --site lincoln --host 127.0.0.1 \
    --broker-port "$(port)" --authority-port "$(port)" --console-port "$(port)" >/run/init
printf 'room,name,building,floor,unit,cameras,x,y\n204,Library,Main,2,,,,\n' >/etc/tocsin/register/rooms.csv
python3 -c 'import base64, os; print("whsec_" + base64.b64encode(os.urandom(32)).decode())' >/run/secret
secret tocsin-receiver lincoln.secret
secret tocsin county.secret
sed -e "s/8710/$reports/" -e 's#"police.db"#"/var/lib/tocsin-receiver/police.db"#' \
    /usr/share/doc/tocsin-police/examples/police.toml >/etc/tocsin/police.toml
cat >>/etc/tocsin/gateway.toml <<END

[[endpoint]]
name = "county"
url = "http://127.0.0.1:$reports/reports"
secret_file = "county.secret"
receipt = "echo"
END
systemctl start tocsin-receiver tocsin-broker tocsin-authority tocsin-gateway
tocsin-gateway enrol 204 --config /etc/tocsin/gateway.toml >/run/label
join=$(grep -o 'tocsin-device join .*' /run/label)
sed -n 's/^  code *//p' /run/label | $join
install -d -o tocsin-device -m 700 /var/lib/tocsin-device
(sleep 3; echo; sleep 240) | setpriv --reuid tocsin-device --regid tocsin-device --init-groups \
    tocsin-device try --config /etc/tocsin/device.toml >/run/unit.log 2>&1 &
unit=$!
for _ in $(seq 120); do
    found=$(sql /var/lib/tocsin-receiver/police.db 'SELECT count(*) FROM report')
    [ "$found" = 0 ] || break
    sleep 1
done
kill "$unit"
systemctl stop tocsin-gateway tocsin-authority tocsin-broker tocsin-receiver
printf 'reports: %s\n' "$found"
[ "$found" != 0 ] || tail -n 20 /run/unit.log /run/tocsin-*.log
