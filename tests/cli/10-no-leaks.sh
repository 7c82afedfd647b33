# SPDX-License-Identifier: Apache-2.0
# Goal: no one on the list can be found in what elig leaves behind: not in the index, the report, the messages,
# the temporary folder, a core file or the list of processes.
. tests/cli/prelude.sh

rows=3000
[ "$SLOW" = 1 ] && rows=20000
secret=$dir/secret index=$dir/made/index report=$dir/made/report list=$dir/list.csv
fixed_secret "$secret"
mkdir "$dir/made"
kinds="--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text/compact+birth:date"
compile() {
    # shellcheck disable=SC2086  # words are wanted
    "$build" compile --secret "$secret" --salt $fixed_salt $kinds -o "$index" --report "$report" "$@"
}
"$people" --rows $rows --seed 10 --malformed 2 --duplicates 3 --empty 5 --labels > "$list"
"$people" --rows 300 --seed 10 --outsiders --malformed 2 > "$dir/absent.csv"

# ---- In files and messages ----

check "the list compiles" 0 compile --skip-invalid=100% --label status --absent "$dir/absent.csv" "$list"
cat "$out" "$err" > "$dir/made/said"
check "and is refused" 1 compile --label status "$list"
cat "$out" "$err" > "$dir/made/refused"
cp "$report" "$dir/made/report.refused"
check "and is refused for who is on both lists" 1 compile --skip-invalid=100% --absent "$list" "$list"
cat "$out" "$err" > "$dir/made/both"
cp "$report" "$dir/made/report.both"
for kind in email phone person; do
    "$people" --rows $rows --seed 10 --identifiers $kind > "$dir/questions"
    "$lookup" --secret "$secret" --batch "$index" $kind < "$dir/questions" > "$dir/made/answers.$kind" 2>&1
done
holds "there is much to search" test "$(cat "$dir"/made/* | wc -c)" -gt 30000
# First that the search finds what is there.
for form in raw reversed hex HEX base64 utf-16; do
    mkdir "$dir/planted"
    python3 tests/tools/search.py --plant $form "$list" > "$dir/planted/file"
    # shellcheck disable=SC2086
    fails "an identifier planted as $form is found" python3 tests/tools/search.py $kinds "$list" "$dir/planted"
    rm -r "$dir/planted"
done
# shellcheck disable=SC2086
holds "no identifier of the list is in index, reports, messages or answers" \
    python3 tests/tools/search.py $kinds "$list" "$dir/made" "$TMPDIR"
# shellcheck disable=SC2086
holds "none of the --absent list is either" python3 tests/tools/search.py $kinds "$dir/absent.csv" "$dir/made" "$TMPDIR"
strings -n 6 "$index" > "$dir/strings"
fails "there are no addresses, numbers or folders among its strings" \
    grep -E "example|[0-9]{8}|/tmp|/home|$root" "$dir/strings"
holds "nothing is left in the folder for temporary files" test -z "$(ls -A "$TMPDIR")"

# The other profiles, and sets, of fewer people, since a digest of one of them is dear.
mkdir "$dir/dear"
"$people" --rows 60 --malformed 10 --labels > "$dir/short.csv"
holds "the digits of a seed" "$build" keygen seed "$dir/seed"
for profile in keyed blind offline; do
    case $profile in
    offline) terms="--argon2-memory 19MiB --argon2-passes 2 --work-bits 1 --seed $dir/seed --accept-enumerable" ;;
    *) terms="--secret $secret" ;;
    esac
    # shellcheck disable=SC2086
    dear() { # command, options...
        "$build" "$@" --profile $profile $terms --salt $fixed_salt --kind email=email:email --kind phone=phone:phone/KR \
            --kind person=name:text/compact+birth:date --label status --skip-invalid=100% \
            --report "$dir/dear/$profile.$1.json" "$dir/short.csv"
    }
    check "$profile: a short list compiles" 0 dear compile --label-minimum 1 -o "$dir/dear/$profile.elig"
    cat "$out" "$err" > "$dir/dear/$profile.compiled"
    check "$profile: and is digested" 0 dear digest -o "$dir/dear/$profile.eligd"
    cat "$out" "$err" > "$dir/dear/$profile.digested"
done
# shellcheck disable=SC2086
holds "no identifier is in any of that" python3 tests/tools/search.py $kinds "$dir/short.csv" "$dir/dear" "$TMPDIR"

# ---- In messages about what is wrong ----

marker=marker4711
i=0
for row in "$marker,,," "$marker@localhost,,," "@$marker,,," "a b$marker@example.com,,," ",010-$marker,,"  ",,$marker," \
    ",,${marker}\001,1990-01-01" ",,$marker,31 Dec $marker" ",,Ada,$marker" "\"$marker\"$marker,,," "$marker,,,," "$marker" \
    "$marker\377@example.com,,," ",,,,$marker" "\"$marker"; do
    i=$((i + 1))
    # shellcheck disable=SC2059  # it is a format
    { printf 'email,phone,name,birth\nada@example.com,,,\n' && printf "$row\n"; } > "$dir/marker.csv"
    compile "$dir/marker.csv" > "$out" 2> "$err"
    code=$?
    holds "malformed row $i is refused ($code)" test $code -eq 1 -o $code -eq 5
    says "malformed row $i is named by its line" "line 3"
    fails "malformed row $i is not repeated" grep -rqi $marker "$out" "$err" "$dir/made"
done
printf '%s,phone,name,birth\n' $marker > "$dir/marker.csv"
compile "$dir/marker.csv" > "$out" 2> "$err"
fails "a first row that is no header is not repeated" grep -qi $marker "$out" "$err"

printf 'email,phone,name,birth\nada@example.com,010-1234-5678,Ada Ashdown,1990-02-03\n' > "$dir/one.csv"
check "one person compiles" 0 compile --quiet "$dir/one.csv"
for kind in email phone person; do
    for row in "$marker" "$marker@x" "$marker${tab}$marker" "$(printf '%s\377' $marker)"; do
        for way in --json --batch; do
            printf '%s\n' "$row" | "$lookup" $way --secret "$secret" "$index" $kind > "$out" 2> "$err"
            fails "an invalid $kind is not repeated $way" grep -qi $marker "$out" "$err"
        done
    done
done

# ---- In memory that outlives the process ----

# Starts elig-lookup in an empty folder, where half a question reaches it; sets pid.
mkdir "$dir/cores"
mkfifo "$dir/question"
start() {
    (cd "$dir/cores" && ulimit -c unlimited 2> "$dir/ulimit" &&
        exec "$lookup" "$@" --secret "$secret" "$index" email < "$dir/question" > "$out" 2> "$err") &
    pid=$!
    exec 3> "$dir/question"
    printf 'ada@example.com' >&3
    tries=0
    # It waits in read(2) once it is past opening the index.
    until grep -qs elig-lookup /proc/$pid/comm && grep -qs '^State:.S' /proc/$pid/status; do
        tries=$((tries + 1))
        [ $tries -gt 100 ] && break
        sleep 0.05
    done
    sleep 0.2
}
for way in --json --batch; do
    start $way
    holds "$way: it may leave no core file" grep -qE '^Max core file size +0 ' /proc/$pid/limits
    fails "$way: no identifier is in its command line" grep -qa ada /proc/$pid/cmdline
    fails "$way: nor in its environment" grep -qas ada@example /proc/$pid/environ
    if [ "$(id -u)" -eq 0 ]; then
        holds "$way: other processes of its user may not look into it" test "$(stat -c %u /proc/$pid/environ)" -eq 0
    fi
    kill -SEGV $pid
    wait $pid 2> "$dir/killed"
    code=$?
    exec 3>&-
    holds "$way: it does not outlive the signal ($code)" test $code -ne 0
    holds "$way: no core file is there" test -z "$(ls -A "$dir/cores")"
    fails "$way: nothing was said of the identifier" grep -q ada "$out" "$err"
done

# A build that is killed while it reads.
mkfifo "$dir/rows"
# shellcheck disable=SC2086
(cd "$dir/cores" && ulimit -c unlimited 2> "$dir/ulimit" && exec "$build" compile --quiet --secret "$secret" $kinds \
    -o "$dir/made/killed" "$dir/rows" > "$out" 2> "$err") &
pid=$!
exec 3> "$dir/rows"
head -n 500 "$list" >&3
sleep 0.3
holds "a build may leave no core file" grep -qE '^Max core file size +0 ' /proc/$pid/limits
kill -SEGV $pid
wait $pid 2> "$dir/killed"
exec 3>&-
holds "and leaves none" test -z "$(ls -A "$dir/cores")"
absent "nor an index" "$dir/made/killed"
holds "nor anything else" test -z "$(ls -A "$TMPDIR")"
