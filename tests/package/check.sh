#!/usr/bin/env bash
# Installs, upgrades, removes and purges the Debian packages in a scratch root, and looks at each step at what is there; runs
# what was installed; and has lintian look at the packages. `./dev package` runs it.
#
# dpkg's scripts run in the root of the machine and are told of the scratch root by DPKG_ROOT, as dpkg(1) has it: so it needs
# root's rights, but no chroot, no container and no systemd.
#
# usage: check.sh FOLDER, with the packages
set -euo pipefail
packages=$(realpath "${1:?usage: check.sh FOLDER}")
scratch=$(mktemp -d)
daemon=
# shellcheck disable=SC2317 # called by the trap
finish() {
    [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT
chmod 755 "$scratch"
root=$scratch/root
failed=0

say() { printf 'package: %s\n' "$*"; }
fail() {
    say "FAILED: $*"
    failed=1
}

# dpkg in the scratch root. What the packages depend on is there, in the machine's own root.
in_root() {
    if ! dpkg --root="$root" --force-not-root --force-depends --force-script-chrootless --force-confdef --force-confold \
        --log=/dev/null "$@" >"$scratch/dpkg.log" 2>&1; then
        cat "$scratch/dpkg.log"
        fail "dpkg $*"
    fi
}

make_root() {
    mkdir -p "$root"/{etc/systemd/system,usr,run} "$root"/var/lib/dpkg/{info,updates,triggers}
    touch "$root"/var/lib/dpkg/{status,available}
    printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
    printf 'root:x:0:\n' >"$root/etc/group"
}

# there PATH..., gone PATH...: in the scratch root.
there() {
    local path
    for path in "$@"; do
        [ -e "$root$path" ] || [ -L "$root$path" ] || fail "$step: '$path' is not there"
    done
}
gone() {
    local path
    for path in "$@"; do
        if [ -e "$root$path" ] || [ -L "$root$path" ]; then fail "$step: '$path' is still there"; fi
    done
}

enabled_units() {
    (cd "$root/etc/systemd/system" 2>/dev/null && find . -type l ! -lname /dev/null | sort | tr '\n' ' ') || true
}

# A package of the same files, with the version $2.
with_version() {
    rm -rf "$scratch/repack"
    dpkg-deb -R "$1" "$scratch/repack"
    sed -i "s/^Version: .*/Version: $2/" "$scratch/repack/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$scratch/repack" "$scratch/upgrade.deb" >/dev/null
}

# Runs the daemon that was installed, with the configuration, the registrations and the agent that were installed.
run_installed() {
    local conf=$root/etc/mihost
    "$root/usr/sbin/mihostd" --config "$conf/mihostd.conf" --registrations "$conf/register" --socket "$scratch/socket" \
        --providers "$(dirname "$(find "$root/usr/lib" -name libprocesses.so)")" --agent "$root/usr/libexec/mihost-agent" \
        >"$scratch/log" 2>&1 &
    daemon=$!
    for _ in {1..500}; do
        [ ! -S "$scratch/socket" ] || break
        sleep 0.02
    done
    if ! "$root/usr/bin/mihostctl" --socket "$scratch/socket" enumerate Linux_Process | grep -q mihostd; then
        cat "$scratch/log"
        fail "$step: what was installed doesn't run"
    fi
    kill "$daemon"
    wait "$daemon" || fail "$step: the daemon ended with status $?"
    daemon=
}

mihost=$(find "$packages" -maxdepth 1 -name 'mihost_*.deb')
mapfile -t all < <(find "$packages" -maxdepth 1 -name '*.deb')
make_root
mapfile -t before < <(cd "$root" && find . -path ./var -prune -o -print | sort)

step='after the installation'
in_root -i "${all[@]}"
there /usr/sbin/mihostd /usr/bin/mihostctl /usr/libexec/mihost-agent /etc/mihost/mihostd.conf \
    /etc/mihost/register/root-cimv2/processes.reg /usr/lib/systemd/system/mihostd.socket \
    /usr/share/man/man8/mihostd.8.gz /usr/share/bash-completion/completions/mihostctl /usr/include/mi.h \
    /etc/systemd/system/sockets.target.wants/mihostd.socket /etc/systemd/system/multi-user.target.wants/mihostd.service
grep -q '^mihost:.*nologin$' "$root/etc/passwd" || fail "$step: there is no user 'mihost'"
run_installed
say "installed, and runs"

step='after an upgrade'
echo 'logLevel = warning' >>"$root/etc/mihost/mihostd.conf"
units=$(enabled_units)
with_version "$mihost" 99.0
in_root -i "$scratch/upgrade.deb"
grep -q '^logLevel = warning' "$root/etc/mihost/mihostd.conf" || fail "$step: the administrator's configuration is lost"
[ "$(enabled_units)" = "$units" ] || fail "$step: other units are enabled: $(enabled_units)"

step='after an upgrade with the service disabled'
rm "$root/etc/systemd/system/multi-user.target.wants/mihostd.service"
units=$(enabled_units)
with_version "$mihost" 99.1
in_root -i "$scratch/upgrade.deb"
[ "$(enabled_units)" = "$units" ] || fail "$step: it is enabled again: $(enabled_units)"
run_installed
say "upgraded; the configuration, and what is enabled, are as they were"

step='after the removal'
in_root -r mihost
gone /usr/sbin/mihostd /usr/bin/mihostctl /usr/lib/systemd/system/mihostd.service
there /etc/mihost/mihostd.conf
say "removed; the configuration stays"

step='after the purge'
in_root -P mihost libmi-dev libmi1
mapfile -t after < <(cd "$root" && find . -path ./var -prune -o -print | sort)
left=$(comm -13 <(printf '%s\n' "${before[@]}") <(printf '%s\n' "${after[@]}") |
    grep -vE '^\./etc/(passwd|group|g?shadow)-?$|^\./etc/\.pwd\.lock$' || true)
left+=$(find "$root/var/lib" -name '*mihost*' | grep -v /dpkg/ || true)
[ -z "$left" ] || fail "$step: still there: $left"
say "purged: nothing is left but the user"

if command -v lintian >/dev/null; then
    lintian_user=()
    if [ "$(id -u)" -eq 0 ]; then lintian_user=(--allow-root); fi
    lintian "${lintian_user[@]}" --fail-on error "${all[@]}" || fail 'lintian found errors'
    say 'lintian found no errors'
else
    fail 'lintian is missing: apt-get install lintian'
fi
exit "$failed"
