#!/bin/sh
# Starts superset with the Node beside it. Needs no other program, no HOME and no PATH, and keeps the caller's folder.
file=$0
case $file in */*) ;; *) file=./$file ;; esac
while [ -h "$file" ]; do
  for readlink in /usr/bin/readlink /bin/readlink readlink; do
    target=$("$readlink" "$file" 2>/dev/null) && break
    target=
  done
  case $target in
  '') echo "superset: cannot follow the link $file: start the file that it leads to." >&2; exit 78 ;;
  /*) file=$target ;;
  *) file=${file%/*}/$target ;;
  esac
done
bin=$(CDPATH='' cd -P -- "${file%/*}/" && pwd -P && echo .) || exit 78
bin=${bin%??}
exec "$bin/node" "${bin%/*}/app/bin/run.js" "$@"
