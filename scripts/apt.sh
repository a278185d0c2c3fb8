# Sourced by the other scripts: installs Debian or Ubuntu packages, or says which ones are missing.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

# apt_lists <what for> <package>...: brings the package lists up to date, once; sets as_root
apt_lists() {
    local purpose=$1
    shift
    command -v apt-get >/dev/null || fail "$purpose needs $*; there is no apt-get here, so please install it by hand."
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "$purpose needs $*; run 'apt-get install $*' as root, then try again."
        as_root=(sudo)
    fi
    say "Installing $* ($purpose) ..."
    if [ -z "${APT_UPDATED:-}" ]; then
        "${as_root[@]}" apt-get update -qq || say "apt-get update failed; trying with the package lists at hand."
        export APT_UPDATED=1
    fi
}

# apt_install <what for> <package>...
apt_install() {
    local purpose=$1 as_root
    apt_lists "$@"
    shift
    local output
    output=$("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" 2>&1) || {
        say "$output"
        fail "$purpose needs $*, and apt-get could not install it. Install it by hand, then try again."
    }
}

# apt_unpack <what for> <package> <folder>: the package's files in a folder, installed nowhere and without what it needs
apt_unpack() {
    local purpose=$1 package=$2 folder=$3 as_root
    apt_lists "$purpose" "$package"
    rm -rf "$folder"
    mkdir -p "$folder"
    (cd "$folder" && apt-get download -qq "$package" 2>&1 && dpkg-deb -x ./*.deb . && rm ./*.deb) >"$folder/log" ||
        fail "$(cat "$folder/log")" "$purpose needs $package, and apt-get could not fetch it."
}
