#!/usr/bin/env bash
# Compiles the provider of README.md, and a program that uses libmi, out of the tree, with what is installed: once by pkg-config and once by CMake's
# find_package(mihost), and has the installed agent load each provider, and each program run. The folder isn't the prefix: what is installed can be moved.
#
# usage: develop.sh BUILD PREFIX
set -euo pipefail
build=$(realpath "${1:?usage: develop.sh BUILD PREFIX}")
prefix=${2:?usage: develop.sh BUILD PREFIX}
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder" # the agent is never root when it loads a library only to look at it

DESTDIR=$folder/root cmake --install "$build" >/dev/null
installed=$folder/root$prefix

cp -r "$here/sample" "$folder/source"
# shellcheck disable=SC2016 # these are no command substitutions
sed -n '/^```c$/,/^```$/{/^```/!p}' "$here/../../README.md" >"$folder/source/hello.c"
cd "$folder/source"

# loads WHAT LIBRARY: the agent that was installed finds the provider's class in it.
loads() {
    if ! "$installed"/libexec/mihost-agent --schema "$2" | grep -q Demo_Hello; then
        printf '%s: the agent cannot load what was compiled\n' "$1"
        exit 1
    fi
    printf '%s: compiled, and loaded by the agent\n' "$1"
}

PKG_CONFIG_PATH=$(dirname "$(find "$installed" -name mihost-provider.pc)")
export PKG_CONFIG_PATH
config() { pkg-config --define-variable=prefix="$installed" "$@"; }
read -ra flags < <(config --cflags mihost-provider)
"${CC:-cc}" "${flags[@]}" -Wall -shared -fPIC -o libhello.so hello.c
loads 'pkg-config' "$PWD/libhello.so"
if [ ! -d "$(config --variable=providersdir mihost-provider)" ]; then
    printf 'pkg-config: providersdir is no folder\n'
    exit 1
fi

read -ra flags < <(config --cflags --libs mi)
"${CC:-cc}" -o client client.c "${flags[@]}"
LD_LIBRARY_PATH=$(config --variable=libdir mi) ./client
printf 'pkg-config: the program runs\n'

cmake -S . -B build -DCMAKE_PREFIX_PATH="$installed" >/dev/null
cmake --build build >/dev/null
cmake --install build >/dev/null
build/client
printf 'CMake: the program runs\n'
loads 'CMake' "$(find "$installed" -name libhello.so)"
