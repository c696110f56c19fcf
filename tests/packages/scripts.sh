# The scripts that packages are made with, and those that they bring. To be
# sourced by tests/packages/run.
# shellcheck shell=bash

# wrong_usage TEXT COMMAND...: it ends with 2 and says so.
wrong_usage() {
    local said code=0
    said=$("${@:2}" 2>&1) || code=$?
    echo "$code: $said"
    [ "$code" -eq 2 ] && grep -qF -e "$1" <<<"$said"
}

# What would end a string, or begin something, in a PKGBUILD, a formula, a Nix
# expression or a spec.
refuses_arguments_of_package() {
    local package=$root/packaging/package address name
    local good=(--maintainer "$maintainer")
    wrong_usage 'usage: packaging/package' "$package" || return
    wrong_usage 'usage: packaging/package' "$package" "${good[@]}" || return
    wrong_usage 'usage: packaging/package' "$package" --url https://example.org "$work/refused" || return
    for address in http://example.org https://example.org/ "https://example.org/'" 'https://example.org/"' \
        "https://example.org/\$(id)" "https://example.org/\`id\`" 'https://example.org/#{1}' \
        'https://example.org/%(id)' 'https://example.org/\' $'https://example.org/a\nb' 'https://me@example.org'; do
        wrong_usage 'is not an https address' "$package" "${good[@]}" --url "$address" "$work/refused" || return
    done
    for name in somebody 'A <a>' ' <a@example.org>' $'A\nB <a@example.org>' '%(id) <a@example.org>' \
        "\$(id) <a@example.org>" 'A "B" <a@example.org>' 'A\B <a@example.org>' 'A#{1} <a@example.org>' \
        $'A\u2028B <a@example.org>' $'A\u202eB <a@example.org>' $'A <a@example.org>\n'; do
        wrong_usage 'is not a maintainer' "$package" --maintainer "$name" "$work/refused" || return
    done
    [ ! -e "$work/refused" ]
}

accepts_names() {
    local name
    # shellcheck source=packaging/arguments.sh
    . "$root/packaging/arguments.sh"
    for name in "$maintainer" "Zoë O'Brien-Łoś, Jr. <zoe+mail@example.org>" 'अमृता शर्मा <a@example.org>' \
        '王小明 <w@example.org>'; do
        check_maintainer "$name" || return
    done
}

# installs_like_macos SHELL...: with an install that has the options of POSIX-minded
# systems alone.
installs_like_macos() {
    local prefix=$work/prefix
    rm -rf "$prefix" "$work/bsd"
    mkdir "$work/bsd"
    printf '#!/bin/sh\n[ $# -eq 4 ] && [ "$1" = -m ] && exec %s "$@"\nexit 64\n' "$(type -P install)" >"$work/bsd/install"
    chmod 755 "$work/bsd/install"
    PATH=$work/bsd:$PATH "$@" "$root/packaging/install" "$prefix" "$work/tar/usr/bin/vastkey"
    diff <(paths_in "$prefix") <(paths_in "$work/tar/usr" | grep -v /third-party-licences)
}

# It would keep the package from being removed.
removal_never_fails() {
    local word
    for word in remove 0 upgrade 1; do
        sh "$root/packaging/deb/prerm" "$word" >/dev/full || return
        sh "$root/packaging/deb/prerm" "$word" >&- || return
    done
    bash -c '. "$1" && pre_remove' bash "$root/packaging/aur/vastkey.install" >/dev/full
}

fits_a_terminal() {
    sh "$root/packaging/deb/prerm" remove | tee "$work/removal" | awk '{ print length ": " $0 } length > 80 { wide = 1 }
        END { exit wide || NR == 0 || NR > 8 }'
    grep -qxF '    vastkey account remove --all' "$work/removal"
}

same_removal() {
    diff <(sh "$root/packaging/deb/prerm" remove) <(bash -c '. "$1" && pre_remove' bash "$root/packaging/aur/vastkey.install")
}

# After look_inside, which unpacks what is compared with.
check_scripts() {
    check 'no packages with wrong arguments' refuses_arguments_of_package
    check 'but for maintainers in any script' accepts_names
    check 'packaging/install works with the tools of macOS' installs_like_macos dash
    check 'and in bash as sh' installs_like_macos bash --posix
    check 'what is said at removal is short' fits_a_terminal
    check 'and the AUR package says the same' same_removal
    check 'it does not matter where it cannot be written' removal_never_fails
}
