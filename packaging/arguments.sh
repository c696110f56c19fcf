# What the arguments of packaging/release and packaging/package may be. They get
# into files that are programs in languages of their own (PKGBUILD, Ruby, Nix, RPM
# macros), so nothing passes that any of these would not take as it stands. To be
# sourced by bash.
# shellcheck shell=bash

wrong() {
    printf '%s: %s\n' "$0" "$*" >&2
    exit 2
}

check_address() {
    [[ $1 =~ ^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*$ ]] ||
        wrong "${1@Q} is not an https address of letters, digits and . _ ~ - / without a slash at its end"
}

# Letters of any script, with their marks. The shell's classes have no marks.
check_maintainer() {
    python3 - "$1" <<'PYTHON' || wrong "${1@Q} is not a maintainer as in 'NAME <MAIL>', in letters, digits and . , ' -"
import re
import sys
import unicodedata

parts = re.fullmatch(r"([^\W\d_].*) <[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>", sys.argv[1])
sys.exit(not parts or any(c not in " .,'-" and unicodedata.category(c)[:1] not in "LMN" for c in parts[1]))
PYTHON
}
