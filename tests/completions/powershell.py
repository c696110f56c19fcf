"""Prints what is no PowerShell in the files that are named, and fails if anything is."""

import sys
from pathlib import Path

import tree_sitter_powershell
from tree_sitter import Language, Parser

parser = Parser(Language(tree_sitter_powershell.language()))


def wrong(node):
    if node.is_error or node.is_missing:
        yield node
    for child in node.children:
        yield from wrong(child)


found = False
for name in sys.argv[1:]:
    tree = parser.parse(Path(name).read_bytes())
    for node in wrong(tree.root_node):
        line, column = node.start_point
        print(f"{name}:{line + 1}:{column + 1}: {node.type}")
        found = True
sys.exit(found)
