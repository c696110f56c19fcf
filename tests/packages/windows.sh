# The Windows files of a release. To be sourced by tests/packages/run.
# shellcheck shell=bash

# check_windows DIRECTORY: of a release.
check_windows() {
    local folder=$work/zip/vastkey-$version-x86_64-windows
    if [ -z "${VASTKEY_CROSS-}" ]; then
        check 'there are no Windows files' has_no_windows_files "$1"
        left_out='the Windows .zip, and the winget and Scoop manifests: VASTKEY_CROSS is not set'
        return
    fi
    check 'the .zip has one folder, of its name' is "$folder" unpack_zip "$1"/*-windows.zip
    check 'vastkey.exe needs no library but those of Windows' needs_only_windows "$folder/vastkey.exe"
    check 'it starts under Wine' says_on_windows "vastkey $version" --version
    check "and as Scoop's names for it call it" \
        says_on_windows "docker-credential-vastkey (vastkey) $version" --protocol docker version
    check 'the licences of the crates in it are all there' \
        names_all_crates x86_64-pc-windows-gnu "$folder/third-party-licences.txt"
    check "and of Rust's standard library" names_standard_library "$folder/third-party-licences.txt"
    check 'its SBOM names the crates' sbom_is_complete "$1/vastkey-$version-x86_64-windows.cdx.json" \
        x86_64-pc-windows-gnu
    check 'the winget and the Scoop manifests keep the rules' "$here/windows-manifests" "$1"
}

has_no_windows_files() {
    ! find "$1" -iname '*windows*' -o -name winget -o -name scoop | grep .
}

unpack_zip() {
    python3 -m zipfile -e "$1" "$work/zip"
    echo "$work"/zip/*
}

# Those that it is known to use, of which all are in Windows 10.
needs_only_windows() {
    local needed
    needed=$(objdump -p "$1" | sed -n 's/^\tDLL Name: //p' | tr '[:upper:]' '[:lower:]')
    echo "$needed"
    [ -n "$needed" ] && ! grep -vxE '(api-ms-win-core-synch-l1-2-0|advapi32|bcryptprimitives|combase|crypt32|kernel32|msvcrt|ntdll|secur32|shell32|ws2_32)\.dll' <<<"$needed"
}

# says_on_windows TEXT ARGUMENTS...
says_on_windows() {
    is "$1" "$VASTKEY_CROSS/wine" "$folder" vastkey.exe "${@:2}" </dev/null
}
