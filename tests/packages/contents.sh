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

# modes_in PACKAGE: mode, owner and path of all that is in it.
modes_in() {
    case $1 in
    *.deb)
        { dpkg-deb -c "$1" && dpkg-deb --ctrl-tarfile "$1" | tar -tv; } | names_of_root
        ;;
    *.rpm) rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME}/%{FILEGROUPNAME} %{FILENAMES}\n]' "$1" ;;
    *.tar.gz) tar -tvzf "$1" | names_of_root ;;
    esac
}

# Of what tar lists, where the archive may have root's number alone.
names_of_root() {
    awk '{ print $1, $2 == "0/0" ? "root/root" : $2, $6 }'
}

modes_are_right() {
    local modes
    modes=$(modes_in "$1")
    grep -q '/bin/vastkey$' <<<"$modes" &&
        ! grep -vxE -e '-rwxr-xr-x root/root [^ ]*/(bin/vastkey|prerm)' -e '-rw-r--r-- root/root [^ ]+' \
            -e 'lrwxrwxrwx root/root [^ ]*/bin/[a-z]+-credential-vastkey' -e 'drwxr-xr-x root/root [^ ]+' <<<"$modes"
}

# unpacks_into_home TARBALL COMMAND...: as COMMAND lets tar run, in a home that has
# folders with modes of their own and a link for a folder.
unpacks_into_home() {
    local home=$work/home
    rm -rf "$home"
    mkdir -p "$home/programs" "$home/.local/share/doc"
    chmod 700 "$home/.local/share"
    chmod 2775 "$home/.local/share/doc"
    ln -s ../programs "$home/.local/bin"
    [ "$(id -u)" -ne 0 ] || chown -R nobody "$home"
    "${@:2}" tar -xz -C "$home/.local" --strip-components=1 <"$1"
    is "../programs 700 2775 755 755" echo "$(readlink "$home/.local/bin")" \
        "$(stat -c %a "$home"/.local/share{,/doc,/man/man1} "$home/programs/vastkey" | xargs)"
}

# look_inside DIRECTORY: which has one package of each kind.
look_inside() {
    local deb rpm tarball package user=()
    [ "$(id -u)" -ne 0 ] || user=(setpriv --reuid nobody --clear-groups)
    deb=$(echo "$1"/*.deb)
    rpm=$(echo "$1"/*.rpm)
    tarball=$(echo "$1"/*-linux.tar.gz)
    mkdir "$work"/{deb,rpm,tar}
    dpkg-deb -x "$deb" "$work/deb"
    (cd "$work/rpm" && rpm2cpio "$rpm" | cpio -idm --quiet)
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
    for package in "$deb" "$rpm" "$tarball"; do
        check "nobody but root can change what the .${package##*.} brings, nor does it run as root" modes_are_right "$package"
    done
    check "the .deb names the project's page" is "$url" dpkg-deb -f "$deb" Homepage
    check 'and so does the .rpm' is "$url" rpm -qp --qf '%{URL}' "$rpm"
    check 'the .tar.gz is unpacked around the folders that are there' unpacks_into_home "$tarball" "${user[@]}"
    [ "$(id -u)" -ne 0 ] || check 'and by root, too' unpacks_into_home "$tarball"
    check 'man finds a page of it where it is unpacked' finds_manual_page "$work/tar/usr"
    check 'the program is the same in all' cmp "$work/deb/usr/bin/vastkey" "$work/rpm/usr/bin/vastkey"
    check 'and in the .tar.gz' cmp "$work/deb/usr/bin/vastkey" "$work/tar/usr/bin/vastkey"
    check 'the .deb is smaller than 4 MiB' smaller_than $((4 << 20)) "$deb"
    check 'the program needs no library but those of glibc' needs_only_glibc "$work/deb/usr/bin/vastkey"
    check 'it starts with neither D-Bus nor a home' starts_bare "$work/deb/usr/bin/vastkey"
}
