#!/bin/sh
# slurm-nodes.sh up|kill|down FOLDER [NODE]: a controller and two nodes of Slurm on this machine, as root, without
# containers, cgroups or accounting. `kill` kills a node's daemon with all its tasks and starts the daemon again.
set -eu
verb=$1
work=$2
export SLURM_CONF="$work/slurm.conf"
case $verb in
  up)
    host=$(hostname -s)
    mkdir -p "$work/state"
    cat > "$SLURM_CONF" <<CONF
ClusterName=tailrace
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmUser=root
AuthType=auth/munge
AuthInfo=cred_expire=10
StateSaveLocation=$work/state
SlurmctldPidFile=$work/slurmctld.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdSpoolDir=$work/spool.%n
SlurmdPidFile=$work/slurmd.%n.pid
SlurmdLogFile=$work/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0
SlurmdParameters=config_overrides
SlurmdTimeout=10
ReturnToService=2
JobRequeue=1
KillWait=5
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17001 CPUs=4 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17002 CPUs=4 State=UNKNOWN
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
    if ! munge -n > /dev/null 2>&1; then
      install -d -o munge -g munge -m 0755 /run/munge
      runuser -u munge -- /usr/sbin/munged
    fi
    /usr/sbin/slurmctld -f "$SLURM_CONF" -c
    for node in n1 n2; do /usr/sbin/slurmd -f "$SLURM_CONF" -N $node; done
    tries=0
    until [ "$(sinfo -h -t idle -o %D 2> /dev/null)" = 2 ]; do
      sleep 0.1
      tries=$((tries + 1))
      [ $tries -lt 300 ] || { sinfo -R >&2; tail -5 "$work"/*.log >&2; exit 1; }
    done
    ;;
  kill)
    node=$3
    kill -9 "$(cat "$work/slurmd.$node.pid")"
    for job in $(squeue -h -t R -w "$node" -o %A); do
      for step in $(pgrep -f "slurmstepd: \\[$job\\." || true); do
        kill -9 $(pgrep -P "$step" || true) "$step" 2> /dev/null || true
      done
    done
    sleep 2
    /usr/sbin/slurmd -f "$SLURM_CONF" -N "$node"
    ;;
  down)
    for daemon in slurmctld slurmd.n1 slurmd.n2; do
      [ -f "$work/$daemon.pid" ] && kill "$(cat "$work/$daemon.pid")" 2> /dev/null || true
    done
    ;;
esac
