# What is in the packages. To be sourced by tests/packages/run.
# shellcheck shell=bash

# The paths in a tree, except for directories, with what links point to.
paths_in() {
    (cd "$1" && find . -type l -printf '%P -> %l\n' -o -type f -printf '%P\n' | sort)
}

# paths_as_in_deb TREE: where Debian puts what is in the tree of an .rpm or of the
# .tar.gz, which has the names of the licences that Debian's copyright file
# replaces.
paths_as_in_deb() {
    paths_in "$1" | sed -E '
        s|share/zsh/site-functions/|share/zsh/vendor-completions/|
        s|doc/vastkey/CHANGELOG.md|doc/vastkey/changelog.gz|
        s|licenses/vastkey/third-party-licences|doc/vastkey/third-party-licences.gz|
        s|licenses/vastkey/LICENSE-MIT|doc/vastkey/copyright|
        \|licenses/vastkey/LICENSE-APACHE|d
        s|(share/man/man[0-9]/.*\.[0-9])$|\1.gz|' | sort
}

# The paths of the .deb that have no equal elsewhere left out.
paths_of_deb() {
    paths_in "$work/deb" | grep -vE '/(changelog\.Debian\.gz|lintian/overrides/vastkey)$'
}

same_paths() {
    diff <(paths_of_deb) <(paths_as_in_deb "$1")
}

# has PATTERN...: the .deb has a path for each.
has() {
    local pattern
    for pattern; do
        paths_in "$work/deb" | grep -qxE "$pattern" || {
            echo "there is no $pattern"
            return 1
        }
    done
}

smaller_than() {
    local size
    size=$(stat -c %s "$2")
    echo "$size bytes"
    [ "$size" -lt "$1" ]
}

# The libraries that belong to glibc, and the kernel's own.
needs_only_glibc() {
    local foreign
    foreign=$(ldd "$1" | awk '{ print $1 }' | sed 's|.*/||' |
        grep -vE '^(linux-vdso|ld-linux-[a-z0-9-]+|libc|libm)\.so\.[0-9]+$' || true)
    echo "$foreign"
    [ -z "$foreign" ]
}

starts_bare() {
    env -i HOME=/nonexistent "$1" --version &&
        is 0123456789abcdef env -i VAST_API_KEY=0123456789abcdef "$1" token
}

# Below a prefix such as ~/.local, whose bin is in PATH.
finds_manual_page() {
    is "$1/share/man/man1/vastkey.1" env -i PATH="$1/bin:/usr/bin:/bin" man -w vastkey
}

# look_inside DIRECTORY: which has one package of each kind.
look_inside() {
    local deb tarball
    deb=$(echo "$1"/*.deb)
    tarball=$(echo "$1"/*-linux.tar.gz)
    mkdir "$work"/{deb,rpm,tar}
    dpkg-deb -x "$deb" "$work/deb"
    (cd "$work/rpm" && rpm2cpio "$1"/*.rpm | cpio -idm --quiet)
    tar -xzf "$tarball" -C "$work/tar"
    mv "$work"/tar/vastkey-* "$work/tar/usr"

    check 'lintian finds no error and nothing to warn of in the .deb' \
        lintian --allow-root --fail-on error,warning "$deb"
    check 'the .deb has the program, links, manual pages, completions and changelog' \
        has usr/bin/vastkey 'usr/bin/(git|docker|bazel)-credential-vastkey -> vastkey' \
        'usr/share/man/man1/vastkey\.1\.gz' 'usr/share/man/man1/git-credential-vastkey\.1\.gz' \
        'usr/share/man/man5/vastkey\.5\.gz' usr/share/bash-completion/completions/vastkey \
        usr/share/zsh/vendor-completions/_vastkey usr/share/fish/vendor_completions.d/vastkey.fish \
        usr/share/doc/vastkey/copyright 'usr/share/doc/vastkey/changelog(\.Debian)?\.gz'
    check 'the .rpm has the same files' same_paths "$work/rpm"
    check 'and so does the .tar.gz' same_paths "$work/tar"
    check 'man finds a page of it where it is unpacked' finds_manual_page "$work/tar/usr"
    check 'the program is the same in all' cmp "$work/deb/usr/bin/vastkey" "$work/rpm/usr/bin/vastkey"
    check 'and in the .tar.gz' cmp "$work/deb/usr/bin/vastkey" "$work/tar/usr/bin/vastkey"
    check 'the .deb is smaller than 4 MiB' smaller_than $((4 << 20)) "$deb"
    check 'the program needs no library but those of glibc' needs_only_glibc "$work/deb/usr/bin/vastkey"
    check 'it starts with neither D-Bus nor a home' starts_bare "$work/deb/usr/bin/vastkey"
}
