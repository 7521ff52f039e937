# Print C without comments, strings and characters; lines keep their numbers.
# Each is prefixed with FILE:LINE: so that a match names its place.
#	awk -f strip.awk FILE…
FNR == 1 { comment = 0 }
{
	line = $0
	out = ""
	# the name in an include is no string
	if (!comment && line ~ /^[ \t]*#[ \t]*include/) {
		print FILENAME ":" FNR ":" line
		next
	}
	while (line != "") {
		if (comment) {
			end = index(line, "*/")
			if (!end)
				break
			line = substr(line, end + 2)
			comment = 0
		} else if (match(line, /\/\*|\/\/|["']/)) {
			out = out substr(line, 1, RSTART - 1)
			mark = substr(line, RSTART, RLENGTH)
			line = substr(line, RSTART + RLENGTH)
			if (mark == "//")
				break
			if (mark == "/*") {
				comment = 1
				out = out " "
				continue
			}
			while (line != "" && substr(line, 1, 1) != mark)
				line = substr(line, \
				    substr(line, 1, 1) == "\\" ? 3 : 2)
			line = substr(line, 2)
			out = out mark mark
		} else {
			out = out line
			break
		}
	}
	print FILENAME ":" FNR ":" out
}
