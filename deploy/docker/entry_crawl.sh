#!/bin/sh
# A crawl every six hours, the first one at once. What a run says of itself is in /data/report.json.
# The status of a run ends nothing: the health check reads it from the report.
set -u
interval="${KEPU_INTERVAL_SECONDS:-21600}"
trap 'exit 0' TERM INT
while true; do
    kepu crawl --quiet --log-format json --report /data/report.json --metrics /data/kepu.prom --budget 5h || true
    sleep "$interval" &
    wait $!
done
