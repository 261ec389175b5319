"""What is said about the graph as a whole: how much it holds, where it is had, how it was made."""
