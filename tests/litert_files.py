"""What is inside LiteRT files."""

from darkroom.litert.graph import Graph


def operations(content: bytes) -> list[str]:
    """Names a file's operations, in the order in which they run."""
    graph = Graph(content)
    return [graph.kind(operator) for operator in graph.operators]
