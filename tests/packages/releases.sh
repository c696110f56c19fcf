# Releases of a commit, made twice. To be sourced by tests/packages/run.
# shellcheck shell=bash

# release CHECKOUT DIRECTORY
release() {
    "$1/packaging/release" --url "$url" --downloads "$url/releases" --maintainer "$maintainer" "$2"
}

# commit CHECKOUT MESSAGE
commit() {
    git -C "$1" -c user.name=test -c user.email=test@example.org commit --allow-empty -qam "$2"
}

refused() {
    fails_saying "$1" release "$checkout" "$work/refused" && nothing_is_left
}

nothing_is_left() {
    ! find "$work" -maxdepth 1 \( -name refused -o -name '.vastkey-release-*' \) | grep .
}

# refused_for FILE COMMAND TEXT: when COMMAND has changed that file of the commit.
refused_for() {
    (cd "$checkout" && $2 "$1")
    commit "$checkout" "$1"
    git -C "$checkout" tag -f "v$version" >/dev/null
    local code=0
    refused "$3" || code=$?
    git -C "$checkout" reset -q --hard HEAD~
    git -C "$checkout" tag -f "v$version" >/dev/null
    return "$code"
}

add_line() { echo >>"$1"; }
other_version() { sed -i "s/vastkey_$version-1_/vastkey_99.0.0-1_/" "$1"; }

# What the arguments may not be.
refuses_arguments() {
    local release=$root/packaging/release
    local good=(--url https://example.org --downloads https://example.org --maintainer 'A <a@example.org>')
    wrong_usage 'usage: packaging/release' "$release" &&
        wrong_usage 'usage: packaging/release' "$release" "${good[@]}" &&
        wrong_usage 'usage: packaging/release' "$release" "${good[@]:2}" "$work/refused" &&
        wrong_usage 'is not an https address' "$release" "${good[@]}" --url http://example.org "$work/refused" &&
        wrong_usage 'is not an https address' "$release" "${good[@]}" --downloads 'https://a.org/#{1}' "$work/refused" &&
        wrong_usage 'is not a maintainer' "$release" "${good[@]}" --maintainer '%(id) <a@a.org>' "$work/refused" &&
        fails_saying 'is there already' "$release" "${good[@]}" "$work" &&
        fails_saying 'there is no folder' "$release" "${good[@]}" "$work/no/folder" &&
        VASTKEY_CROSS=/nowhere fails_saying 'there is no script' "$release" "${good[@]}" "$work/refused" &&
        nothing_is_left
}

# Ended by a signal when it has made a file.
cleans_up() {
    local pid
    mkdir "$work/interrupted"
    TMPDIR=$work/interrupted setsid "$checkout/packaging/release" --url "$url" --downloads "$url/releases" \
        --maintainer "$maintainer" "$work/refused" &
    pid=$!
    timeout 300 sh -c "until ls '$work'/.vastkey-release-*/*.gz; do kill -0 $pid && sleep 0.1; done" || true
    kill -TERM -- -"$pid"
    ! wait "$pid" || return
    nothing_is_left && rmdir "$work/interrupted"
}

# A clone of this commit, as it would be released.
prepare_checkout() {
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
    checkout=$work/checkout
    git clone -q "$root" "$checkout"
    git -C "$checkout" tag -d "v$version" &>/dev/null || true
}

# Each refusal, before what it asks for is mended.
check_refusals() {
    if ! grep -q "^## \[$version\] - " "$checkout/CHANGELOG.md"; then
        check 'no release without the version in the changelog' refused "'## [$version] - DATE' does not follow"
        sed -i "s/^## \[Unreleased\]$/&\n\n## [$version] - 2026-01-01/" "$checkout/CHANGELOG.md"
    fi
    check 'the manual pages get the date of the release' "$checkout/packaging/make-man"
    touch "$checkout/stray"
    check 'none of a checkout with changes' refused 'changes that are not committed'
    rm "$checkout/stray"
    commit "$checkout" 'release'
    check 'none of a commit without its tag' refused "does not have the tag v$version"
    sed -i "s/^version = \"$version\"$/version = \"99.0.0\"/" "$checkout/Cargo.toml"
    commit "$checkout" 'version'
    check 'none where Cargo.lock has another version' refused 'Cargo.lock does not fit'
    git -C "$checkout" reset -q --hard HEAD~
    git -C "$checkout" tag "v$version"
    check 'none with a stale manual page' \
        refused_for packaging/man/vastkey-exec.1 add_line 'man is not what the program prints'
    check 'none without a manual page' refused_for packaging/man/vastkey.5 rm 'man is not what the program prints'
    check 'none where the README installs another version' refused_for README.md other_version 'README.md names packages'
    check 'none with a stale picture' refused_for packaging/screen.svg add_line 'the picture in the README is not what'
    check 'an interrupted one leaves nothing' cleans_up
}

# The second elsewhere, with other settings wherever there may be some.
release_again() {
    local elsewhere=$work/elsewhere home=$work/another-home
    mkdir -p "$elsewhere"/{.cargo,tmp} "$home/.cargo"
    git clone -q "$checkout" "$elsewhere/a checkout"
    git -C "$elsewhere/a checkout" config tar.umask 0002
    plant_settings "$elsewhere" "$home"
    (
        umask 077
        # Those of rustup are no settings: they say which compiler it is.
        export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup} HOME=$home CARGO_HOME=$home/.cargo TMPDIR=$elsewhere/tmp
        export CARGO_PROFILE_RELEASE_OPT_LEVEL=1 TAR_OPTIONS=--mode=a+w GZIP=-1 ZIPOPT=-1
        release "$elsewhere/a checkout" "$work/again"
    )
}

# plant_settings ABOVE HOME: in a folder above that of the build, and in a home.
plant_settings() {
    # Cargo stops at either, and rustup at the last.
    echo 'build.rustc = "/nonexistent"' >"$1/.cargo/config.toml"
    printf '[workspace]\nmembers = ["*/*"]\n' >"$1/Cargo.toml"
    printf '[toolchain]\npath = "/nonexistent"\n' >"$1/rust-toolchain.toml"
    ln -s "${CARGO_HOME:-$HOME/.cargo}/registry" "$2/.cargo/"
    printf '[profile.release]\ndebug-assertions = true\n' >"$2/.cargo/config.toml"
    printf '%%_binary_payload w1.gzdio\n%%packager somebody\n' >"$2/.rpmmacros"
    printf '[tar]\n    umask = 0\n[log]\n    showSignature = true\n' >"$2/.gitconfig"
}

make_releases() {
    # The tools are built once, and not in a clone.
    CARGO_TARGET_DIR=$(dirname "$(dirname "$("$root/packaging/tools")")")
    export CARGO_TARGET_DIR
    prepare_checkout
    check 'no release with wrong arguments' refuses_arguments
    check_refusals
    check 'a release is made' release "$checkout" "$work/release"
    check 'a second one, made elsewhere' release_again
    check 'has the same bytes' diff -r "$work/release" "$work/again"
    check 'only their owner can change the files of the source' source_modes_are_right
    check 'SHA256SUMS has the sums of all files' sums_are_complete "$work/release"
    check_linux
}

source_modes_are_right() {
    ! tar -tvzf "$work/release/vastkey-$version.tar.gz" | cut -c 1-10 | sort -u |
        grep -vxE 'drwxr-xr-x|-rw[-x]r-[-x]r-[-x]|lrwxrwxrwx'
}

sums_are_complete() {
    (cd "$1" && sha256sum --quiet -c SHA256SUMS &&
        diff <(cut -c 67- SHA256SUMS) <(find . -type f ! -name SHA256SUMS -printf '%P\n' | sort))
}

# crates TARGET EDGES: the names and versions of those that Cargo builds for it.
crates() {
    cargo tree --locked --manifest-path "$checkout/Cargo.toml" --target "$1" --edges "$2" \
        --prefix none --format '{p}' | awk '$1 != "vastkey" { print $1, substr($2, 2) }' | sort -u
}

# sbom_is_complete FILE TARGET: every crate and no other, with a licence and an address.
sbom_is_complete() {
    python3 - "$1" >"$work/components" <<'PYTHON'
import json, sys

sbom = json.load(open(sys.argv[1]))
for component in sbom["components"]:
    assert component["licenses"] and component["purl"], component
    print(component["name"], component["version"])
assert "serialNumber" not in sbom
PYTHON
    diff <(crates "$2" normal) <(sort "$work/components")
}

# names_standard_library FILE: with a crate in it and a licence that it names.
names_standard_library() {
    grep -qxF 'Copyright notices for The Rust Standard Library' "$1" &&
        grep -qE ' hashbrown-[0-9.]+$' "$1" && grep -qxF Unicode-3.0 "$1"
}

# names_all_crates TARGET FILE: the file has licences of every crate in the program.
names_all_crates() {
    diff <(crates "$1" normal,no-proc-macro) <(grep -oE '^[a-z0-9_-]+ [0-9]+\.[^ ]+ \(' "$2" | cut -d ' ' -f 1,2 | sort -u)
}

refuses_completions() {
    local code=0
    add_line "$checkout/packaging/completions/_vastkey"
    fails_saying 'completions/_vastkey is not what' "$checkout/packaging/check-generated" "$1" || code=$?
    git -C "$checkout" checkout -q .
    return "$code"
}

check_linux() {
    local triple program=$work/program
    triple=$(rustc -vV | sed -n 's/^host: //p')
    tar -xzOf "$work/release"/*-linux.tar.gz --wildcards '*/bin/vastkey' >"$program"
    tar -xzOf "$work/release"/*-linux.tar.gz --wildcards '*/third-party-licences' >"$work/licences"
    chmod 755 "$program"
    check 'manual pages and completions are those of the program' "$checkout/packaging/check-generated" "$program"
    # A program contains the completions of its commit, so this can be no release's.
    check 'other completions are not' refuses_completions "$program"
    check 'the licences of the crates in it are all there' names_all_crates "$triple" "$work/licences"
    check 'and those of what ring took over' grep -qF 'the fiat-crypto authors' "$work/licences"
    check "and of Rust's standard library" names_standard_library "$work/licences"
    check 'its SBOM names the crates' \
        sbom_is_complete "$work/release/vastkey-$version-${triple%%-*}-linux.cdx.json" "$triple"
}

check_manifests() {
    check 'the PKGBUILD says what .SRCINFO says, to makepkg' srcinfo_agrees "$1/aur"
    check 'the PKGBUILD has the sum of the source' grep -qF "$(sum "$1/vastkey-$version.tar.gz")" "$1/aur/PKGBUILD"
    check "Homebrew's formula is Ruby" ruby -c "$1/homebrew/vastkey.rb"
    check 'the Nix expression describes the source and how it is built' nix_describes "$1"
    check "the AUR package has the script that is run when it is removed" \
        cmp "$1/aur/vastkey.install" "$root/packaging/aur/vastkey.install"
}

# As nixpkgs would call it, except that its functions give back what they take.
nix_describes() {
    is "\"$version $(sum "$1/vastkey-$version.tar.gz") mit asl20 packaging/install\"" \
        nix-instantiate --eval --strict --expr "
            let
              package = import $1/nix/default.nix {
                lib = { licenses = { mit = \"mit\"; asl20 = \"asl20\"; }; platforms.unix = [ ]; };
                fetchurl = source: source;
                rustPlatform.buildRustPackage = package: package;
                stdenv.hostPlatform.rust.rustcTarget = \"target\";
              };
            in
              \"\${package.version} \${package.src.sha256} \${toString package.meta.license} \" +
              toString (builtins.match \".*(packaging/install) .*target/target/release/vastkey.*\" package.installPhase)
        "
}

sum() {
    sha256sum "$1" | cut -d ' ' -f 1
}

# makepkg runs neither as root nor in a folder that it may not write to, and looks
# for pacman.
srcinfo_agrees() {
    cp -r "$1" "$work/aur"
    chown -R nobody "$work/aur"
    (cd "$work/aur" && diff .SRCINFO <(setpriv --reuid nobody --clear-groups \
        env PACMAN=true makepkg --printsrcinfo))
}
