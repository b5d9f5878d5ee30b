#!/usr/bin/env bash
# Proves that nothing is missing from the set-up: a fresh Debian 12 (debootstrap, only git and make added), a clone of
# the committed tree, `make demo` and `make test` in it. Needs root or sudo.
#
# How to reach the registries (mirror, pip's settings, proxies, certificates) is taken from this machine when it runs.
# The bare system is kept as build/fresh/debian12.tar; remove it to have it made anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
fresh=$PWD/build/fresh
root=$fresh/root
targets=("${@:-demo test}")

if [[ ${1:-} == --as-root ]]; then
  targets=("${@:2}")
else
  [[ -z $(git status --porcelain --untracked-files=no) ]] || echo "fresh-test: note: what is not committed is not tested"
  tools/setup_system.sh chroot
  rm -rf "$fresh/acrida"
  mkdir -p "$fresh"
  git clone -q --no-local . "$fresh/acrida"
  if ((EUID != 0)); then
    exec sudo --preserve-env "$0" --as-root "${targets[@]}"
  fi
fi

# The address under which this machine's apt finds a suite, from either form of its source lists.
mirror_of() {
  find /etc/apt/sources.list /etc/apt/sources.list.d -name '*.list' -o -name '*.sources' 2>/dev/null |
    xargs -r cat | awk -v suite="$1" '
    $1 == "deb" { for (i = 2; i < NF; i++) if ($i ~ /^https?:/ && $(i + 1) == suite) { print $i; exit } }
    $1 == "URIs:" { uri = $2 }
    $1 == "Suites:" { for (i = 2; i <= NF; i++) if ($i == suite && uri) { print uri; exit } }
  ' || true
}

make_bare_system() {
  local mirror
  mirror=$(mirror_of bookworm)
  if [[ -z $mirror ]]; then
    echo "fresh-test: no mirror for bookworm in this machine's apt sources" >&2
    exit 1
  fi
  echo "fresh-test: making a bare Debian 12"
  rm -rf --one-file-system "$root"
  debootstrap --variant=minbase --include=git,make bookworm "$root" "$mirror" >"$fresh/debootstrap.log" 2>&1 ||
    { tail -n 20 "$fresh/debootstrap.log" >&2; exit 1; }
  tar -C "$root" -cf "$fresh/debian12.tar.new" .
  mv "$fresh/debian12.tar.new" "$fresh/debian12.tar"
}

unpack_bare_system() {
  rm -rf --one-file-system "$root"
  mkdir -p "$root"
  tar -C "$root" -xf "$fresh/debian12.tar"
}

# What this machine needs to reach the registries, the fresh one needs as well.
copy_access() {
  local file suite mirror
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  : >"$root/etc/apt/sources.list"
  for suite in bookworm bookworm-updates bookworm-security; do
    mirror=$(mirror_of "$suite")
    [[ -z $mirror ]] || echo "deb $mirror $suite main" >>"$root/etc/apt/sources.list"
  done
  for file in $(grep -ls Acquire /etc/apt/apt.conf.d/* /etc/apt/apt.conf || true); do
    cp "$file" "$root/etc/apt/apt.conf.d/"
  done
  for file in /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"; do
    [[ ! -f $file ]] || cp "$file" "$root/etc/pip.conf"
  done
  if [[ -f /etc/ssl/certs/ca-certificates.crt ]]; then
    mkdir -p "$root/etc/acrida-fresh-test"
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/acrida-fresh-test/ca.crt"
  fi
}

environment() {
  echo "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  echo "LANG=C.UTF-8"
  echo "CI=true"
  echo "PIP_CERT=/etc/acrida-fresh-test/ca.crt"
  echo "NODE_EXTRA_CA_CERTS=/etc/acrida-fresh-test/ca.crt"
  env | grep -E '^(NPM_CONFIG_REGISTRY|PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|DEFAULT_TIMEOUT)|https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY)=' || true
}

run_inside() {
  local settings
  mapfile -t settings < <(environment)
  # Mounts and processes live in namespaces of their own: they are gone when this ends, however it ends.
  unshare --mount --pid --fork --kill-child bash -euo pipefail -c '
    root=$1; shift
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    exec chroot "$root" env -i "$@" </dev/null
  ' inside "$root" "${settings[@]}" bash -euo pipefail -c "cd /acrida && $*"
}

[[ -f $fresh/debian12.tar ]] || make_bare_system
unpack_bare_system
copy_access
cp -r "$fresh/acrida" "$root/acrida"
chown -R root:root "$root/acrida"

read -ra words <<<"${targets[*]}"
for word in "${words[@]}"; do
  started=$SECONDS
  echo "fresh-test: make $word"
  run_inside "make $word"
  echo "fresh-test: make $word succeeded after $((SECONDS - started)) s"
done
