#!/usr/bin/env bash
# Builds the layer below the program: a small Debian, and the .NET runtime that this machine runs the program with.
# Usage: layer.sh LAYER.tar WORK-FOLDER DOTNET-FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$1 work=$2 dotnet=$3
"$here/../debian.sh" "$output" "$work" "$here/packages.txt" \
  "mkdir -p \"\$1/usr/share/dotnet\"; cp -a '$dotnet'/dotnet '$dotnet'/host '$dotnet'/shared \"\$1/usr/share/dotnet/\"; ln -s ../share/dotnet/dotnet \"\$1/usr/bin/dotnet\""
