#!/bin/bash
# Sample entry point: starts what it is told to under tini, as Spark's own does on Alpine.
set -e
exec /sbin/tini -s -- "$@"
