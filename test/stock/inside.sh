#!/bin/bash
# Runs in the stock system as root; does what a new user does, as the user budi, and looks around before, meanwhile
# and after. What it finds are lines "STOCK <check> ok|FAILED <what was seen>", and "STOCK fact <name> <value>".
set -u
export LC_ALL=C.UTF-8
CLONE=/home/budi/autoscaler
POOL=/sys/fs/cgroup/idch-local
MACHINE_CPU=85 # per cent of a core, which is slow enough where it is emulated
STATE=/root/.local/state/idcloudhost-autoscaler/local-cloud

fact() { echo "STOCK fact $*"; }
check() { # name, what was seen, then a test
  local name=$1 seen=$2
  shift 2
  if "$@"; then echo "STOCK $name ok $seen"; else echo "STOCK $name FAILED $seen"; fi
}
as_user() { sudo --user=budi --login bash -c "cd $CLONE && $1"; }

# Everything of the host that must be the same afterwards.
snapshot() {
  systemctl list-units --type=service --state=running --no-legend --plain | awk '{print "service", $1}' |
    grep -v -e stock.service -e user@ -e user-runtime -e systemd-hostnamed -e systemd-timedated
  nft list ruleset
  ip -brief link | awk '{print "link", $1}'
  ip netns list
  grep -e idch -e lxcfs -e overlay /proc/mounts
  find /sys/fs/cgroup -maxdepth 2 -name 'idch*'
  pgrep --list-full --full 'nspawn|local-cloud|mirror-main|pulumi' | sed 's/^[0-9]* /process /'
}

# Looks at the machines while npm start has them: waits until all three have their limits.
look_at_machines() {
  local seed="" machine leader memory
  for _ in $(seq 1 1200); do
    sleep 3
    set -- "$POOL"/*-*-*/
    [ -d "$1" ] || continue
    [ $# -ge 3 ] || continue
    for machine in "$@"; do
      grep -q "^100000 " "$machine/cpu.max" 2>/dev/null && continue 2
      grep -q "^max" "$machine/cpu.max" 2>/dev/null && continue 2
    done
    break
  done
  local machine_count=0
  for machine in "$POOL"/*-*-*/; do
    machine_count=$((machine_count + 1))
    check "cpu.max" "$(cat "$machine/cpu.max")" grep -q "^$((MACHINE_CPU * 1000)) 100000$" "$machine/cpu.max"
    check "memory.max" "$(cat "$machine/memory.max")" grep -q "^2147483648$" "$machine/memory.max"
    leader=$(cat /proc/[0-9]*/status 2>/dev/null | awk -v machine="$machine" '
      /^Pid:/ {pid = $2} /^NSpid:/ && NF == 3 && $3 == 1 {print pid}' | while read -r pid; do
        grep -q "$(basename "$machine")" "/proc/$pid/cgroup" 2>/dev/null && echo "$pid" && break; done)
    [ -n "$leader" ] || { check "machine's first process" "none in $machine" false; continue; }
    memory=$(nsenter -t "$leader" -m -p -r awk '/^MemTotal/ {print $2}' /proc/meminfo)
    check "lxcfs memory" "$memory kB" test "$memory" = 2097152
    check "lxcfs cpus" "$(nsenter -t "$leader" -m -p -r grep -c ^processor /proc/cpuinfo)" \
      test "$(nsenter -t "$leader" -m -p -r grep -c ^processor /proc/cpuinfo)" = 1
    grep -q '"hostName":"[^"]*seed' "$STATE/machines/$(basename "$machine")/machine.json" &&
      seed=$(nsenter -t "$leader" -n -r -m ip -4 -brief address show host0 | grep -o '10\.77\.[0-9.]*' | head -1)
  done
  look_at_exporter "$seed"
  check "machines" "$machine_count" test "$machine_count" = 3
}

# All modes together must grow by the machine's share of a core, so that 1 - idle/all is its utilisation. The time is
# the exporter's own: here a scrape takes seconds, and not each as many, so that the clock outside tells too little.
look_at_exporter() {
  local address=$1 growth share
  scrape() { # into a file; the exporter may not be there yet
    for _ in $(seq 1 240); do
      nsenter --net=/run/netns/idch-local curl -s --noproxy '*' --max-time 20 "http://$address:9100/metrics" >"$1" &&
        grep -q ^node_memory_MemTotal_bytes "$1" && return
      sleep 5
    done
  }
  scrape /tmp/metrics
  check "node_exporter memory" "$address $(grep ^node_memory_MemTotal_bytes /tmp/metrics)" \
    grep -q '^node_memory_MemTotal_bytes 2.147483648e+09$' /tmp/metrics
  sleep 45
  scrape /tmp/metrics-later
  growth=$(awk '
    {sign = FILENAME == "/tmp/metrics" ? -1 : 1}
    /^node_time_seconds / {seconds += sign * $2}
    /^node_cpu_seconds_total/ {all += sign * $2}
    /^node_cpu_seconds_total.*mode="idle"/ {idle += sign * $2}
    END {printf "%.0f %.1f %.1f %.1f\n", (seconds > 0 ? 100 * all / seconds : 0), all, idle, seconds}
  ' /tmp/metrics /tmp/metrics-later)
  share=${growth%% *}
  check "node_exporter cpu" "$address: per cent of a core, all modes, idle, seconds: $growth" \
    test "$share" -ge $((MACHINE_CPU - 8)) -a "$share" -le $((MACHINE_CPU + 8))
}

seconds() { echo $(($(date +%s) - $1)); }

tell_facts() {
  fact system "$(. /etc/os-release && echo "$PRETTY_NAME")"
  fact kernel "$(uname -r)"
  fact cgroups "$(test -e /sys/fs/cgroup/cgroup.controllers && echo v2 || echo v1)"
  fact cores "$(nproc)"
  fact node "$(node --version)"
  fact systemd "$(systemctl --version | head -1)"
  fact virtualisation "$(systemd-detect-virt)"
  check "no overlay module loaded" "before the first command" sh -c '! grep -qw overlay /proc/filesystems'
  check "no network card" "$(ls /sys/class/net | tr '\n' ' ')" test "$(ls /sys/class/net)" = lo
}

npm_start() {
  as_user "sudo AUTOSCALER_PATIENCE=4 env \"PATH=\$PATH\" npm start -- --no-ramp --machine-cpu $MACHINE_CPU </dev/null" 2>&1
}

local_cloud() { as_user "sudo AUTOSCALER_PATIENCE=4 env \"PATH=\$PATH\" npm run --silent local-cloud -- $1 </dev/null" 2>&1; }

nothing_left() { # by what
  snapshot >/root/after
  check "nothing left by $1" "$(diff /root/before /root/after | tr '\n' '|')" cmp -s /root/before /root/after
}

try_npm_start() {
  local begin looking code
  begin=$(date +%s)
  look_at_machines 2>&1 &
  looking=$!
  npm_start | tee /root/start.log
  code=${PIPESTATUS[0]}
  kill $looking 2>/dev/null && check "a look at the machines" "it had no time" false
  check "npm start" "exit $code after $(seconds "$begin") s" test "$code" = 0
  check "0 left" "$(grep -h '0 left' /root/start.log)" grep -q '0 left' /root/start.log
  nothing_left "npm start"
  check "the checkout belongs to the user" "$(find $CLONE ! -user budi | head -3 | tr '\n' ' ')" \
    test -z "$(find $CLONE ! -user budi -print -quit)"
}

try_local_cloud() {
  local begin code
  begin=$(date +%s)
  local_cloud up
  code=$?
  check "local-cloud up" "exit $code after $(seconds "$begin") s" test "$code" = 0
  local_cloud status | tee /root/status
  check "local-cloud status" "$(head -1 /root/status)" grep -q 'idch-local is up' /root/status
  check "API from the host" "port 8080" curl -s -o /dev/null --max-time 20 http://127.0.0.1:8080/_local
  local_cloud down
  code=$?
  check "local-cloud down" "exit $code" test "$code" = 0
  nothing_left "local-cloud"
  check "no disk left" "$(ls $STATE | tr '\n' ' ')" test ! -e $STATE/machines
}

echo
tell_facts
case $(grep -o 'stock=[a-z-]*' /proc/cmdline) in
  stock=cut-power) # the plug is pulled in the middle
    snapshot >/root/before
    sync
    npm_start # on the console itself: a terminal that tells no size
    exit 1
    ;;
  stock=after-power-cut)
    check "a state of the run before" "$(ls $STATE | tr '\n' ' ')" test -e $STATE/instance.json -a -d $STATE/machines
    ;;
  *)
    snapshot >/root/before
    ;;
esac
try_npm_start
try_local_cloud
check "host lxcfs" "$(systemctl is-active lxcfs)" systemctl --quiet is-active lxcfs
check "no failed unit" "$(systemctl list-units --failed --no-legend --plain | tr '\n' ' ')" \
  test -z "$(systemctl list-units --failed --no-legend --plain)"
echo "STOCK done"
