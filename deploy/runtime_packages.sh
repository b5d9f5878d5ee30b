#!/usr/bin/env bash
# Prints the Debian packages that a virtual environment needs to run here, one a line: runtime_packages.sh VENV
# Asked of the compiled files themselves (ldd, dpkg), so that no list can fall behind the code.
set -euo pipefail
venv=${1:?usage: runtime_packages.sh VENV}

compiled=$(find "$venv" -name '_core*.so' -path '*/acrida/*')
if [[ -z $compiled ]]; then
  echo "runtime_packages: no compiled acrida module below $venv" >&2
  exit 1
fi

# shellcheck disable=SC2086  # one word a file
libraries=$(ldd $compiled)
if grep 'not found' <<<"$libraries" >&2; then
  echo "runtime_packages: these libraries are missing here" >&2
  exit 1
fi

# dpkg may know a library below /usr/lib or below /lib only; the two are one folder. One question for all: it reads
# every list of files there is.
mapfile -t paths < <(awk '$2 == "=>" && $3 ~ /^\// { sub("^/usr", "", $3); print $3 }' <<<"$libraries" | sort -u)
owners=$(dpkg-query --search "${paths[@]}" "${paths[@]/#/\/usr}" 2>/dev/null || true)
for path in "${paths[@]}"; do
  if ! grep -qE ": (/usr)?${path//+/\\+}$" <<<"$owners"; then
    echo "runtime_packages: no Debian package holds $path" >&2
    exit 1
  fi
done

# Certificates for TLS to the target; bash for the health check.
{
  printf '%s\n' bash ca-certificates python3
  cut -d: -f1 <<<"$owners"
} | sort -u
