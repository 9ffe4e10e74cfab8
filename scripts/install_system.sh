#!/usr/bin/env bash
# Chromium, Chinese fonts, Java and Maven for the tests that need them: installed on Debian as root, named elsewhere.
set -euo pipefail
packages=()
command -v chromium >/dev/null || command -v google-chrome >/dev/null || packages+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || packages+=(fonts-noto-cjk fontconfig)
command -v java >/dev/null || packages+=(openjdk-17-jre-headless)
command -v mvn >/dev/null || packages+=(maven)
[ ${#packages[@]} -eq 0 ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "installing ${packages[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
else
  echo "not installed: ${packages[*]}; tests that need them skip. On Debian: sudo apt-get install ${packages[*]}"
fi
