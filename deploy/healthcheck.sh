#!/bin/bash
# The image's HEALTHCHECK: does the web page of this container answer? healthcheck.sh [FILE-WITH-COMMAND-LINE]
#
# A worker and a headless run have no page, and are well as long as they run: a worker whose master is silent ends by
# itself. Costs a few milliseconds; it shares the processor with the load.
set -euo pipefail
mapfile -d '' -t words <"${1:-/proc/1/cmdline}"

is_on() { [[ ${1,,} == 1 || ${1,,} == true || ${1,,} == yes ]]; }
if is_on "${LOCUST_MODE_WORKER:-}" || is_on "${LOCUST_HEADLESS:-}"; then exit 0; fi

port=${LOCUST_WEB_PORT:-8089}
base=${LOCUST_WEB_BASE_PATH:-}
certificate=${LOCUST_TLS_CERT:-}
for ((i = 0; i < ${#words[@]}; i++)); do
  next=${words[i + 1]:-}
  case ${words[i]} in
    --worker | --headless) exit 0 ;;
    --web-port | -P) port=$next ;;
    --web-port=*) port=${words[i]#*=} ;;
    -P?*) port=${words[i]#-P} ;;
    --web-base-path) base=$next ;;
    --web-base-path=*) base=${words[i]#*=} ;;
    --tls-cert | --tls-cert=*) certificate=yes ;;
  esac
done

if ! exec 3<>"/dev/tcp/127.0.0.1/$port"; then
  echo "nobody listens on port $port"
  exit 1
fi 2>/dev/null
# bash speaks no TLS: there, that the port is open has to do.
[[ -z $certificate ]] || exit 0
printf 'GET %s/health HTTP/1.0\r\n\r\n' "${base%/}" >&3
IFS= read -r -t 4 answer <&3 || answer="no answer within 4 s"
echo "${answer%$'\r'}"
[[ $answer == HTTP/*" 200 "* ]]
