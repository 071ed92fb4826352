"""The frozen values that stages hand to each other. Nothing here computes, renders or reads a file."""
