#!/bin/sh
# run.sh <level> <program> [argument...]: the set-up of that level, then the program on the project's Node.
# npm appends arguments to the end of a script, so only what runs both sees a --help before the set-up begins.
level=$1
program=$2
shift 2
for argument; do
  case $argument in
    -h | --help)
      help=${program%/*}/help.txt
      [ -f "$help" ] && exec cat "$help"
      level=packages # what prints the help needs no more
      ;;
  esac
done
node tools/bootstrap/main.mjs "$level" || exit
exec node_modules/.bin/node "$program" "$@"
