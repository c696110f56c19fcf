# A home with an unlocked GNOME Keyring on a session bus of its own, for scripts.
# To be sourced by bash after machine.sh, with $work set to an empty directory
# that the script removes, and end_children called before that.
# shellcheck shell=bash

children=()

# start PROGRAM...: in the background, until the script ends.
start() {
    "$@" <&0 &>>"$work/log" &
    children+=($!)
}

# await COMMAND...: tries it until it succeeds.
await() {
    local end=$((SECONDS + 20))
    until "$@" &>/dev/null; do
        [ $SECONDS -lt $end ] || die "waited in vain for: $*"
        sleep 0.05
    done
}

# Ends what was started.
end_children() {
    for child in "${children[@]}"; do
        kill "$child" 2>/dev/null || true
    done
    wait
}

has_default_collection() {
    dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
        org.freedesktop.Secret.Service.ReadAlias string:default | grep /collection/
}

# An environment with nothing of the user's in it, and a keyring.
enter_private_home() {
    : "${work:?}"
    for name in $(compgen -e); do
        case $name in
        PATH | TERM | LANG | LC_*) ;;
        *) unset "$name" ;;
        esac
    done
    export HOME=$work/home XDG_RUNTIME_DIR=$work/run
    mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR"
    cd "$HOME"

    export DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus
    cat >"$work/bus.conf" <<CONFIGURATION
<busconfig>
  <type>session</type>
  <listen>$DBUS_SESSION_BUS_ADDRESS</listen>
  <policy context="default">
    <allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>
  </policy>
</busconfig>
CONFIGURATION
    start dbus-daemon --config-file="$work/bus.conf" --nofork --nopidfile
    await test -S "$XDG_RUNTIME_DIR/bus"
    start gnome-keyring-daemon --foreground --components=secrets --unlock <<<'a password'
    await has_default_collection
}
