#!/bin/sh
# In the place of apt, where a test installs: lays down and sets up the package files that it is given.
# What they depend on is this machine's own.
[ "$1" = install ] || exit 0
shift
exec dpkg --force-depends --install "$@"
