#!/bin/sh
# The manual pages are clean mdoc.
command -v mandoc >/dev/null || {
	echo 'mandoc is missing'
	exit 77
}
cd "$srcdir" || exit 1
mandoc -T lint -W warning man/*.[15]
