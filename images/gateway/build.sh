#!/usr/bin/env bash
# Builds the gateway's image: Debian trixie's nginx and nothing of ours. The configuration (nginx.conf beside this file) is the chart's to
# give. Usage: build.sh NAME:TAG OUTPUT.tar WORK-FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1 output=$2 work=$3
mkdir -p "$work"
"$here/../debian.sh" "$work/layer.tar" "$work" "$here/packages.txt"
echo "step: packing the image"
# By number: a cluster that refuses root looks at the number. Before it has read its configuration nginx would write to a file.
"$here/../archive.sh" "$name" '{"User":"33:33","Env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],"Entrypoint":["nginx","-e","stderr","-g","daemon off;","-c"],"Cmd":["/etc/mesonet/nginx.conf"],"StopSignal":"SIGQUIT"}' \
  "$output" "$work/layer.tar"
