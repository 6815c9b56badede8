# Draws the rows of a table of compare.sh that have a target, as bars of phguard's time by that of what
# is beside it. The line stands where both take the same time.

BEGIN {
    FS = " *[|] *"
    LABELS = 400
    UNIT = 150
    ROW = 26
    MOST = 2
}

# A bar in a cell is no border.
{
    gsub(/\\[|]/, "\001")
    $0 = $0
}

# Of the table's columns these are the name, what is beside it, the ratio and the target.
$6 ~ /^[0-9.]+$/ && $8 != "" && !/memory in|instructions/ {
    count++
    label[count] = plain($2 " / " $4)
    ratio[count] = $6
}

function plain(text) {
    gsub(/[\\`]/, "", text)
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/\001/, "|", text)
    return text
}

END {
    height = (count + 1) * ROW + 8
    line = LABELS + UNIT
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n", \
        LABELS + MOST * UNIT + 50, height
    print "<style>text { fill: #24292f } rect { fill: #2f81f7 } path { stroke: #8c959f }"
    print "@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }</style>"
    printf "<text x=\"%d\" y=\"16\" text-anchor=\"middle\">the same time</text>\n", line
    printf "<path d=\"M%d 22V%d\" stroke-dasharray=\"3\"/>\n", line, height
    for (row = 1; row <= count; row++) {
        top = row * ROW
        width = UNIT * (ratio[row] < MOST ? ratio[row] : MOST)
        printf "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", LABELS - 8, top + 15, label[row]
        printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\"/>\n", LABELS, top + 2, width
        printf "<text x=\"%.1f\" y=\"%d\">%s</text>\n", LABELS + width + 6, top + 15, ratio[row]
    }
    print "</svg>"
}
