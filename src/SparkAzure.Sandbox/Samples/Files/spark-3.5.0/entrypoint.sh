#!/bin/bash
# Sample entry point: starts what it is told to under tini, as Spark's own does on Debian.
set -e
exec /usr/bin/tini -s -- "$@"
