# What can be told without running the code.

formatted() {
	local files
	files=$(gofmt -l .)
	[[ -z $files ]] || die "not formatted; run gofmt -w on:" $files
}

# readme_commands checks that README names the commands that this run tries, and no go command that it does not know.
readme_commands() {
	local command module
	module=$(go list -m)
	for command in 'go test ./...' 'go run ./examples/quickstart' 'go run ./examples/crm'; do
		grep -qF -- "$command" README.md || die "README.md does not say: $command"
	done
	commands README.md | while IFS= read -r command; do
		echo "$command"
		case $command in
		'go test ./...' | "go get $module" | "go get $module@latest") ;;
		'go run ./examples/'*) [[ -d ${command#go run } ]] || die "README.md: $command: no such folder" ;;
		'go run ./internal/guards') ;; # its tests run here; the whole run takes ten minutes more
		"go run $module/examples/"*@latest)
			command=${command#"go run $module/"}
			[[ -d ${command%@latest} ]] || die "README.md: ${command%@latest}: no such folder"
			;;
		*) die "README.md tells to run \"$command\", which .ci/run does not try" ;;
		esac
	done
}

# commands prints the go commands in a Markdown file: in running text, in indented lines and in blocks of shell lines.
commands() { # file
	awk '/^```/ { fenced = !fenced; shell = /^```(sh|bash|shell|console)/; next } !fenced || shell' "$1" |
		sed -nE 's/^(    |\$ )?(go [a-z]+ [^#]*[^# ]).*/`\2`/; s/`(go [a-z]+ [^`]+)`/\n\1\n/gp' |
		grep -E '^go ' || true
}
