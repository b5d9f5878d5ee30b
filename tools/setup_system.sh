#!/usr/bin/env bash
# Installs the Debian packages that a job needs, and only those that are missing: tools/setup_system.sh JOB...
# Needs root or sudo only when something is missing. Answers in a few milliseconds when nothing is.
set -euo pipefail

packages_for() {
  case "$1" in
    build) echo g++ make cmake ninja-build pkg-config ccache git ca-certificates python3 python3-dev python3-venv \
      libssl-dev zlib1g-dev libbrotli-dev libzstd-dev libfmt-dev libboost-dev libboost-context-dev libcli11-dev libtomlplusplus-dev libsqlite3-dev libzmq3-dev \
      nlohmann-json3-dev libsimdjson-dev libmsgpack-cxx-dev doctest-dev ;;
    test) echo openssl procps iproute2 libfaketime postgresql mosquitto redis-server chromium fonts-liberation fonts-dejavu-core systemd ;;
    bench) echo nginx-light wrk openssl procps chromium ;;
    lint) echo clang-format-14 clang-tidy-14 ;;
    fuzz) echo clang-14 libclang-rt-14-dev ;;
    chroot) echo debootstrap ;;
    *) echo "setup_system: unknown job '$1'" >&2; exit 2 ;;
  esac
}

wanted=()
for job in "$@"; do
  packages=$(packages_for "$job")
  read -ra list <<<"$packages"
  wanted+=("${list[@]}")
done

if ! command -v dpkg-query >/dev/null; then
  echo "setup_system: not a Debian system, nothing is installed. acrida needs the equivalents of:"
  echo "  ${wanted[*]}"
  exit 0
fi

is_installed() { [[ $(dpkg-query -W -f='${Status}' "$1" 2>/dev/null) == "install ok installed" ]]; }

missing=()
for package in "${wanted[@]}"; do
  is_installed "$package" || missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "setup_system: these packages are missing: ${missing[*]}" >&2
    echo "              Run as root, or install sudo, or install them by hand." >&2
    exit 1
  fi
  as_root=(sudo)
fi

# The network is the part that fails: three attempts, each with fresh package lists. The lists are not fetched
# when the ones at hand already suffice.
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 "$@"; }

echo "setup_system: installing ${missing[*]}"
for attempt in 1 2 3; do
  if apt install --no-install-recommends "${missing[@]}" </dev/null; then exit 0; fi
  echo "setup_system: attempt $attempt did not succeed, fetching the package lists" >&2
  apt update </dev/null || sleep 3
done
apt install --no-install-recommends "${missing[@]}" </dev/null
