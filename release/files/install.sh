#!/bin/sh
# Installs superset below your home, or brings another version of it. Nothing that is downloaded is unpacked or run before its
# signature and its digest are found right; docs/installing.md says what is written where.
# In braces, so that a shell which gets a part of this only runs none of it.
{
set -u

# Fixed when this file is published.
default_host='@HOST@'
# Id and public key (DER, base64), one a line.
keys='@KEYS@'
# The serial of what each channel pointed to then; an older pointer is a replayed one. <channel>/<platform>:<serial>, one a line.
serials=''

usage() {
  cat <<'END'
usage: sh install.sh [--channel <name>] [--version <version>] [--root <folder>] [--bin <folder>] [--host <url>] [--force]

  --channel  install what this channel points to (stable), and follow it from then on
  --version  install this very version
  --root     where versions go (${XDG_DATA_HOME:-~/.local/share}/superset-cli)
  --bin      where the command `superset` goes (~/.local/bin)
  --host     a mirror of the releases; the signatures stay the same
  --force    lay the version anew, and replace a `superset` that is not of this installer
END
}

# Exit codes are those of superset itself: 1 refused, 2 usage, 74 disk, 75 network, 78 this machine or its settings.
fail() {
  code=$1
  shift
  printf 'superset install: %s\n' "$@" >&2
  exit "$code"
}

say() {
  printf 'superset install: %s\n' "$@" >&2
}

has() {
  command -v "$1" >/dev/null 2>&1
}

clean() {
  [ -z "${draft:-}" ] || rm -rf "$draft"
}

platform_of_this_machine() {
  case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=darwin ;;
  *) fail 78 "There is no archive for $(uname -s). With Node 24, npm installs superset: see docs/installing.md." ;;
  esac
  case $(uname -m) in
  x86_64 | amd64) processor=x64 ;;
  aarch64 | arm64) processor=arm64 ;;
  *) fail 78 "There is no archive for the processor $(uname -m). With Node 24, npm installs superset." ;;
  esac
  for musl in /lib/ld-musl-*.so.1; do
    if [ -e "$musl" ] && [ ! -e /lib64/ld-linux-x86-64.so.2 ] && [ ! -e /lib/ld-linux-aarch64.so.1 ]; then
      fail 78 'The archives need glibc, and this system has musl. With its own Node 24, npm installs superset.'
    fi
  done
  platform=$system-$processor
}

# fetch <path> <most bytes> <file>: reads no more than it may, whatever is sent.
fetch() {
  case $host in
  https://*) protocols='=https' ;;
  'http://127.0.0.1'[:/]* | 'http://localhost'[:/]* | 'http://[::1]'[:/]*) protocols='=http,https' ;;
  *) fail 78 "Releases come over https: $host" ;;
  esac
  if has curl; then
    quiet=-sS
    [ -t 2 ] && [ "$2" -gt 1000000 ] && quiet=--progress-bar
    { curl -q -fL $quiet --proto "$protocols" --proto-redir "$protocols" --max-redirs 5 --connect-timeout 20 \
      --speed-limit 1000 --speed-time 60 "$host/$1" || echo failed >"$draft/failed"; } | head -c "$(($2 + 1))" >"$3"
  elif has wget; then
    { wget -q -T 60 -O - "$host/$1" || echo failed >"$draft/failed"; } | head -c "$(($2 + 1))" >"$3"
  else
    fail 78 'Neither curl nor wget is here to download with. Install one of them.'
  fi
}

size_of() {
  wc -c <"$1" | tr -d ' '
}

sha256_of() {
  if has sha256sum; then
    sha256sum <"$1" | cut -d ' ' -f 1
  elif has shasum; then
    shasum -a 256 <"$1" | cut -d ' ' -f 1
  else
    openssl dgst -sha256 -r <"$1" | cut -d ' ' -f 1
  fi
}

# decode <file>: base64url on stdin.
decode() {
  text=$(tr -- '-_' '+/')
  case $((${#text} % 4)) in
  2) text=$text== ;;
  3) text=$text= ;;
  esac
  printf '%s' "$text" | base64 -d >"$1" 2>/dev/null || printf '%s' "$text" | openssl base64 -d -A >"$1" 2>/dev/null ||
    printf '%s' "$text" | node -e "process.stdout.write(Buffer.from(fs.readFileSync(0,'utf8'),'base64'))" >"$1" 2>/dev/null
}

# verify <tool> <public key, DER in base64> <message> <signature>: the last two are files.
verify() {
  printf -- '-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n' "$2" >"$draft/key.pem"
  case $1 in
  openssl) openssl pkeyutl -verify -pubin -inkey "$draft/key.pem" -rawin -in "$3" -sigfile "$4" ;;
  node)
    node -e 'const [key, message, signature] = process.argv.slice(1).map((file) => fs.readFileSync(file))
process.exit(crypto.verify(null, message, key, signature) ? 0 : 1)' "$draft/key.pem" "$3" "$4"
    ;;
  esac >/dev/null 2>&1
}

# A program counts as one that can verify Ed25519 when it takes a right signature and refuses a wrong one (RFC 8032, 7.1,
# test 2): versions do not tell, since some accept the options and not the algorithm.
choose_verifier() {
  sample='MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw='
  printf r >"$draft/right"
  printf s >"$draft/wrong"
  printf '%s' kqAJqfDUyrhyDoILX2QlQKKye1QWUD-Ps3YiI-vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA | decode "$draft/sample" ||
    fail 78 'Nothing here decodes base64. Install coreutils or openssl.'
  for verifier in openssl node; do
    has "$verifier" || continue
    if verify "$verifier" "$sample" "$draft/right" "$draft/sample" && ! verify "$verifier" "$sample" "$draft/wrong" "$draft/sample"; then
      return
    fi
  done
  fail 78 'Nothing here can verify an Ed25519 signature, and nothing is installed unverified.' \
    'Install openssl 3 or newer (or Node 20 or newer), and try again.'
}

# Both envelope and payload hold plain strings without spaces, quotes, commas or brackets, one JSON member a line after this.
members() {
  tr -d ' \t\r\n' | tr '{}[],' '\n\n\n\n\n'
}

# member <name> <pattern of the value, without quotes> <file>: its value, if it is there exactly once.
member() {
  found=$(sed -n "s/^\"$1\":\"\\{0,1\\}\\($2\\)\"\\{0,1\\}\$/\\1/p" "$3")
  [ "$(printf '%s\n' "$found" | wc -l)" -eq 1 ] && printf '%s' "$found"
}

# open_envelope <file>: what one of our keys signed, as members, in $draft/payload. Whatever is read out of the envelope, in whatever
# odd way it may be written: those bytes are verified, and those bytes are used.
open_envelope() {
  members <"$1" >"$draft/envelope"
  payload=$(member payload '[A-Za-z0-9_-]*' "$draft/envelope")
  printf '%s' "$payload" | decode "$draft/signed-part" || return 1
  { printf 'superset-release-v1\000' && cat "$draft/signed-part"; } >"$draft/message"
  for signature in $(sed -n 's/^"signature":"\([A-Za-z0-9_-]\{86\}\)"$/\1/p' "$draft/envelope" | head -n 4); do
    printf '%s' "$signature" | decode "$draft/signature" || continue
    for key in $keys; do
      if verify "$verifier" "${key#*:}" "$draft/message" "$draft/signature"; then
        members <"$draft/signed-part" >"$draft/payload"
        return 0
      fi
    done
  done
  return 1
}

# The signed answer must be to the very question: of this kind, for this channel or version, and this platform.
read_release() {
  if [ -n "$version" ]; then
    asked=versions/$version/$platform.json kind=release
  else
    asked=channels/$channel/$platform.json kind=channel
  fi
  fetch "$asked" 65536 "$draft/answer"
  if [ -e "$draft/failed" ]; then
    fail 75 "$host/$asked could not be read: see above. Is there such a ${version:+version}${version:-channel}, and this host reachable?"
  fi
  open_envelope "$draft/answer" || fail 1 "$host/$asked is not signed by superset's keys. Nothing was installed."
  signed_version=$(member version '[0-9][0-9A-Za-z.+-]*' "$draft/payload")
  file=$(member file '[0-9A-Za-z.+_-]*' "$draft/payload")
  size=$(member size '[0-9]\{1,10\}' "$draft/payload")
  sha256=$(member sha256 '[0-9a-f]\{64\}' "$draft/payload")
  if [ "$(member kind '[a-z]*' "$draft/payload")" != "$kind" ] || [ "$(member format '[0-9]*' "$draft/payload")" != 1 ] ||
    [ "$(member name '[a-z]*' "$draft/payload")" != superset ] ||
    [ "$(member platform '[0-9a-z-]*' "$draft/payload")" != "$platform" ] ||
    [ "$signed_version" != "${version:-$signed_version}" ] || [ -z "$signed_version" ] || [ -z "$size" ] || [ -z "$sha256" ] ||
    { [ "$kind" = channel ] && [ "$(member channel '[a-z0-9-]*' "$draft/payload")" != "$channel" ]; } ||
    [ "$file" != "superset-v$signed_version-$platform.tar.gz" ]; then
    fail 1 "$host/$asked is signed, but says something else than it was asked for. Nothing was installed."
  fi
  version=$signed_version
  [ "$kind" = release ] || demand_current
}

# A channel's pointer ends, and only grows: an old one, truly signed, must not hide what came after it.
demand_current() {
  serial=$(member serial '[0-9]\{1,15\}' "$draft/payload")
  until=$(member expiresAt '[0-9]\{4\}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9][.0-9]*Z' "$draft/payload")
  if [ -z "$serial" ] || [ -z "$until" ]; then
    fail 1 "$host/$asked is signed, but does not say until when it is to be believed. Nothing was installed."
  fi
  now=$(date -u +%Y%m%d%H%M%S)
  if [ "$(printf '%s' "${until%%.*}" | tr -cd 0-9)" -le "$now" ]; then
    fail 1 "$host/$asked has expired: it was to be believed until $until, and this machine's clock says $(date -u +%Y-%m-%dT%H:%M:%SZ)." \
      'Nothing was installed. If the clock is right, the host serves an old file: tell whoever runs it.'
  fi
  known=$(printf '%s\n' "$serials" | sed -n "s|^$channel/$platform:\([0-9]*\)\$|\1|p")
  seen=$(sed -n '/^[0-9]\{1,15\}$/p' "$root/serials/$channel" 2>/dev/null | head -n 1)
  for one in $known $seen; do
    if [ "$serial" -lt "$one" ]; then
      fail 1 "$host/$asked is older than one that is known already. Nothing was installed." \
        'A mirror that lags behind serves such files until it is brought up to date; else tell whoever runs the host.'
    fi
  done
}

# Leaves the version in $draft/superset.
bring() {
  say "downloading superset $version for $platform ($((size / 1000000)) MB)"
  fetch "versions/$version/$file" "$size" "$draft/archive"
  found_size=$(size_of "$draft/archive")
  if [ "$found_size" -lt "$size" ]; then
    fail 75 "The download ended after $found_size of $size bytes. Nothing was installed; try again."
  elif [ "$found_size" -ne "$size" ] || [ "$(sha256_of "$draft/archive")" != "$sha256" ]; then
    fail 1 'The archive is not the one that was signed. Nothing was installed.'
  fi
  tar -xzof "$draft/archive" -C "$draft" || fail 74 "The archive could not be unpacked below $root: see above."
  rm -f "$draft/archive"
  starts "$draft/superset" || fail 78 "superset $version does not start on this machine. Nothing was installed." \
    "It needs a Linux with glibc 2.28 or newer, or macOS 13.5 or newer; elsewhere, npm installs superset."
  # For a fast start. Without it, everything is the same, and slower.
  NODE_OPTIONS='' "$draft/superset/bin/node" "$draft/superset/app/bin/compile.js" </dev/null >/dev/null 2>&1 || :
}

starts() {
  case $("$1/bin/superset" --version </dev/null 2>/dev/null) in
  "superset/$version "*) return 0 ;;
  *) return 1 ;;
  esac
}

# rename <from> <to>: in one step, over a link as well, which `mv` cannot everywhere. The Node is the one just verified.
rename() {
  NODE_OPTIONS='' "$node" -e 'fs.renameSync(process.argv[1], process.argv[2])' "$1" "$2" 2>"$draft/why" && return
  cat "$draft/why" >&2
  fail 74 "$2 could not be written: see above."
}

switch() {
  node=$root/versions/$folder/bin/node
  ln -s "versions/$folder" "$draft/current" || fail 74 "Links cannot be made below $root."
  rename "$draft/current" "$root/current"
  # What was asked for by name is followed by `superset update`, too.
  if [ -n "$follow" ]; then
    printf '%s\n' "$channel" >"$draft/channel" && rename "$draft/channel" "$root/channel"
  fi
  if [ -n "${serial:-}" ]; then
    mkdir -p "$root/serials" && printf '%s\n' "$serial" >"$draft/serial" && rename "$draft/serial" "$root/serials/$channel"
  fi
  mkdir -p "$bin" || fail 74 "$bin cannot be made."
  quoted=$(printf '%s' "$root" | sed "s/'/'\\\\''/g")
  printf '#!/bin/sh\nexec '\''%s/current/bin/superset'\'' "$@"\n' "$quoted" >"$draft/superset.sh"
  chmod 755 "$draft/superset.sh"
  mv -f "$draft/superset.sh" "$bin/superset" || fail 74 "$bin/superset cannot be written."
}

# What killed installers have left. Their name ends with their process.
sweep() {
  for left in "$root"/versions/.install-*; do
    [ -d "$left" ] || continue
    kill -0 "${left##*-}" 2>/dev/null || rm -rf "$left"
  done
}

demand_free_place() {
  [ -z "$force" ] || return 0
  [ -e "$bin/superset" ] || [ -h "$bin/superset" ] || return 0
  grep -q "^exec '.*/current/bin/superset' " "$bin/superset" 2>/dev/null ||
    fail 78 "$bin/superset is there, and not of this installer. Remove it, choose another --bin, or say --force."
}

main() {
  channel=stable version='' root='' bin='' host=$default_host force='' follow=''
  while [ $# -gt 0 ]; do
    case $1 in
    --channel | --version | --root | --bin | --host)
      [ $# -ge 2 ] && [ -n "$2" ] || { usage >&2; fail 2 "$1 needs a value."; }
      case $1 in
      --channel) channel=$2 follow=1 ;;
      --version) version=${2#v} ;;
      --root) root=$2 ;;
      --bin) bin=$2 ;;
      --host) host=${2%/} ;;
      esac
      shift 2
      ;;
    --force) force=1 && shift ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && fail 2 "There is no $1." ;;
    esac
  done
  case $channel$version in *[!0-9A-Za-z.+-]*) fail 2 'A channel or version holds letters, digits, dots, plus and minus only.' ;; esac
  if [ -z "$root" ]; then
    data=${XDG_DATA_HOME:-${HOME:+$HOME/.local/share}}
    [ -n "$data" ] || fail 78 'HOME is not set: say where to install, with --root and --bin.'
    root=$data/superset-cli
  fi
  [ -n "$bin" ] || bin=${HOME:+$HOME/.local/bin}
  case $root in /*) ;; *) fail 78 "--root is an absolute path: $root" ;; esac
  case $bin in /*) ;; *) fail 78 "Say where the command goes, with --bin and an absolute path." ;; esac

  umask 022
  platform_of_this_machine
  demand_free_place
  mkdir -p "$root/versions" || fail 74 "$root cannot be written. Choose another --root."
  sweep
  draft=$root/versions/.install-$$
  mkdir "$draft" || fail 74 "$root/versions cannot be written. Choose another --root."
  trap clean EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  choose_verifier
  read_release
  folder=$version
  if [ -z "$force" ] && starts "$root/versions/$folder"; then
    say "superset $version is here already"
  else
    bring
    # What is there stays as it is, since something may run from it; `superset update` sweeps it.
    turn=0
    while [ -e "$root/versions/$folder" ]; do
      turn=$((turn + 1))
      folder=$version+$turn
    done
    node=$draft/superset/bin/node
    rename "$draft/superset" "$root/versions/$folder"
  fi
  switch
  say "superset $version is installed: $bin/superset"
  case ":${PATH:-}:" in
  *":$bin:"*) ;;
  *) say "Your PATH does not name $bin yet. Add this line to your shell's start file (such as ~/.profile):" \
    "  export PATH=\"$bin:\$PATH\"" ;;
  esac
}

main "$@"
exit
}
