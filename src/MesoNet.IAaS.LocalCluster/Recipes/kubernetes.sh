#!/usr/bin/env bash
# Builds the Kubernetes control plane and the kubelet from Debian bookworm's source package (1.20.2, complete with vendor/).
# Usage: kubernetes.sh OUTPUT-FOLDER WORK-FOLDER. The work folder (3 GB) may be thrown away afterwards; the output is 250 MB.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/debian-mirror.sh"
output=$1 work=$2
mkdir -p "$output" "$work"/{lists/partial,cache/archives/partial,source}
mirror=$(debian_mirror)

# apt with lists and sources of its own: the machine's configuration stays as it is.
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb-src [signed-by=$keyring] $mirror bookworm main" > "$work/sources.list"
cat > "$work/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$work/lists";
Dir::Cache "$work/cache";
APT::Sandbox::User "root";
CONF
export APT_CONFIG=$work/apt.conf

echo "step: reading the source index"
apt-get update -q
echo "step: fetching the source package"
cd "$work/source"
rm -rf kubernetes-*
apt-get source -q kubernetes
tree=$(find . -maxdepth 1 -type d -name 'kubernetes-*' | head -n 1)
[[ -n "$tree" ]] || { echo "apt-get source left no kubernetes folder" >&2; exit 1; }

# The 1.20 build scripts want the tree at its import path.
gopath=$work/go
mkdir -p "$gopath/src/k8s.io"
rm -rf "$gopath/src/k8s.io/kubernetes"
mv "$tree" "$gopath/src/k8s.io/kubernetes"
cd "$gopath/src/k8s.io/kubernetes"

# The vendored reflect2 1.0.1 reaches into Go's maps as they were before Go 1.18: the API server then dies of a memory fault on its
# second update of a custom resource. Debian's package holds 1.0.2, which does not.
rm -rf vendor/github.com/modern-go/reflect2/*.go vendor/github.com/modern-go/reflect2/*.s
cp /usr/share/gocode/src/github.com/modern-go/reflect2/*.{go,s} vendor/github.com/modern-go/reflect2/
rm -f vendor/github.com/modern-go/reflect2/*_test.go

echo "step: compiling"
GO111MODULE='' CGO_ENABLED=0 GOPATH=$gopath GOCACHE=$work/gocache GOTMPDIR= KUBE_GIT_VERSION=v1.20.2 \
  make GOFLAGS=-tags=providerless GOLDFLAGS="-s -w" \
  WHAT="cmd/kube-apiserver cmd/kube-controller-manager cmd/kube-scheduler cmd/kubelet cmd/kubectl"

binaries=_output/local/bin/linux/$(go env GOARCH)
for name in kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl; do
  install -m 0755 "$binaries/$name" "$output/$name.partial"
  mv "$output/$name.partial" "$output/$name"
done
