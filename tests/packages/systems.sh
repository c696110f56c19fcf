# Packages in clean systems. To be sourced by tests/packages/run.
# shellcheck shell=bash

# clean_system SUITE DIRECTORY: a minimal Debian, made once.
clean_system() {
    local cache mirror
    mirror=$(mirror)
    cache=${CARGO_TARGET_DIR:-$root/target}/packages/$1.tar
    if [ ! -e "$cache" ]; then
        mkdir -p "$(dirname "$cache")"
        debootstrap --variant=minbase "$1" "$work/$1.new" ${mirror:+"$mirror"} >"$cache.log" 2>&1 ||
            die "debootstrap failed: $(tail -n 5 "$cache.log")"
        tar -C "$work/$1.new" -cf "$cache.part" .
        mv "$cache.part" "$cache"
        rm -rf "$work/$1.new"
    fi
    mkdir "$2"
    tar -C "$2" -xf "$cache"
    # As this machine reaches its mirror.
    cp /etc/resolv.conf /etc/hosts "$2/etc/"
    cp -r /etc/apt/apt.conf.d "$2/etc/apt/"
}

# Where apt gets Debian from here; nothing, where that is not from a mirror of it.
mirror() {
    apt-cache policy | sed -nE 's|^ *[0-9]+ (https?://[^ ]*/debian/?) [a-z]+/main .*|\1|p' | head -n 1
}

as_root() {
    chroot "$system" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"
}

# As a user with a home, but without a session.
as_user() {
    chroot --userspec=user:user "$system" env -i PATH=/usr/bin:/bin HOME=/home/user "$@"
}

apt_get() {
    as_root apt-get -qq -o Dpkg::Use-Pty=0 -y "$@"
}

# Everything outside of homes, as far as it is not dpkg's and apt's memory of what
# they have done.
outside_homes() {
    local path memory=()
    for path in home proc sys dev tmp var/log var/cache/apt var/cache/debconf/tmp.ci var/cache/ldconfig/aux-cache \
        var/lib/apt 'var/lib/dpkg/*-old' var/lib/dpkg/status 'var/lib/dpkg/lock*' var/lib/dpkg/triggers/Lock; do
        memory+=(-o -path "./$path")
    done
    (cd "$system" && find . -xdev \( "${memory[@]:1}" \) -prune -o -type f -exec sha256sum {} + \
        -o -printf '%y %m %p %l\n' | sort)
    as_root dpkg-query -W
}

# higher_version DEB PATH: the same package as of a later version.
higher_version() {
    dpkg-deb -R "$1" "$work/higher"
    sed -i 's/^Version: .*/Version: 99.0.0-1/' "$work/higher/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$work/higher" "$2" >/dev/null
    rm -rf "$work/higher"
}

installed_version() {
    as_root dpkg-query -W -f '${Version}' vastkey
}

# What is said when vastkey is removed does not belong there.
upgrades() {
    "$@" >"$work/upgrade" 2>&1
    cat "$work/upgrade"
    ! grep -qF 'account remove' "$work/upgrade"
}

# The higher version, while a command of the other still has a file to remove.
upgrades_under_exec() {
    local file=$system/home/user/.config/vastai/vast_api_key running
    rm -f "$file"
    as_user env VAST_API_KEY="$key" vastkey exec --file -- \
        timeout 300 sh -c 'until [ -e /tmp/upgraded ]; do sleep 0.1; done; cat ~/.config/vastai/vast_api_key' \
        >"$work/from-exec" &
    running=$!
    timeout 20 sh -c "until grep -qs $key '$file'; do sleep 0.1; done"
    "$@" && touch "$system/tmp/upgraded" && wait "$running"
    rm "$system/tmp/upgraded"
    is "$key" cat "$work/from-exec" && [ ! -e "$file" ]
}

only_vastkey_is_new() {
    diff "$work/packages.before" <(as_root dpkg-query -W) | grep '^[<>]' >"$work/new" || true
    cat "$work/new"
    [ "$(cut -f 1 "$work/new")" = '> vastkey' ]
}

# A key in the file that the official CLI reads, since there is no keychain.
stores_in_file() {
    as_user vastkey set api-key --no-verify --store file <<<"$key"
}

gives_key() {
    is "$key" as_user vastkey token
    as_user git-credential-vastkey get <<<$'protocol=https\nhost=console.vast.ai' | grep -qxF "password=$key"
}

# in_session SCRIPT: as the user, with D-Bus and an unlocked keyring. The copy does
# not ask for the capability to lock memory, which a container may not have.
in_session() {
    as_user dbus-run-session -- sh -ec "
        cp /usr/bin/gnome-keyring-daemon ~/keyring-daemon
        printf secret | ~/keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
        timeout 20 sh -c 'until dbus-send --session --print-reply --dest=org.freedesktop.DBus / \\
            org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true; do sleep 0.1; done'
        $1"
}

stores_in_keychain() {
    in_session "echo $key | vastkey set api-key --no-verify; vastkey account list"
}

# Without the file, it can only be in the keychain.
keychain_gives_key() {
    rm -rf "$system/home/user/.config/vastai"
    is "$key" in_session 'vastkey token'
}

says_where_keys_are() {
    "$@" 2>&1 | tee "$work/removal"
    grep -qF 'vastkey account remove --all' "$work/removal"
}

leaves_no_trace() {
    diff "$work/outside.before" <(outside_homes)
}

keeps_home() {
    grep -qF "$key" "$system/home/user/.config/vastai/vast_api_key"
}

# use_deb SUITE DEB: everything from the first installation to the last trace.
use_deb() {
    local suite=$1 deb=$2 system=$work/$1
    key=0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab0001
    clean_system "$suite" "$system"
    as_root useradd --create-home --shell /bin/sh user
    cp "$deb" "$system/tmp/vastkey.deb"
    higher_version "$deb" "$system/tmp/higher.deb"
    as_root dpkg-query -W >"$work/packages.before"
    outside_homes >"$work/outside.before"

    check "$suite: apt installs the .deb" apt_get install --no-install-recommends /tmp/vastkey.deb
    check "$suite: which needs nothing that was not there" only_vastkey_is_new
    check "$suite: dpkg finds every file as it should be" is '' as_root dpkg --verify vastkey
    check "$suite: it starts without D-Bus or a home" \
        chroot --userspec=4242:4242 "$system" env -i /usr/bin/vastkey --version
    check "$suite: it stores a key" stores_in_file
    check "$suite: and gives it, also to git" gives_key
    check "$suite: apt upgrades it" upgrades apt_get install --no-install-recommends /tmp/higher.deb
    check "$suite: to the higher version" is 99.0.0-1 installed_version
    check "$suite: the key is still there" gives_key
    check "$suite: removing it says where keys are" says_where_keys_are apt_get remove vastkey
    # Nothing is left to purge then, so that is for another installation.
    check "$suite: apt installs it again" apt_get install --no-install-recommends /tmp/vastkey.deb
    check "$suite: and purges it" apt_get purge vastkey
    check "$suite: and leaves no trace outside of homes" leaves_no_trace
    check "$suite: where the key still is" keeps_home
    check "$suite: there is nothing to purge then" as_root dpkg --purge vastkey

    check "$suite: the mirror is reached" apt_get update
    check "$suite: apt installs it with a keychain" apt_get install /tmp/vastkey.deb
    check "$suite: a key goes into the keychain" stores_in_keychain
    check "$suite: apt upgrades it while it runs a command" upgrades_under_exec apt_get install /tmp/higher.deb
    check "$suite: the account is still there" keychain_gives_key
    rm -rf "$system"
}

# rpm_here ARGUMENTS...: with a database inside of $system.
rpm_here() {
    rpm --root "$system" --dbpath /var/lib/rpm "$@"
}

# higher_rpm DIRECTORY: the tree of the .tar.gz, as of a later version.
higher_rpm() {
    "$root/packaging/fill" "$root/packaging/rpm/vastkey.spec.in" VERSION=99.0.0 SUMMARY=test LICENSE=test \
        MAINTAINER="$maintainer" DESCRIPTION=test >"$work/higher.spec"
    rpmbuild -bb --quiet --define "_topdir $work/rpmbuild" --define "_rpmdir $1" --define '_rpmfilename higher.rpm' \
        --define "tree $work/tar/usr" --define "prerm $root/packaging/deb/prerm" "$work/higher.spec"
}

# install_rpm RPM. What it depends on has other names in Debian.
install_rpm() {
    local system=$work/rpm-root
    mkdir -p "$system/var/lib/rpm"
    check 'rpm installs the .rpm into an empty root' rpm_here -i --nodeps "$1"
    check 'and finds every file as it should be' rpm_here -V --nodeps vastkey
    check 'the files there are those of the .deb' same_paths_below "$system"
    clean_system bookworm "$work/erase"
    system=$work/erase
    check 'rpm installs it into a system with a shell' rpm_here -i --nodeps "$1"
    higher_rpm "$work" &>/dev/null
    check 'and upgrades it' upgrades rpm_here -U --nodeps "$work/higher.rpm"
    check 'to the higher version' is 99.0.0 rpm_here -q --qf '%{VERSION}' vastkey
    check 'whose files are all there' rpm_here -V --nodeps vastkey
    check 'and says where keys are when it removes it' says_where_keys_are rpm_here -e vastkey
    check 'no file of it is left' no_file_left
    rm -rf "$work/erase" "$work/rpm-root"
}

same_paths_below() {
    mkdir "$work/installed"
    cp -a "$1/usr" "$work/installed/"
    same_paths "$work/installed"
}

no_file_left() {
    ! find "$system/usr" -name '*vastkey*' | grep .
}
