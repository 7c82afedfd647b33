#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A cluster: a Slurm job array digests the parts of a list, and a job that depends on it assembles the sets. The
# cluster is this machine, with a munged, a slurmctld and a slurmd that live as long as this script. common.sh says what
# else to know.
# shellcheck source=tools/scale/common.sh
. "$(dirname "$0")/common.sh"
address=10.77.0.1

# The head of the cluster is its only node. No control groups, no accounting, no service of the machine's own.
start_cluster() {
    ip addr add $address/32 dev lo
    hostname head
    name_hosts "$address head"
    mkdir -m 755 /run/munge /run/slurm

    head -c 1024 /dev/urandom > /run/munge/key
    munged --key-file=/run/munge/key --socket=/run/munge/socket --pid-file=/run/munge/pid --log-file=/run/munge/log \
        --seed-file=/run/munge/seed

    memory=$(slurmd -C | sed -n 's/.*RealMemory=\([0-9]*\).*/\1/p')
    cat > /run/slurm/slurm.conf << EOF
ClusterName=elig
SlurmctldHost=head($address)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=/run/munge/socket
CredType=cred/munge
StateSaveLocation=/run/slurm/state
SlurmdSpoolDir=/run/slurm/spool
SlurmctldPidFile=/run/slurm/slurmctld.pid
SlurmdPidFile=/run/slurm/slurmd.pid
SlurmctldLogFile=/run/slurm/slurmctld.log
SlurmdLogFile=/run/slurm/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SchedulerParameters=batch_sched_delay=0,sched_interval=2
MailProg=/bin/true
NodeName=head NodeAddr=$address CPUs=$(nproc) RealMemory=$memory
PartitionName=all Nodes=ALL Default=YES State=UP
EOF
    chmod 644 /run/slurm/slurm.conf
    mkdir /run/slurm/state /run/slurm/spool
    export SLURM_CONF=/run/slurm/slurm.conf
    slurmctld
    slurmd
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ "$(sinfo -h -o %T 2> /dev/null)" = idle ] && return
        sleep 0.5
    done
    tail -n 20 /run/slurm/*.log >&2
    fail "the cluster does not start"
}

if [ $inside -eq 0 ]; then
    need_root
    begin slurm-wlm munge iproute2
    isolated
    exit
fi

begin_inside
start_cluster

# The node's own /srv, where its operator puts the secret.
mkdir -p srv/elig
mount --bind srv /srv
cp campaign.secret /srv/elig/campaign.secret

show sinfo
python3 "$scale/split_csv.py" --parts $parts list.csv part > /dev/null
cp "$scale/digest.sbatch" "$scale/assemble.sbatch" .
started=$(seconds)
echo '$ sbatch --parsable digest.sbatch'
array=$(sbatch --parsable digest.sbatch)
echo "$array"
echo "$ sbatch --parsable --dependency=afterok:$array --kill-on-invalid-dep=yes assemble.sbatch"
job=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes assemble.sbatch)
echo "$job"
# Not sbatch --wait, which ends with 0 for a job that was cancelled because a task it depends on failed.
while [ -n "$(squeue -h -j "$job")" ]; do
    sleep 0.5
done
since "digested in $parts tasks and assembled" "$started"
scontrol -o show job | awk '{
    line = ""
    for (i = 1; i <= NF; i++)
        if ($i ~ /^(JobId|ArrayTaskId|JobName|JobState|ExitCode)=/) line = line (line == "" ? "" : " ") $i
    print line
}' | sort
if [ ! -e campaign.elig ]; then
    cat digest-*.log assemble.log >&2 || true
    fail "a task failed"
fi
cat assemble.log
compare
