#!/usr/bin/env bash
# Packs a small Debian trixie with some packages as a layer, for programs that need nothing else. Usage: debian.sh LAYER.tar WORK-FOLDER PACKAGES.txt [HOOK...]
# A hook is a command that mmdebstrap runs once the packages are there, with the image's root as $1.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../src/MesoNet.IAaS.LocalCluster/Recipes/debian-mirror.sh"
output=$1 work=$2 packages=$(sed 's/#.*//' "$3" | xargs | tr ' ' ',')
shift 3
hooks=()
for hook in "$@"; do hooks+=("--customize-hook=$hook"); done
mirror=$(debian_mirror)

echo "step: installing Debian packages"
# The mirror is this machine's; whoever uses the image has another.
TMPDIR=$work mmdebstrap --variant=minbase --mode=root --include="$packages" \
  --aptopt='APT::Install-Recommends "false"' --aptopt='APT::Sandbox::User "root"' --aptopt='Acquire::Retries "3"' \
  --dpkgopt='force-unsafe-io' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  "${hooks[@]}" \
  --customize-hook='rm -rf "$1"/var/log/* "$1"/etc/apt/sources.list' \
  trixie "$work/debian.tar" "$mirror"
mv "$work/debian.tar" "$output"
