# Who may include whom.  The first file is src/FLOORS, the second a list of
# all files of the tree, the rest are sources; run from the top of the tree.
#
# FLOORS has two kinds of lines: "NUMBER FOLDER", and "never A B" for a folder
# that stays closed to A although it is lower.

function parent(path) {
	return sub(/\/[^\/]*$/, "", path) ? path : "."
}

# The folder of FLOORS that a file belongs to; "" when there is none.
function module_of(path, folder) {
	sub(/^src\//, "", path)
	if (path == "main.c")
		return "main"
	for (folder = parent(path); folder != "."; folder = parent(folder))
		if (folder in floor)
			return folder
	return ""
}

# Where an include leads: beside the file, then below src, ui and the top.
function resolve(from, name, path) {
	path = parent(from) "/" name
	while (sub(/[^\/]+\/\.\.\//, "", path))
		;
	if (path in exists)
		return path
	if (("src/" name) in exists)
		return "src/" name
	if (("ui/" name) in exists)
		return "ui/" name
	return name in exists ? name : ""
}

function complain(text) {
	print FILENAME ":" FNR ": " text
	bad = 1
}

ARGIND == 0 && FNR == 1 { nth++ }	# awks without ARGIND
FNR == 1 && ARGIND { nth = ARGIND }

nth == 1 {
	sub(/#.*/, "")
	if ($1 == "never")
		never[$2, $3] = 1
	else if (NF == 2)
		floor[$2] = $1 + 0
	else if (NF)
		complain("not a floor: " $0)
	next
}
nth == 2 { exists[$0] = 1; next }

FNR == 1 {
	me = module_of(FILENAME)
	if (me == "")
		complain("its folder has no floor in src/FLOORS")
}
me != "" && match($0, /^[ \t]*#[ \t]*include[ \t]*"[^"]+"/) {
	name = substr($0, RSTART, RLENGTH)
	sub(/^[^"]*"/, "", name)
	sub(/"$/, "", name)
	path = resolve(FILENAME, name)
	if (path == "") {
		complain("\"" name "\" is not in the tree")
		next
	}
	it = module_of(path)
	if (it == me)
		next
	if (it == "")
		complain("\"" name "\" belongs to no floor")
	else if ((me, it) in never)
		complain(me " never includes " it " (\"" name "\")")
	else if (floor[it] >= floor[me])
		complain(me " (floor " floor[me] ") includes " it \
		    " (floor " floor[it] "): \"" name "\"")
}

END { exit bad }
