#!/usr/bin/env bash
# The main job, seen: real data from an agent; an endless operation canceled with a reason that its provider is told; and the same
# by hand. `./dev demo` runs it, and so does a test: it fails if what should be seen is not there.
#
# usage: demo.sh BUILD. The daemon is private: its socket and its log are in a temporary folder, which goes with it.
set -euo pipefail
build=$(cd "${1:?usage: demo.sh BUILD}" && pwd)
cd "$(dirname "$0")/../.."
folder=$(mktemp -d "${TMPDIR:-/tmp}/mihost-demo.XXXXXX")
log=$folder/log
out=$folder/out
daemon=''
patience=60 # seconds until a step has failed
bold='' dim='' plain=''
if [ -t 1 ]; then
    bold=$'\033[1m' dim=$'\033[2m' plain=$'\033[0m'
fi

stop_daemon() {
    local pid=$daemon
    daemon=''
    [ -n "$pid" ] || return 0
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid"
}

leave() {
    local status=$?
    trap - EXIT
    if [ "$status" -ne 0 ]; then
        printf '\n%sthe demo failed%s; the log of mihostd:\n' "$bold" "$plain"
        cat "$log" 2>/dev/null || true
    fi
    stop_daemon || true
    rm -rf "$folder"
    exit "$status"
}
trap leave EXIT
trap 'exit 130' INT TERM

heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
# The command as a person would type it here.
# shellcheck disable=SC2016 # the dollar is to be seen
show() { printf '%s$ %s%s\n' "$dim" "${*//"$PWD"/'$PWD'}" "$plain"; }

# wait_until WHAT COMMAND...: until the command succeeds.
wait_until() {
    local what=$1 end=$((SECONDS + patience))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$end" ] || ! kill -0 "$daemon" 2>/dev/null; then
            printf '%s did not happen\n' "$what"
            return 1
        fi
        sleep 0.05
    done
}

# expect TEXT FILE: the text must be in the file.
expect() {
    if ! grep -qF -e "$1" "$2"; then
        printf "'%s' is missing in:\n" "$1"
        cat "$2"
        return 1
    fi
}

heading '1. A daemon of our own, not yet an agent'
export PATH=$build/bin:$PATH MIHOST_SOCKET=$folder/mihost.sock
show "export PATH=$build/bin:\$PATH MIHOST_SOCKET=$MIHOST_SOCKET"
show "mihostd --config /dev/null --socket \$MIHOST_SOCKET --registrations $build/register \\
    --providers $build/providers --agent $build/bin/mihost-agent --log-level info 2>$log &"
mihostd --config /dev/null --socket "$MIHOST_SOCKET" --registrations "$build/register" \
    --providers "$build/providers" --agent "$build/bin/mihost-agent" --log-level info 2>"$log" &
daemon=$!
wait_until 'an answer of mihostd' mihostctl info
show 'mihostctl info'
mihostctl info

heading '2. Real data: the processes of this machine, from a provider in its agent'
show 'mihostctl enumerate Linux_Process --table --properties Handle,Name,Priority,CreationDate | head -n 8'
mihostctl enumerate Linux_Process --table --properties Handle,Name,Priority,CreationDate >"$out"
head -n 8 "$out"
printf '(%d lines in all)\n' "$(wc -l <"$out")"
expect mihost-agent "$out" # it sees itself

heading '3. An endless operation, canceled after three seconds with the reason "timeout"'
show 'mihostctl enumerate Demo_Ticker --timeout 3s &'
rm "$out"
mihostctl enumerate Demo_Ticker --timeout 3s >"$out" 2>&1 &
ticker=$!
wait_until 'a tick' test -s "$out"
show 'mihostctl status      # while it runs'
mihostctl status --table | tee "$folder/status"
expect ticker "$folder/status"
expect processes "$folder/status"
show 'wait; echo $?         # 4: canceled'
status=0
wait "$ticker" || status=$?
cat "$out"
echo "$status"
test "$status" -eq 4
printf '%sThe callback of the provider, in the log of mihostd:%s\n' "$bold" "$plain"
show "grep Demo_Ticker $log"
wait_until "the provider's word" grep -q 'Demo_Ticker.*MI_REASON_TIMEOUT' "$log"
grep Demo_Ticker "$log"

heading '4. The same by hand: one line of JSON for the request, one for the cancel'
request='{"jsonrpc":"2.0","id":1,"method":"mi/enumerateInstances","params":{"namespace":"root/cimv2","class":"Demo_Ticker","partialResultToken":"t"}}'
cancel='{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1,"reason":"timeout"}}'
show "{ echo '$request'
  sleep 2
  echo '$cancel'
} | socat -t 10 - UNIX:\$MIHOST_SOCKET"
{
    echo "$request"
    sleep 2
    echo "$cancel"
} | socat -t 10 - "UNIX:$MIHOST_SOCKET" | tee "$out"
expect '"code":-32800' "$out"
expect '"reason":"timeout","delivered":true' "$out"
expect MI_REASON_TIMEOUT "$out"

heading '5. The end: mihostd stops its agents, then itself'
show 'kill %1; wait; echo $?'
stop_daemon
echo 0
