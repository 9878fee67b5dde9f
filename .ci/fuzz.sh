# Each fuzz target of one module for a while. "ok" alone does not show that anything was fuzzed: the lines that go test
# prints while it fuzzes do, once they count executions. Inputs found in earlier runs stay aside, since replaying them
# would take ever more of the time; those in testdata/fuzz are replayed.

fuzzed() {
	local pkg target log=$work/fuzz.log
	targets | while read -r pkg target; do
		echo "$pkg $target"
		go test -run='^$' -fuzz="^$target\$" -fuzztime="$fuzztime" "$pkg" \
			-args -test.fuzzcachedir="$work/fuzz/$pkg" </dev/null >"$log" 2>&1 || out_of_time ||
			{ cat "$log" && die "$target found something"; }
		grep -E 'fuzz: elapsed: .*execs: [1-9]' "$log" | tail -n 1 || die "$target did not fuzz"
	done
}

# out_of_time reports whether fuzzing failed for nothing but the end of its time, which Go before 1.27 may take for a
# failure on a busy machine (golang/go#75804). What is found is always written down.
out_of_time() {
	grep -qx '    context deadline exceeded' "$log" && ! grep -qE 'Failing input written|panic:|_test\.go:[0-9]+' "$log"
}

# targets prints a package and the name of a fuzz target on each line. go test -list prints a package's names first,
# then the package.
targets() {
	go test -list '^Fuzz' ./... >"$work/targets" ||
		{ cat "$work/targets" >&2 && die 'cannot list fuzz targets'; }
	awk '/^Fuzz/ { names[++n] = $1 } /^ok/ { for (i = 1; i <= n; i++) print $2, names[i]; n = 0 }' "$work/targets"
}
