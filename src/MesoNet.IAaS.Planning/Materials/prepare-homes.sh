# Fetches the course's repository once, and gives each home its copy. Runs in the materials Job, as the students' user, on the homes'
# volume. Repeating it changes nothing: a home that has the course's folder keeps it as it is.
#
# In:  REPOSITORY and REF (empty: no code), CODE_PATH, CODE_DIRECTORY, DOCUMENTS_PATH and DOCUMENTS_KEY (what its folder is named after,
#      beside the commit), HOMES (names, one per line), LINKS (which of data and documents are linked into the homes)
# Out: the termination message, JSON: {"commit": "..."} or {"reason": "...", "detail": "..."}
set -eu
cd "${VOLUME:-/volume}"
message=${MESSAGE:-/dev/termination-log}
umask 022
# git's messages are read below; the image speaks French.
export LC_ALL=C

say() { printf '%s' "$1" > "$message"; }
fail() {
  # One line of plain text, so that it can't break the JSON.
  detail=$(printf '%s' "$2" | tr '\n\t"\\' "  ''" | tr -d '\000-\037' | cut -c 1-600)
  say "{\"reason\":\"$1\",\"detail\":\"$detail\"}"
  echo "$1: $2" >&2
  exit 1
}

# Of this pod alone: another that is still ending must not have its work swept away, nor leave its own in ours.
work=.materials-$(hostname)
trap 'exit 143' TERM INT
rm -rf "$work"
mkdir -p homes documents "$work" || fail VolumeNotWritable "the homes' volume cannot be written by user $(id -u)"
trap 'rm -rf "$work"' EXIT

commit=
if [ -n "$REPOSITORY" ]; then
  # A stalled connection fails instead of holding the class up; no prompt, no hooks, no configuration from elsewhere.
  export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1 HOME="$PWD/$work"
  git="git -c core.hooksPath=/dev/null -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=30 -c protocol.file.allow=never"
  $git init --quiet "$work/repository"
  if ! errors=$($git -C "$work/repository" fetch --quiet --depth 1 "$REPOSITORY" "$REF" 2>&1); then
    case $errors in
      *"couldn't find remote ref"*|*"not our ref"*|*"no such remote ref"*) fail RefNotFound "$errors" ;;
      *"not found"*|*"no such repository"*|*"not exported"*|*"does not appear to be a git repository"*|*"does not exist"*|*"access denied"*|*"could not read Username"*|*"Authentication failed"*|*"Permission denied"*|*"Host key verification failed"*) fail RepositoryNotFound "$errors" ;;
      *) fail RepositoryUnreachable "$errors" ;;
    esac
  fi
  commit=$($git -C "$work/repository" rev-parse FETCH_HEAD^{commit})
  mkdir "$work/tree"
  $git -C "$work/repository" archive --format=tar "$commit" | tar -x -C "$work/tree"
  [ -d "$work/tree/$CODE_PATH" ] || fail PathNotFound "the repository has no folder $CODE_PATH at $commit"
  if [ -n "$DOCUMENTS_PATH" ]; then
    [ -d "$work/tree/$DOCUMENTS_PATH" ] || fail PathNotFound "the repository has no folder $DOCUMENTS_PATH at $commit"
    if [ ! -d "documents/$commit-$DOCUMENTS_KEY" ]; then
      cp -R "$work/tree/$DOCUMENTS_PATH" "$work/documents"
      mv "$work/documents" "documents/$commit-$DOCUMENTS_KEY"
    fi
  fi
fi

printf '%s\n' "$HOMES" | while IFS= read -r home; do
  [ -n "$home" ] || continue
  mkdir -p "homes/$home"
  chmod 0700 "homes/$home"
  # Complete beside its place first, then there at once: a copy that was cut short is never taken for one.
  if [ -n "$REPOSITORY" ] && [ ! -e "homes/$home/$CODE_DIRECTORY" ] && [ ! -L "homes/$home/$CODE_DIRECTORY" ]; then
    cp -R "$work/tree/$CODE_PATH" "$work/copy"
    mv "$work/copy" "homes/$home/$CODE_DIRECTORY"
  fi
  for link in $LINKS; do
    [ -e "homes/$home/$link" ] || [ -L "homes/$home/$link" ] || ln -s "/$link" "homes/$home/$link"
  done
done

say "{\"commit\":\"$commit\"}"
