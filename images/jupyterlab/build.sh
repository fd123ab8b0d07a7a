#!/usr/bin/env bash
# Builds the layer that all notebook images stand on, from Debian trixie's packages: JupyterLab, its terminal and the Python kernel.
# Usage: build.sh LAYER.tar WORK-FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../../src/MesoNet.IAaS.LocalCluster/Recipes/debian-mirror.sh"
output=$1 work=$2
mkdir -p "$work"
mirror=$(debian_mirror)
packages=$(sed 's/#.*//' "$here/packages.txt" | xargs | tr ' ' ',')

echo "step: installing Debian packages"
# Left out: what a notebook never reads. Most of it is node modules, which JupyterLab's package asks for to be built anew; what the
# browser gets is in its own static folder (0.9 GB less). They go at the end: packages use them while they are set up. So does node
# itself, which cannot run without them: where there is none, JupyterLab says in one line that it builds nothing.
# mmdebstrap empties apt's caches itself, and keeps its configuration for that in the image's /tmp: a hook that swept /tmp would have
# it empty this machine's instead.
# In the work folder, where there is room; apt's sandbox user could not enter it.
TMPDIR=$work mmdebstrap --variant=minbase --mode=root --include="$packages" \
  --aptopt='APT::Install-Recommends "false"' --aptopt='APT::Sandbox::User "root"' --aptopt='Acquire::Retries "3"' \
  --dpkgopt='force-unsafe-io' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-include=/usr/share/locale/fr/*' \
  --dpkgopt='path-include=/usr/share/locale/locale.alias' \
  --customize-hook='printf "fr_FR.UTF-8 UTF-8\nen_US.UTF-8 UTF-8\n" > "$1/etc/locale.gen"; chroot "$1" locale-gen' \
  --customize-hook='chroot "$1" useradd --uid 1000 --user-group --create-home --shell /bin/bash student' \
  --customize-hook='mkdir -p "$1/data" "$1/documents" "$1/etc/jupyter/labconfig"' \
  --customize-hook="cp '$here/jupyter_server_config.py' \"\$1/etc/jupyter/\"" \
  --customize-hook="cp '$here/default_setting_overrides.json' \"\$1/etc/jupyter/labconfig/\"" \
  --customize-hook='rm -rf "$1"/usr/share/nodejs "$1"/usr/bin/node "$1"/usr/bin/nodejs "$1"/usr/share/unicode' \
  --customize-hook='rm -rf "$1"/var/log/*' \
  trixie "$work/layer.tar" "$mirror"
mv "$work/layer.tar" "$output"
