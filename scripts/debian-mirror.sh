# For scripts that make a Debian: how this machine reaches its packages.  To be sourced.

# This machine's own mirror, if it is a Debian that has fetched its lists; or else mmdebstrap's.
mirror() {
    local codename
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    apt-get indextargets --format '$(REPO_URI)' \
        'Created-By: Packages' 'Origin: Debian' "Codename: $codename" | head -n 1
}

# apt's settings for the way there, as words for mmdebstrap.
apt_options() {
    apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries).* ".+";$' | sed 's/^/--aptopt=/'
}

# Installs what is named; what apt says goes into the file named first.
from_debian() {
    local log=$1
    shift
    command -v apt-get >/dev/null || return 1
    say "installing from Debian: $*"
    { apt-get update && apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null
}
