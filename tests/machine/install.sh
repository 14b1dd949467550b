#!/bin/sh
# In the machine, once: a school is installed from its packages as the README says, its unit joins, and
# its receiver's reports lie on a disk of their own.
set -eu

mkfs.ext4 -q -L receiver /dev/vdb
mkdir -p /var/lib/tocsin-receiver /packages
mount /dev/vdb /var/lib/tocsin-receiver
mount -o ro /dev/vdc /packages
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends /packages/*.deb
chown tocsin-receiver: /var/lib/tocsin-receiver

tocsin-gateway init --name 'Lincoln School' --site lincoln --host 10.20.0.1
printf 'room,name,building,floor,unit,cameras,x,y\n204,Library,Main,2,,,,\n' >/etc/tocsin/register/rooms.csv
echo "whsec_$(openssl rand -base64 32)" >/run/secret
install -o tocsin-receiver -m 600 /run/secret /etc/tocsin/lincoln.secret
install -o tocsin -m 600 /run/secret /etc/tocsin/county.secret
sed 's#"police.db"#"/var/lib/tocsin-receiver/police.db"#' \
    /usr/share/doc/tocsin-police/examples/police.toml >/etc/tocsin/police.toml
cat >>/etc/tocsin/gateway.toml <<'END'

[[endpoint]]
name = "county"
url = "http://127.0.0.1:8710/reports"
secret_file = "county.secret"
receipt = "echo"

[notices]
people = "people.toml"
path = "/var/lib/tocsin-notices/notices.db"
END
cat >/etc/tocsin/people.toml <<'END'
[[person]]
name = "Ms. Lee"
carriers = ["json://127.0.0.1:9", "form://127.0.0.1:9"]
troubles = "none"
END
tocsin-gateway init
tocsin-gateway check --config /etc/tocsin/gateway.toml
systemctl disable --now mosquitto
systemctl enable --now tocsin-receiver tocsin-broker tocsin-authority tocsin-gateway tocsin-cameras tocsin-console \
    tocsin-notices
tocsin-gateway enrol 204 --config /etc/tocsin/gateway.toml >/run/label
sed -n 's/^  code *//p' /run/label | $(grep -o 'tocsin-device join .*' /run/label)
systemctl enable --now tocsin-device
umount /packages
