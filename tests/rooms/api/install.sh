#!/bin/sh
# Give the tests of text messages a Kannel, by apt where it may. Does nothing where one is
# there already; where it cannot be had, those tests say so and are skipped.
set -eu

have_kannel() {
  PATH="$PATH:/usr/sbin" && command -v bearerbox >/dev/null && command -v smsbox >/dev/null
}
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if have_kannel; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  { as_root apt-get update -qq && as_root apt-get install -y -qq kannel >/dev/null; } || exit 0
  # The tests start one of their own: the one that comes with the package does not run.
  as_root service kannel stop >/dev/null 2>&1 || true
  as_root update-rc.d kannel disable >/dev/null 2>&1 || true
fi
