#!/usr/bin/env bash
# Installs into a temporary folder, and fails unless all that the installed files name is there: the configuration, the folders
# and programs that it gives as defaults, what the unit starts, the manual pages, the header.
#
# usage: install.sh BUILD PREFIX
set -euo pipefail
build=${1:?usage: install.sh BUILD PREFIX}
prefix=${2:?usage: install.sh BUILD PREFIX}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

# wanted WHO PATH: the installed file WHO names PATH.
wanted() {
    if [ -z "$2" ] || [ ! -e "$folder$2" ]; then
        printf "%s names '%s', which is not installed\n" "$1" "$2"
        failed=1
    fi
}

# Nothing is written outside of the folder: each destination is below DESTDIR.
DESTDIR=$folder cmake --install "$build" >/dev/null

conf=$("$folder$prefix/sbin/mihostd" --help | sed -n 's/.*instead of \(.*\)$/\1/p')
wanted 'mihostd --help' "$conf"
for key in registrations providers agent; do
    wanted mihostd.conf "$(sed -n "s/^#$key = //p" "$folder$conf")"
done
unit=$(find "$folder" -name mihostd.service)
wanted mihostd.service "$(sed -n 's/^ExecStart=//p' "$unit")"
wanted 'the provider processes' "$(sed -n 's/^#registrations = //p' "$folder$conf")/root-cimv2/processes.reg"
wanted 'the provider processes' "$(sed -n 's/^#providers = //p' "$folder$conf")/libprocesses.so"
for page in man8/mihostd.8 man8/mihost-agent.8 man5/mihostd.conf.5 man7/mihost-protocol.7 man1/mihostctl.1; do
    wanted 'SEE ALSO' "$prefix/share/man/$page"
done
wanted 'a provider' "$prefix/include/mi.h"
wanted mihostd.service "$(dirname "${unit#"$folder"}")/$(sed -n 's/^Requires=//p' "$unit")"
for drop_in in network read-all write manage; do
    wanted 'mihostd(8)' "$prefix/share/mihost/drop-ins/$drop_in.conf"
done
wanted 'mihostd(8)' "$prefix/lib/sysusers.d/mihost.conf"
wanted mihostd.socket "$prefix/lib/tmpfiles.d/mihost.conf"
wanted bash "$prefix/share/bash-completion/completions/mihostctl"
"$folder$prefix/bin/mihostctl" --version >/dev/null
exit "$failed"
