#!/usr/bin/env bash
# Builds the image of the operator and the portal: the published program on the layer of layer.sh.
# Usage: build.sh NAME:TAG OUTPUT.tar WORK-FOLDER LAYER.tar PROGRAM-FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1 output=$2 work=$3 base=$4 program=$5
echo "step: packing the program"
mkdir -p "$work/root/opt"
cp -r "$program" "$work/root/opt/mesonet"
find "$work/root/opt/mesonet" -name '*.xml' -delete
chmod -R go=u,go-w "$work/root"
tar --create --file "$work/layer.tar" --sort=name --mtime=@1767225600 --owner=0 --group=0 --numeric-owner --directory "$work/root" opt
# Diagnostics would want to write; the pods' file systems are read-only.
"$here/../archive.sh" "$name" '{"User":"65532:65532","WorkingDir":"/opt/mesonet","Env":["PATH=/usr/bin:/bin","DOTNET_EnableDiagnostics=0","DOTNET_NOLOGO=1"],"Entrypoint":["dotnet"],"Cmd":["mesonet.dll","--help"]}' \
  "$output" "$base" "$work/layer.tar"
