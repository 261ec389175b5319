"""What changed between two versions of a graph, and the step that it deserves."""
