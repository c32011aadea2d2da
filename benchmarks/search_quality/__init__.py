"""How good the search's answers are, by people's judgements and by what a category should hold."""
