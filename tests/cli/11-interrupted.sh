# SPDX-License-Identifier: Apache-2.0
# Goal: a build that is killed, stopped or runs out of disk leaves the old index as it was and no other file: none under
# the final name, none in its folder, none in the folder for temporary files. SLOW=1: more moments, more rows.
. tests/cli/prelude.sh

moments=24 rows=40000
[ "$SLOW" = 1 ] && moments=40 rows=300000
secret=$dir/secret list=$dir/list.csv
fixed_secret "$secret"
mkdir "$dir/target"
index=$dir/target/index
kinds="--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text/compact+birth:date"
"$people" --rows $rows --seed 11 --plain > "$list"
"$people" --rows 100 --seed 11 --plain > "$dir/old.csv"

compile() { # options and inputs
    # shellcheck disable=SC2086  # words are wanted
    exec "$build" compile --quiet --secret "$secret" --salt $fixed_salt $kinds --threads 1 -o "$index" "$@"
}
in_child() {
    (compile "$@")
}
check "an old index" 0 in_child "$dir/old.csv"
cp "$index" "$dir/old.index"
now() { date +%s%N; }
began=$(now)
check "the new index, undisturbed" 0 in_child --memory 64MiB --report "$dir/report" "$list"
took=$((($(now) - began) / 1000))
cp "$index" "$dir/new.index"
fails "is another one" cmp -s "$dir/old.index" "$dir/new.index"
cp -f "$dir/old.index" "$index"

# ---- Signals at any moment ----

old=0 new=0 torn=0 left=0 left_by= whole=0
for signal in KILL TERM INT; do
    moment=0
    while [ $moment -lt $moments ]; do
        moment=$((moment + 1))
        micro=$((took * moment / moments))
        # In the background SIGINT is ignored, unless a shell is told otherwise: env(1) sets it back.
        # shellcheck disable=SC2086
        env --default-signal=INT "$build" compile --quiet --secret "$secret" --salt $fixed_salt $kinds --threads 1 \
            --memory 64MiB -o "$index" "$list" > "$out" 2> "$err" &
        pid=$!
        sleep "$((micro / 1000000)).$(printf %06d $((micro % 1000000)))"
        kill -$signal $pid 2> "$dir/killed"
        wait $pid 2> "$dir/killed"
        if cmp -s "$index" "$dir/old.index"; then
            old=$((old + 1))
        elif cmp -s "$index" "$dir/new.index"; then
            new=$((new + 1))
            cp -f "$dir/old.index" "$index"
        else
            torn=$((torn + 1))
        fi
        for file in "$dir/target"/.* "$TMPDIR"/* "$TMPDIR"/.*; do
            [ -f "$file" ] || continue
            # Between getting a name and taking the index's, a whole index has a name of its own. Nothing can be
            # done against SIGKILL at that very moment.
            if [ $signal = KILL ] && cmp -s "$file" "$dir/new.index"; then
                whole=$((whole + 1))
            else
                left=$((left + 1)) left_by="$left_by SIG$signal"
            fi
            rm -f "$file"
        done
    done
done
holds "killed $old times before the end and $new times after it, no index is torn" test $torn -eq 0
holds "some were killed before the end" test $old -gt $moments
holds "none left anything beside it${left_by:+:$left_by}" test $left -eq 0
holds "SIGKILL at the last moment left a whole index under another name, once at most ($whole)" test $whole -le 1

# ---- A signal in each phase, for certain ----

# While it reads: from a pipe that goes on. What was spilled by then has no name.
mkfifo "$dir/rows"
for signal in KILL TERM INT; do
    # shellcheck disable=SC2086
    env --default-signal=INT "$build" compile --quiet --secret "$secret" $kinds -o "$index" "$dir/rows" 2> "$err" &
    pid=$!
    exec 3> "$dir/rows"
    cat "$dir/old.csv" >&3
    sleep 0.1
    holds "SIG$signal while reading: the target's folder holds the old index alone" test "$(ls -A "$dir/target")" = index
    holds "SIG$signal while reading: the folder for temporary files is empty" test -z "$(ls -A "$TMPDIR")"
    kill -$signal $pid
    wait $pid 2> "$dir/killed"
    code=$?
    exec 3>&-
    holds "SIG$signal while reading: it ends by it ($code)" test $code -ge 128
    same "SIG$signal while reading: the old index is as it was" "$index" "$dir/old.index"
    holds "SIG$signal while reading: nothing is beside it" test "$(ls -A "$dir/target")" = index
done

# While it spills, merges, solves and verifies: as soon as the list has been read.
phases=$((rows > 100000 ? 12 : 6))
step=0
"$people" --rows 300000 --seed 11 --plain > "$dir/long.csv"
seen=
while [ $step -lt $phases ]; do
    step=$((step + 1))
    (compile --memory 64MiB --absent "$dir/old.outsiders" "$dir/rows") 2> "$err" &
    pid=$!
    [ -e "$dir/old.outsiders" ] || "$people" --rows 100 --seed 11 --outsiders > "$dir/old.outsiders"
    cat "$dir/long.csv" > "$dir/rows"
    sleep "0.$step"
    spilled=$(ls -l /proc/$pid/fd 2> "$dir/killed" | grep -c deleted)
    kill -KILL $pid 2> "$dir/killed"
    wait $pid 2> "$dir/killed"
    if cmp -s "$index" "$dir/old.index"; then
        seen="$seen $spilled"
    else
        cp -f "$dir/old.index" "$index"
    fi
    holds "killed $step tenths of a second after reading: nothing is left" \
        test "$(ls -A "$dir/target")" = index -a -z "$(ls -A "$TMPDIR")"
done
# The programs do not let their own user look at their descriptors.
if is_root; then
    holds "some of these had an index in the making, and what they spilled, without a name ($seen )" \
        sh -c 'case "$1" in *[2-9]*) exit 0 ;; *) exit 1 ;; esac' sh "$seen"
fi

# ---- A spill file whose content changes ----

# Through a pipe that stays open, so that the byte is changed between writing and reading. Only root may open another
# process's files here.
if is_root; then
    (compile --memory 64MiB --absent "$dir/old.outsiders" "$dir/rows") 2> "$err" &
    pid=$!
    exec 3> "$dir/rows"
    cat "$dir/long.csv" >&3
    waited=0 spilled=
    while [ -z "$spilled" ] && [ $waited -lt 100 ]; do
        waited=$((waited + 1))
        sleep 0.1
        for file in /proc/$pid/fd/*; do
            case $(readlink "$file") in
            "$TMPDIR"*) [ "$(stat -L -c %s "$file")" -gt 65536 ] && spilled=$file ;;
            esac
        done
    done
    holds "a build that still reads has a spill file" test -n "$spilled"
    change_byte "$spilled" 1000
    exec 3>&-
    wait $pid
    code=$?
    holds "a changed byte in a spill file: ends with 5 ($code)" test $code -eq 5
    says "a changed byte in a spill file: the reason" \
        "read a temporary file in $TMPDIR: its content changed after it was written: check the disk and the memory"
    holds "a changed byte in a spill file: one message" test "$(grep -c '^elig-build: ' "$err")" -eq 1
    same "a changed byte in a spill file: the old index is as it was" "$index" "$dir/old.index"
    holds "a changed byte in a spill file: nothing is beside it" test "$(ls -A "$dir/target")" = index
else
    passed "a changed byte in a spill file (left out: only root can reach it)"
fi
rm -f "$dir/rows"

# ---- No room ----

full() { # name, which file is told of, command...
    full_name=$1 file=$2
    shift 2
    check "$full_name: ends with 5" 5 "$@"
    says "$full_name: the file is named" "$file"
    holds "$full_name: one message" test "$(grep -c '^elig-build: ' "$err")" -eq 1
}
unharmed() { # name
    same "$1: the old index is as it was" "$index" "$dir/old.index"
    holds "$1: nothing is beside it" test "$(ls -A "$dir/target")" = index
    holds "$1: nothing is left in the folder for temporary files" test -z "$(ls -A "$TMPDIR")"
}
small() { # blocks of 512 bytes for any file that is written, command...
    (ulimit -f "$1" && shift && "$@")
}
full "a limit on file size" "$index" small 128 in_child "$list"
unharmed "a limit on file size"
full "a limit on file size, while spilling" "$TMPDIR" small 128 in_child --memory 64MiB --absent "$dir/old.outsiders" \
    "$dir/long.csv"
unharmed "a limit on file size, while spilling"

disk=$dir/disk
mkdir "$disk"
if is_root && mount -t tmpfs -o size=256k none "$disk" 2> "$dir/mount"; then
    trap 'umount "$disk"; finish' EXIT
    on_disk=$index index=$disk/index
    check "an old index on a small disk" 0 in_child "$dir/old.csv"
    check "a new one that does not fit: ends with 5" 5 in_child "$list"
    says "a new one that does not fit: the reason, before work starts" "are needed there in all, and"
    says "a new one that does not fit: the file" "$disk/index"
    same "a new one that does not fit: the old one is as it was" "$disk/index" "$dir/old.index"
    holds "a new one that does not fit: nothing is beside it" test "$(ls -A "$disk")" = index
    piped() { cat "$list" | in_child; }
    check "a new one of unknown size that does not fit: ends with 5" 5 piped
    says "a new one of unknown size that does not fit: the reason" "$disk/index: No space left on device"
    same "a new one of unknown size that does not fit: the old one is as it was" "$disk/index" "$dir/old.index"
    holds "a new one of unknown size that does not fit: nothing is beside it" test "$(ls -A "$disk")" = index
    index=$on_disk

    check "no room to spill: ends with 5" 5 in_child --memory 64MiB --absent "$dir/old.outsiders" --tmpdir "$disk" "$dir/long.csv"
    says "no room to spill: the reason, before work starts" "temporary files to $disk: about"
    unharmed "no room to spill"
    holds "no room to spill: nothing is left there" test "$(ls -A "$disk")" = index
    piped() { cat "$dir/long.csv" | in_child --memory 64MiB --absent "$dir/old.outsiders" --tmpdir "$disk"; }
    check "no room to spill what comes through a pipe: ends with 5" 5 piped
    says "no room to spill what comes through a pipe: the reason" "$disk: No space left on device"
    unharmed "no room to spill what comes through a pipe"
    holds "no room to spill what comes through a pipe: nothing is left there" test "$(ls -A "$disk")" = index

    head -c 1000000 /dev/zero > "$disk/filler" 2> "$dir/mount"
    check "no room for the report: ends with 5" 5 in_child --report "$disk/report" "$dir/old.csv"
    says "no room for the report: the reason" "$disk/report: No space left on device"
    holds "no room for the report: nothing is left there" test "$(ls -A "$disk" | tr '\n' ' ')" = "filler index "
    holds "no room for the report: the index is there all the same" cmp -s "$index" "$dir/old.index"

    check "no room for a secret: ends with 5" 5 "$build" keygen secret "$disk/secret"
    absent "no room for a secret: nothing is left there" "$disk/secret"
    umount "$disk"
    trap finish EXIT
else
    passed "a full disk (left out: nothing can be mounted here)"
fi

# ---- Nowhere to write ----

old=$(ls -l "$index")
missing() { # name, command...
    missing_name=$1
    shift
    check "$missing_name: ends with 5" 5 "$@"
    holds "$missing_name: the index is untouched" test "$(ls -l "$index")" = "$old"
}
missing "no folder for the report" in_child --report "$dir/none/report" "$dir/old.csv"
says "no folder for the report: named" "$dir/none/report: No such file"
missing "no folder for temporary files" in_child --memory 64MiB --absent "$dir/old.outsiders" --tmpdir "$dir/none" "$dir/long.csv"
says "no folder for temporary files: named" "$dir/none: No such file"
on_disk=$index index=$dir/none/index
check "no folder for the index: ends with 5" 5 in_child "$dir/old.csv"
says "no folder for the index: named" "$dir/none/index: No such file"
index=$dir/target
check "a folder in place of the index: ends with 5" 5 in_child "$dir/old.csv"
says "a folder in place of the index: named" "$dir/target: Is a directory"
index=$dir/target/
check "a folder's name in place of the index: ends with 5" 5 in_child "$dir/old.csv"
index=/dev/null
check "a device in place of the index: ends with 5" 5 in_child "$dir/old.csv"
holds "the device is one still" test -c /dev/null
index=$on_disk
ln -s index "$dir/target/link"
index=$dir/target/link
check "a link is replaced, not followed" 0 in_child "$list"
same "what it led to is as it was" "$dir/target/index" "$dir/old.index"
index=$on_disk

# With standard streams closed, no file takes their place: messages must not end in an index.
closed() { in_child "$list" <&- >&- 2>&-; }
closed
same "an index made without standard streams is the same" "$index" "$dir/new.index"
loud_closed() {
    # shellcheck disable=SC2086
    "$build" compile --secret "$secret" --salt $fixed_salt $kinds -o "$index" --skip-invalid=100% "$dir/messy.csv" <&- >&- 2>&-
}
"$people" --rows 2000 --malformed 5 > "$dir/messy.csv"
loud_closed
# shellcheck disable=SC2086
check "one made with messages" 0 "$build" compile --secret "$secret" --salt $fixed_salt $kinds -o "$dir/loud" \
    --skip-invalid=100% "$dir/messy.csv"
same "is the same as one whose messages had nowhere to go" "$index" "$dir/loud"
