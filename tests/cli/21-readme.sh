# SPDX-License-Identifier: Apache-2.0
# Goal: README.md is true: its commands run as written, from top to bottom, and the demo prints what README shows of it.
. tests/cli/prelude.sh

# The code blocks, a file each: runs of indented lines, between "## Use it" and the next heading, and before it.
blocks() { # prefix of the files, script of sed that selects a part of README.md
    sed -n "$2" README.md | awk -v prefix="$1" '
        /^    / { if (!open) { open = 1; file = sprintf("%s.%02d", prefix, ++n) } print substr($0, 5) > file; next }
        /^$/ { if (open) print > file; next }
        { if (open) close(file); open = 0 }'
}
blocks "$dir/try" '/^## Try it/,/^## Use it/p'
blocks "$dir/use" '/^## Use it/,/^## What/p'
holds "README begins with make demo" grep -qx "make demo" "$dir/try.01"
holds "and ends its first part with make test" grep -qx "make test" "$dir/try.03"
for goal in demo test install; do
    holds "make knows the goal $goal" grep -q "^$goal:" Makefile
done

# ---- make demo ----

# Of test code it builds only the program that makes the people up: the machine may lack cmocka.
for goal in demo test; do
    make -n BUILD="$dir/not-built" $goal > "$dir/steps.$goal" 2> /dev/null
done
holds "make test builds tests/support" grep -q tests/support "$dir/steps.test"
holds "make demo makes people" grep -q tests/tools/people "$dir/steps.demo"
fails "and does not build tests/support" grep -q tests/support "$dir/steps.demo"

check "the demo" 0 sh tests/demo.sh
cp "$out" "$dir/demo"
grep -vE '^( *\.\.\.|)$' "$dir/try.02" > "$dir/shown"
holds "README shows a good part of it" test "$(wc -l < "$dir/shown")" -gt 20
grep -vxF -f "$dir/demo" "$dir/shown" > "$dir/untrue"
holds "each line that README shows is printed" test ! -s "$dir/untrue"
show "$dir/untrue"

# ---- Use it ----

# What is typed at a prompt: where standard input is not redirected, elig-lookup is given an identifier of the list.
scratch=$dir/scratch terminal=$dir/terminal
mkdir "$scratch" "$dir/bin"
: > "$terminal"
for kind in email phone person; do
    "$people" --rows 1 --identifiers $kind > "$dir/typed.$kind"
done
cat > "$dir/bin/elig-lookup" << END
#!/bin/sh
for last; do :; done
[ /dev/stdin -ef "$terminal" ] && [ -e "$dir/typed.\$last" ] && exec < "$dir/typed.\$last"
exec "$lookup" "\$@"
END
chmod 755 "$dir/bin/elig-lookup"
PATH=$dir/bin:$BUILD:$BUILD/tests/tools:$PATH
export PATH
cat "$dir"/use.* > "$dir/commands"
holds "README has commands" test "$(grep -cE '^ *(elig-|people)' "$dir/commands")" -ge 15
as_written() {
    (cd "$scratch" && sh -eux "$dir/commands" < "$terminal")
}
check "README's commands run from top to bottom" 0 as_written
grep -E '^(eligible|not listed|invalid)' "$out" | sort | uniq -c > "$dir/answers"
fails "and what is on the list is not answered otherwise" grep -vE '^ *[0-9]+ eligible' "$dir/answers"
for file in campaign.elig report.json emails.elig audit.html kiosk.elig edge.elig signed.elig; do
    holds "they make $file" test -s "$scratch/$file"
done
