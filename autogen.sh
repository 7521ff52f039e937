#!/bin/sh
# Make configure and Makefile.in.  Needs autoconf, automake and pkg-config.
set -e
cd "$(dirname "$0")"
for tool in autoreconf automake pkg-config; do
	command -v "$tool" >/dev/null || missing="$missing $tool"
done
if test -n "$missing"; then
	echo "autogen.sh: missing:$missing" >&2
	echo "  apt-get install autoconf automake pkg-config" >&2
	exit 1
fi
mkdir -p build-aux
exec autoreconf --force --install --warnings=all,no-portability
