#!/bin/sh
# In the root that becomes the machine's disk: builds the simulated chip of pins, which Debian's kernel
# leaves out, of Debian's own sources; and has started what tests need (pins, the folder of tests).
set -eu
export DEBIAN_FRONTEND=noninteractive

kernel=$(ls /lib/modules)
debian() { apt-get -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io "$@"; }

before=$(apt-mark showmanual)
version=$(dpkg-query --show --showformat '${source:Version}' "linux-image-$kernel")
debian install make xz-utils "linux-headers-$kernel"
mkdir /build
(
    cd /build
    apt-get download "linux-source-6.1=$version" 2>/dev/null || apt-get download linux-source-6.1
    dpkg-deb -x linux-source-6.1_*.deb .
    tar -xf usr/src/linux-source-6.1.tar.xz --strip-components=1 --wildcards \
        '*/drivers/gpio/gpio-sim.c' '*/drivers/gpio/gpiolib.h' '*/kernel/irq/irq_sim.c'
    mkdir module
    cp drivers/gpio/gpio-sim.c drivers/gpio/gpiolib.h module/
    # A module may not use irq_to_desc, which gives the same.
    sed 's/irq_to_desc(irqnum)/irq_data_to_desc(irq_get_irq_data(irqnum))/' kernel/irq/irq_sim.c >module/irq_sim.c
    printf '%s\n' 'obj-m := simulated-pins.o' 'simulated-pins-objs := gpio-sim.o irq_sim.o' >module/Makefile
    make -C "/lib/modules/$kernel/build" M=/build/module modules
    install -D -m 644 -t "/lib/modules/$kernel/extra" module/simulated-pins.ko
)
rm -rf /build
# shellcheck disable=SC2086
{ apt-mark auto '.*' && apt-mark manual $before; } >/dev/null
debian autoremove --purge
apt-get clean
depmod "$kernel"

install -m 755 /machine/agent.py /usr/local/sbin/machine-agent
install -m 755 /machine/pins.sh /usr/local/sbin/machine-pins
install -m 755 /machine/line.py /usr/local/sbin/line
install -m 644 /machine/machine-agent.service /machine/machine-pins.service /etc/systemd/system/
install -D -m 644 /machine/board.conf /etc/systemd/system/tocsin-device.service.d/board.conf
install -m 644 /machine/cpuinfo /etc/machine-cpuinfo
install -m 644 /machine/wired.network /etc/systemd/network/wired.network
systemctl enable machine-agent machine-pins systemd-networkd
systemctl mask systemd-networkd-wait-online apt-daily.timer apt-daily-upgrade.timer fstrim.timer
echo 'LABEL=receiver /var/lib/tocsin-receiver ext4 nofail,x-systemd.device-timeout=5s 0 0' >/etc/fstab
echo machine >/etc/hostname
: >/etc/machine-id
# What installs packages here later wants their documents, too.
rm -rf /machine /var/lib/apt/lists/* /etc/dpkg/dpkg.cfg.d/99mmdebstrap
