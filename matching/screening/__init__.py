"""All lots of a material against one spec at once, as the evaluation of each pair would have it (decision 26)."""
