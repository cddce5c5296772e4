#!/bin/sh
# Give the browser tests a Chromium and Chinese fonts: by apt where it may, otherwise
# through Playwright. Does nothing where both are there already.
set -eu

have_chromium() {
  [ -n "${XUNFANG_CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1 ||
    .venv/bin/python - <<'PYTHON'
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
PYTHON
}
have_fonts() {
  case "$(uname)" in
  Darwin) true ;;
  *) fc-list ':lang=zh-cn' 2>/dev/null | grep -q . ;;
  esac
}
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if have_chromium && have_fonts; then exit 0; fi

if command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq
  # Ubuntu's chromium package is only a pointer to a snap: there, Playwright brings one.
  packages="fonts-noto-cjk fontconfig"
  if ! have_chromium && grep -q '^ID=debian' /etc/os-release; then
    packages="$packages chromium"
  fi
  # shellcheck disable=SC2086 -- one word a package
  as_root apt-get install -y -qq $packages >/dev/null
fi
if ! have_chromium; then
  .venv/bin/playwright install chromium
fi
