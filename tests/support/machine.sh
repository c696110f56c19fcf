# What the scripts in tests, packaging and .ci need of the machine. To be
# sourced by bash, with $root set to the repository.
# shellcheck shell=bash
: "${root:?}"

die() {
    printf '%s: %s\n' "$0" "$*" >&2
    exit 1
}

# Ends the script unless there is a Rust as new as Cargo.toml asks for.
require_rust() {
    local wanted found
    wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$root/Cargo.toml")
    # Where rustup puts it, for shells that have not read its settings.
    PATH=$PATH:~/.cargo/bin
    for program in cargo rustc; do
        command -v $program >/dev/null ||
            die "$program was not found; install Rust $wanted or newer (https://www.rust-lang.org/tools/install)"
    done
    found=$(rustc --version | cut -d ' ' -f 2)
    printf '%s\n' "$wanted" "$found" | sort -V -C ||
        die "this is Rust $found, and $wanted or newer is needed (https://www.rust-lang.org/tools/install)"
}

missing=()

# need PACKAGES TEST...: the Debian packages are missing if the test fails.
need() {
    local packages
    read -ra packages <<<"$1"
    shift
    "$@" &>/dev/null || missing+=("${packages[@]}")
}

compiles_c() {
    has_header stdlib.h
}

has_header() {
    cc -x c -fsyntax-only - <<<"#include <$1>"
}

# What tests/git-env builds git with.
need_git_build() {
    need 'gcc libc6-dev' compiles_c
    need make type -P make
    need libcurl4-openssl-dev type -P curl-config
    need zlib1g-dev has_header zlib.h
}

# Installs the packages that are missing, and says so before it does.
install_missing() {
    local as_root=()
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        die "there is no apt-get; install what these Debian packages hold: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            die "there is no sudo; as root, run: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    echo "Installing with apt-get: ${missing[*]}"
    "${as_root[@]}" apt-get -qq update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 \
        install --no-install-recommends "${missing[@]}" >/dev/null
}

# make_keyring_runnable DIRECTORY: the file of Debian's gnome-keyring-daemon
# asks for the capability to lock memory, and in a container without it the
# kernel refuses to run that file. A copy, put into DIRECTORY, does not ask.
make_keyring_runnable() {
    if ! gnome-keyring-daemon --version &>/dev/null; then
        cp "$(command -v gnome-keyring-daemon)" "$1/"
        PATH=$1:$PATH
    fi
}

# build ARGUMENTS...: prints the path of the program that cargo makes of them.
build() {
    cargo build --locked --manifest-path "$root/Cargo.toml" "$@" \
        --message-format json-render-diagnostics |
        sed -n 's/.*"executable":"\([^"]*\)".*/\1/p'
}
