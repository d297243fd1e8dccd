#!/usr/bin/env bash
# Lint: what is checked of the source beside the tests. `./dev lint` runs it. (What was generated below BUILD is nobody's
# to mend.)
#
# (build/package, which ./dev lint builds too, is what is installed.)
#
# usage: lint.sh BUILD, the build folder whose compile_commands.json says how each file is compiled. Every check runs, also
# when one before it failed.
set -uo pipefail
build=$(realpath "${1:?usage: lint.sh BUILD}")
cd "$(dirname "$0")/../.." || exit 1
failed=0

# check WHAT COMMAND...: runs it, and says how it went.
check() {
    local what=$1 began=$SECONDS
    shift
    if "$@"; then
        printf 'lint: %s: fine (%d s)\n' "$what" $((SECONDS - began))
    else
        printf 'lint: %s: FAILED\n' "$what"
        failed=1
    fi
}

mapfile -t c_files < <(find base mi protocol server agent client libmi include providers tests -name '*.[ch]' | sort)
mapfile -t scripts < <(grep -lrE --exclude-dir=build --exclude-dir=.git '^#!.*\b(ba)?sh$' . | sort)

# shellcheck disable=SC2317 # called by check
formatted() { clang-format --dry-run -Werror "${c_files[@]}"; }

# The files that the build compiles, each in a clang-tidy of its own, as many at a time as there are processors. Clang warns of
# some things that gcc, which the flags are for, doesn't.
# shellcheck disable=SC2016,SC2317 # the inner shell expands; called by check
tidy() {
    jq -r '.[].file' "$build/compile_commands.json" | grep '\.c$' | grep -v "^$build/" | sort -u |
        xargs -P "$(nproc)" -I{} sh -c \
            'out=$(clang-tidy --quiet --extra-arg=-Wno-format-nonliteral -p "$0" "$1" 2>&1) || { printf "%s\n" "$out"; exit 1; }' "$build" {}
}

# With one job cppcheck also follows arguments across files, and takes what a function is to fill for what it reads: so two.
# shellcheck disable=SC2317 # called by check
checked_by_cppcheck() {
    cppcheck --quiet -j 2 --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingIncludeSystem --template='{file}:{line}: {severity}: {message} [{id}]' -D_GNU_SOURCE -D__linux__ \
        --include=tests/lint/cppcheck.h -I. -Iinclude base mi protocol server agent client libmi providers
}

# shellcheck disable=SC2317 # called by check
hardened() {
    mapfile -t binaries < <(find build/package/bin build/package/providers build/package/libmi -type f \( -path '*/bin/mihost*' -o -name '*.so*' \))
    python3 tests/lint/hardened.py "${binaries[@]}"
}

# Not an error, but worth a thought: a file that no longer fits in one's head.
long_files() {
    wc -l "${c_files[@]}" | awk '$2 != "total" && $1 > 500 { print "lint: " $2 " has " $1 " lines (more than 500)" }'
}

check 'clang-format (./dev format mends it)' formatted
check 'shellcheck' shellcheck "${scripts[@]}"
check 'layers' python3 tests/lint/layers.py .
check 'types of the Python client' mypy --cache-dir "$build/mypy" --config-file clients/python/pyproject.toml clients/python/src/mihost
check 'cppcheck' checked_by_cppcheck
check 'gcc -fanalyzer' python3 tests/lint/analyze.py . build/package
check 'hardened binaries' hardened
check 'clang-tidy' tidy
long_files
exit "$failed"
