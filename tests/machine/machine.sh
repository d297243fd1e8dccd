#!/usr/bin/env bash
# Boots a machine with Debian 12 and systemd, installs the packages in it as an administrator would, and tries there what needs
# them: the unit and its sandbox, cgroups, the watchdog, the journal, the end of the machine. `./dev machine` runs it.
#
# The machine is made anew with the packages of this one's Debian mirror, and runs in qemu, emulated (KVM is not to be had everywhere, or not whole); it has no
# network. inside.py is what runs in it. Status 77: it can't be made here.
#
# usage: machine.sh PACKAGES PROVIDER FOLDER: a folder with the packages, libdeeds.so, and a folder to work in
set -euo pipefail
packages=$(realpath "${1:?usage: machine.sh PACKAGES PROVIDER FOLDER}")
provider=$(realpath "${2:?usage: machine.sh PACKAGES PROVIDER FOLDER}")
folder=${3:?usage: machine.sh PACKAGES PROVIDER FOLDER}
here=$(dirname "$(realpath "$0")")
include=systemd-sysv,dbus,udev,kmod,procps,python3,libuv1,libcjson1,linux-image-cloud-amd64
most=480 # seconds, for all that happens in it

say() { printf 'machine: %s\n' "$*"; }
skip() {
    say "NOT TESTED: $*"
    exit 77
}

[ "$(id -u)" -eq 0 ] || skip 'making the files of another system takes root'
[ "$(dpkg --print-architecture)" = amd64 ] || skip 'it is made for amd64 only'
mkdir -p "$folder"
cd "$folder"
rm -rf root disk console.log
trap 'rm -rf root disk' EXIT

# The system without the packages is kept for the next time.
if [ ! -e base.tar ]; then
    # shellcheck disable=SC2016 # apt's own variables
    mirror=$(apt-get indextargets --format 'deb $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 'Label: Debian' \
        'Codename: bookworm' | head -n 1)
    [ -n "$mirror" ] || skip 'apt knows of no mirror of Debian 12'
    mmdebstrap --quiet --variant=minbase --include="$include" bookworm made.tar "$mirror" >mmdebstrap.log 2>&1 ||
        { tail -n 5 mmdebstrap.log && skip 'mmdebstrap cannot make the system, see above'; }
    mv made.tar base.tar
fi
mkdir root
tar -xf base.tar -C root

mkdir -p root/trial/packages
cp "$packages"/*.deb root/trial/packages
cp "$provider" root/trial/libdeeds.so
cp "$here/inside.py" root/trial
echo machine >root/etc/hostname
echo '/dev/vda / ext4 rw 0 1' >root/etc/fstab
cat >root/etc/systemd/system/trial.service <<END
[Service]
Type=exec
ExecStart=python3 -u /trial/inside.py
ExecStopPost=systemctl --no-block poweroff
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
[Install]
WantedBy=multi-user.target
END
ln -s ../trial.service root/etc/systemd/system/multi-user.target.wants/trial.service
ln -s /dev/null root/etc/systemd/system/serial-getty@ttyS0.service
cp root/boot/vmlinuz-* vmlinuz
cp root/boot/initrd.img-* initrd
truncate -s 2G disk
mke2fs -q -t ext4 -d root disk
rm -rf root
say "made in $SECONDS s; it boots"

began=$SECONDS
timeout "$most" qemu-system-x86_64 -accel tcg,thread=multi -smp 2 -m 1024 -nic none -display none -monitor none \
    -no-reboot -kernel vmlinuz -initrd initrd -append 'root=/dev/vda rw console=ttyS0 loglevel=3 systemd.show_status=no' \
    -drive file=disk,if=virtio,format=raw -serial file:console.log </dev/null || true
sed -i 's/\r//g' console.log
sed -n '/^machine: inside/,$p' console.log
grep -q '^machine: inside' console.log || { tail -n 20 console.log && skip "it did not come up in $((SECONDS - began)) s"; }
if grep -qE '^machine: FAILED|\.\.\. (FAIL|ERROR)$' console.log; then
    say 'FAILED, see above'
    exit 1
fi
grep -q '^machine: passed' console.log || skip "all that was tried is well, but it takes longer than $most s here"
if ! grep -q 'canceled (reason shutdown)' console.log; then
    say 'FAILED: an operation that ran was not canceled with the reason SHUTDOWN when the machine went down'
    exit 1
fi
say "all passed, in $((SECONDS - began)) s"
