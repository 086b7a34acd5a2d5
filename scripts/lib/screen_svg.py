"""Makes an SVG of a terminal's screen, as `tmux capture-pane -p -e` prints it.

  screen_svg.py COLUMNS <SCREEN >SVG   the same screen gives the same bytes

Each run of cells of one look is a text of a fixed length, so that the columns stand under each other with any monospaced font.
"""

import re
import sys
import unicodedata
from xml.sax.saxutils import escape

CELL_WIDTH = 8
ROW_HEIGHT = 18
MARGIN = 12
FOREGROUND = "#d4d7dd"
BACKGROUND = "#1d1f27"
COLOURS = ["#3b3f4c", "#e46876", "#98bb6c", "#e6c384", "#7e9cd8", "#bf87d8", "#6fc3c3", "#c8ccd4",
           "#6a7080", "#ff8a94", "#b5d98a", "#ffd99a", "#9ab8ff", "#d9a7f0", "#8fe0e0", "#ffffff"]
PLAIN = {"colour": None, "bold": False, "dim": False, "reverse": False}


def restyled(style, parameters):
    style = dict(style)
    for code in [int(each or 0) for each in parameters.split(";")]:
        if code == 0:
            style = dict(PLAIN)
        elif code == 1:
            style["bold"] = True
        elif code == 2:
            style["dim"] = True
        elif code == 7:
            style["reverse"] = True
        elif code == 22:
            style["bold"] = style["dim"] = False
        elif code == 27:
            style["reverse"] = False
        elif code == 39:
            style["colour"] = None
        elif 30 <= code <= 37:
            style["colour"] = code - 30
        elif 90 <= code <= 97:
            style["colour"] = code - 90 + 8
    return style


def width(character):
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def runs(line, style):
    """Yields (column, columns, text, style), and at last the style at the end."""
    column = 0
    for control, text in re.findall(r"\x1b\[([0-9;]*)m|([^\x1b]+)", line):
        if text:
            columns = sum(map(width, text))
            yield column, columns, text, style
            column += columns
        else:
            style = restyled(style, control)
    yield column, 0, "", style


def svg(lines, columns):
    total_width = columns * CELL_WIDTH + 2 * MARGIN
    total_height = len(lines) * ROW_HEIGHT + 2 * MARGIN
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total_width} {total_height}" width="{total_width}" '
           f'height="{total_height}" font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="13">')
    yield f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>'
    style = PLAIN
    for row, line in enumerate(lines):
        y = MARGIN + row * ROW_HEIGHT
        for column, count, text, style in runs(line, style):
            colour = FOREGROUND if style["colour"] is None else COLOURS[style["colour"]]
            x = MARGIN + column * CELL_WIDTH
            if style["reverse"] and count:
                yield f'<rect x="{x}" y="{y}" width="{count * CELL_WIDTH}" height="{ROW_HEIGHT}" fill="{colour}"/>'
                colour = BACKGROUND
            if text.strip():
                look = (' font-weight="bold"' if style["bold"] else "") + (' opacity="0.65"' if style["dim"] else "")
                yield (f'<text x="{x}" y="{y + 13}" textLength="{count * CELL_WIDTH}" lengthAdjust="spacingAndGlyphs" '
                       f'xml:space="preserve" fill="{colour}"{look}>{escape(text)}</text>')
    yield "</svg>"


def main(columns):
    lines = sys.stdin.read().rstrip("\n").split("\n")
    print("\n".join(svg(lines, columns)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
