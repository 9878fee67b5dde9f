# The tests of one module, under the race detector. A skipped test fails the run: everything that a test may need is
# here, so a skip hides something.

tested() {
	local report=$work/report.json
	command -v gcc >/dev/null || fetch gcc libc6-dev # for the race detector
	if ! go test -race -count=1 -timeout=15m -json ./... >"$report"; then
		failures "$report" | printed | grep -vE '^ *(=== |--- PASS|PASS$)' || true
		die 'tests failed'
	fi
	printed <"$report" | grep -E $'^(ok|\\?)? *\t' # go test's closing line for each package
	if grep -E '"Action":"skip".*"Test":' "$report"; then
		die 'tests were skipped, see above'
	fi
	printf '%d tests, none skipped\n' "$(grep -cE '"Action":"pass".*"Test":' "$report")"
}

# failures keeps the events of packages that failed, and the compiler's.
failures() { # report
	grep '"Action":"build-output"' "$1" || true
	sed -nE 's/.*"Action":"fail","Package":"([^"]+)".*/\1/p' "$1" | sort -u | while read -r package; do
		grep -F "\"Package\":\"$package\"" "$1"
	done
}

# printed turns the events of go test -json into the text that go test would have printed.
printed() {
	printf '%b' "$(sed -nE 's/.*"Output":"(([^"\\]|\\.)*)".*/\1/; T; s/\\\\/\\x5c/g; s/\\"/"/g; p' | tr -d '\n')"
}
